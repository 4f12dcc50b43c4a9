import path from "node:path";
import { removeFolder, runProgram, temporaryFolder, writeFiles } from "../support/program";

const PRELOAD = path.resolve(__dirname, "../../tools/mend-stack.cjs");

/** What a listener that came later, like the engine's, gets to see of an error. */
const PRINT = `process.on("uncaughtException", (error) => console.log(error?.stack ?? error));
process.on("unhandledRejection", (error) => console.log(error?.stack ?? error));
`;

async function seen(program: string): Promise<string> {
  const folder = temporaryFolder();
  try {
    writeFiles(folder, new Map([["program.js", PRINT + program]]));
    const { output } = await runProgram(process.execPath, [
      "--require",
      PRELOAD,
      path.join(folder, "program.js"),
    ]);
    return output;
  } finally {
    removeFolder(folder);
  }
}

const withStack = (stack: string): string =>
  `const error = new Error("boom"); error.stack = ${JSON.stringify(stack)};`;

describe("the stack of an error that nobody caught", () => {
  test("names the SDK's package where its source maps leave it out", async () => {
    const stack =
      "Error: boom\n    at a (/p/node_modules/@pulumi/resource.ts:1:2)\n    at b (/p/node_modules/@pulumi/cmd/run/run.ts:3:4)";
    expect(await seen(`${withStack(stack)} throw error;`)).toBe(
      "Error: boom\n    at a (/p/node_modules/@pulumi/pulumi/resource.ts:1:2)\n    at b (/p/node_modules/@pulumi/pulumi/cmd/run/run.ts:3:4)\n",
    );
  });

  test("keeps the frames of the other packages of that name", async () => {
    const stack =
      "Error: boom\n    at a (/p/node_modules/@pulumi/kubernetes/provider.js:1:2)\n    at b (/p/node_modules/@pulumi/pulumi/resource.ts:3:4)";
    expect(await seen(`${withStack(stack)} throw error;`)).toBe(`${stack}\n`);
  });

  test("is mended in a rejected promise, in a cause and in every part of a sum of errors", async () => {
    const stack = "Error: boom\n    at a (/p/node_modules/@pulumi/output.ts:1:2)";
    const mended = "Error: boom\n    at a (/p/node_modules/@pulumi/pulumi/output.ts:1:2)";
    const program = `${withStack(stack)}
      const sum = new AggregateError([new Error("part", { cause: error })], "sum");
      sum.stack = "sum";
      process.on("exit", () => console.log(error.stack));
      Promise.reject(sum);`;
    expect(await seen(program)).toBe(`sum\n${mended}\n`);
  });

  test("does not loop on an error that is its own cause, nor fail on a frozen one or on no error at all", async () => {
    expect(await seen(`${withStack("one")} error.cause = error; throw error;`)).toBe("one\n");
    expect(await seen(`${withStack("two")} throw Object.freeze(error);`)).toBe("two\n");
    expect(await seen("throw null;")).toMatch("null");
  });
});
