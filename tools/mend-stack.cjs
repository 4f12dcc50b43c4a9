/**
 * Preloaded before the program, for two faults in the stacks of its errors and in the places that the state keeps of
 * its resources. Both come from the SDK's library of source maps, which reads maps from files:
 *
 * - The maps of the SDK leave a segment out: `node_modules/@pulumi/resource.ts` stands for
 *   `node_modules/@pulumi/pulumi/resource.ts`. Node 20 and 22 look for the slash after a package's name when the SDK
 *   prints an error in colour, find none, and search on until a string has outgrown all memory: every error of the
 *   program, a misspelt key included, would cost 15 to 40 seconds and 3.5 GB.
 * - The program is compiled in memory to one line per file, so every error would be in line 1 or 2.
 */
const { createRequire, findSourceMap } = require("node:module");
const { sep } = require("node:path");

/** As the SDK requires it, for a second copy of the library would not be asked. */
const requireAsSdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));

const PACKAGES = `${sep}node_modules${sep}`;

requireAsSdk("source-map-support").install({
  overrideRetrieveSourceMap: true,
  retrieveSourceMap: (file) => {
    const map = file.includes(PACKAGES) ? undefined : findSourceMap(file);
    return map === undefined ? null : { url: file, map: { ...map.payload, sources: [file] } };
  },
});

// The SDK writes down where each of its promises was made, and says it of one that never ends. Mapped, as an error's places
// are, these would take a tenth of the time of a check.
const NOTES = `${sep}@pulumi${sep}pulumi${sep}runtime${sep}debuggable.js`;
const mapped = Error.prepareStackTrace;

Error.prepareStackTrace = (error, places) =>
  places[0]?.getFileName()?.endsWith(NOTES) ? [error, ...places].join("\n    at ") : mapped(error, places);
