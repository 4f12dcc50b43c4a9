/**
 * Preloaded before the program by `nodeargs` in Pulumi.yaml, for two faults in the stacks of its errors.
 *
 * The SDK's source maps leave a segment out: `node_modules/@pulumi/resource.ts` stands for
 * `node_modules/@pulumi/pulumi/resource.ts`. Node 20 and 22 look for the slash after a package's name when the
 * SDK prints an error in colour, find none, and search on until a string has outgrown all memory: every error of the
 * program, a misspelt key included, would cost 15 to 40 seconds and 3.5 GB.
 *
 * The SDK also reads source maps from files only, and the program is compiled in memory to one line per file, so every
 * error would be in line 1 or 2.
 */
const { findSourceMap } = require("node:module");
const { isMainThread } = require("node:worker_threads");

/** What of the SDK can follow the missing segment: a file of its top folder, or one of its folders. */
const WITHOUT_PACKAGE =
  /([\\/]node_modules[\\/]@pulumi[\\/])(?=[\w.-]+\.ts:|(?:automation|cmd|dynamic|iterable|npm|provider|queryable|runtime|x)[\\/][\w\\/.-]+\.ts:)/g;

/** A place in a file of the program: path, line and column. */
const PLACE = /((?:[A-Za-z]:)?[\\/][^():\n]+\.m?ts):(\d+):(\d+)/g;

function sourcePlace(place, file, line, column) {
  const entry = file.includes("node_modules")
    ? undefined
    : findSourceMap(file)?.findEntry(Number(line) - 1, Number(column) - 1);
  return entry?.originalLine === undefined
    ? place
    : `${file}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
}

function mend(error, seen = new Set()) {
  if (!(error instanceof Error) || seen.has(error)) return;
  seen.add(error);
  if (typeof error.stack === "string") {
    // Not an assignment: it would throw on a frozen error, and hide it.
    Reflect.set(
      error,
      "stack",
      error.stack.replace(WITHOUT_PACKAGE, "$1pulumi/").replace(PLACE, sourcePlace),
    );
  }
  mend(error.cause, seen);
  if (error instanceof AggregateError) error.errors.forEach((part) => mend(part, seen));
}

// Workers and their loaders keep Node's own way of ending on an error: a listener would take it from them.
if (isMainThread) {
  process.prependListener("uncaughtException", (error) => mend(error));
  process.prependListener("unhandledRejection", (error) => mend(error));
}
