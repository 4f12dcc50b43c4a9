import path from "node:path";
import { ROOT } from "../support/stacks";
import { removeFolder, runProgram, temporaryFolder, writeFiles } from "../support/program";

/** A start of the SDK takes a second, and several on a machine that is busy. */
jest.setTimeout(60_000);

const SDK = JSON.stringify(path.join(ROOT, "node_modules/@pulumi/pulumi"));

/** A program in TypeScript whose error passes through the SDK, printed as the engine's `cmd/run` would see it. */
const PROGRAM = `
require(${JSON.stringify(path.join(ROOT, "node_modules/source-map-support/register"))});
const pulumi = require(${SDK});
interface OnlyForTypes {
  readonly lines: "that the compiler leaves out";
}
const fail = (value: number): number => {
  throw new Error(\`\${value}\`);
};
process.on("unhandledRejection", (error: Error) => console.log(error.stack));
pulumi.output(1).apply(fail);
`;

/** The lines that a program prints when it is run as the engine runs ours. */
async function linesOf(file: string, text: string): Promise<readonly string[]> {
  const folder = temporaryFolder();
  try {
    writeFiles(folder, new Map([[file, text]]));
    const preload = path.join(ROOT, "tools/preload.cjs");
    const { output } = await runProgram(process.execPath, ["--require", preload, path.join(folder, file)]);
    return output
      .trim()
      .split("\n")
      .map((line) => line.replace(folder, ""));
  } finally {
    removeFolder(folder);
  }
}

describe("the stack of an error under the engine", () => {
  let frames: readonly string[] = [];

  beforeAll(async () => {
    frames = await linesOf("program.ts", PROGRAM);
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

describe("a program under the engine", () => {
  const printLoaded = (name: string): string =>
    `console.log(Object.keys(require.cache).some((file) => file.includes("/node_modules/${name}/")));`;

  test("starts without the compiler and the package manager that the SDK seldom needs", async () => {
    const text = `require(${SDK}); ${printLoaded("typescript")} ${printLoaded("@npmcli/arborist")}`;
    expect(await linesOf("program.js", text)).toEqual(["false", "false"]);
  });

  test("has them when the SDK asks for something of them", async () => {
    const text = `const pulumi = require(${SDK});
      const ofSdk = require("node:module").createRequire(${SDK} + "/index.js");
      const two = 2;
      pulumi.runtime.serializeFunction(() => two + 1).then(({ text }) => {
        console.log(text.includes("two + 1"), typeof ofSdk("@npmcli/arborist").Arborist);
      });`;
    expect(await linesOf("program.js", text)).toEqual(["true function"]);
  });
});
