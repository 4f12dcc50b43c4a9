/**
 * Preloaded before the program. The SDK loads these two packages at its start, and needs them only to turn functions
 * of the program into text, which ours has none of: a third of the time to start, and 70 MB. They are loaded when
 * something of them is asked for.
 */
const nodeModule = require("node:module");
const { sep } = require("node:path");

const LAZY = ["typescript", "@npmcli/arborist"];
const SDK = `${sep}@pulumi${sep}pulumi${sep}`;

const load = nodeModule._load;

nodeModule._load = function (request, parent, isMain) {
  const loadNow = () => load.call(nodeModule, request, parent, isMain);
  return LAZY.includes(request) && parent?.filename?.includes(SDK) ? lazily(loadNow) : loadNow();
};

function lazily(loadNow) {
  let loaded;
  return new Proxy(
    {},
    {
      get: (_target, name) => {
        // Asked by the SDK's own `import * as`, which would copy all members of what is no module of its kind.
        if (name === "__esModule" && loaded === undefined) return true;
        loaded ??= loadNow();
        return loaded[name];
      },
    },
  );
}
