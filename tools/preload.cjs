/**
 * What runs before the program under the engine; Pulumi.yaml names it in `nodeargs`. The sources are run as they are:
 * nothing has to be built first, so no build can be older than what was edited. Types are checked by
 * `npm run typecheck`.
 */
const { accessSync, constants } = require("node:fs");
const nodeModule = require("node:module");
const { tmpdir } = require("node:os");

// The engine starts the program anew for every preview and update, and most of a start is compiling the SDKs.
// Node 20 has no such cache and takes half a second longer.
nodeModule.enableCompileCache?.();

// tsx keeps what it has compiled there, and ends with a trace where it cannot.
try {
  accessSync(tmpdir(), constants.W_OK);
} catch {
  process.env.TSX_DISABLE_CACHE = "1";
}

require("./lazy-packages.cjs");
require("tsx/cjs");

// tsx asks Node to read the source map of every file; those of the SDKs cost a quarter of a second and help nobody.
nodeModule.setSourceMapsSupport?.(true, { nodeModules: false, generatedCode: false });

require("./mend-stack.cjs");
