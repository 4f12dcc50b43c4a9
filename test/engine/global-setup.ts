import { findEngine } from "./cli";

/** Says aloud what is not run, and why. */
export = (): void => {
  const engine = findEngine();
  if (!engine.found) {
    process.stderr.write(
      `not run: ${engine.why}; tests of the program under the engine need Pulumi's command, ` +
        "see https://www.pulumi.com/docs/install/\n",
    );
  }
};
