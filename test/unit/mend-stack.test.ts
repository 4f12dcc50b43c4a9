import path from "node:path";
import { ROOT } from "../support/plan";
import { removeFolder, runProgram, temporaryFolder, writeFiles } from "../support/program";

/** A program in TypeScript whose error passes through the SDK, printed as the engine's `cmd/run` would see it. */
const PROGRAM = `
require(${JSON.stringify(path.join(ROOT, "node_modules/source-map-support/register"))});
const pulumi = require(${JSON.stringify(path.join(ROOT, "node_modules/@pulumi/pulumi"))});
interface OnlyForTypes {
  readonly lines: "that the compiler leaves out";
}
const fail = (value: number): number => {
  throw new Error(\`\${value}\`);
};
process.on("unhandledRejection", (error: Error) => console.log(error.stack));
pulumi.output(1).apply(fail);
`;

describe("the stack of an error under the engine", () => {
  let frames: readonly string[] = [];

  beforeAll(async () => {
    const folder = temporaryFolder();
    try {
      writeFiles(folder, new Map([["program.ts", PROGRAM]]));
      const preload = path.join(ROOT, "tools/preload.cjs");
      const program = path.join(folder, "program.ts");
      const { output } = await runProgram(process.execPath, ["--require", preload, program]);
      frames = output.split("\n").map((line) => line.replace(folder, ""));
    } finally {
      removeFolder(folder);
    }
  });

  test("names the line and column of the source, not of what was compiled from it", () => {
    expect(frames.slice(0, 2)).toEqual(["Error: 1", "    at fail (/program.ts:8:9)"]);
  });

  test("names every file of the SDK with its package, so that Node finds the end of the package's name", () => {
    const ofSdk = frames.filter((frame) => frame.includes("node_modules"));
    expect(ofSdk).not.toEqual([]);
    expect(
      ofSdk.filter((frame) => !frame.includes(`${path.sep}@pulumi${path.sep}pulumi${path.sep}`)),
    ).toEqual([]);
  });
});
