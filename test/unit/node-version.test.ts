import { readFileSync } from "node:fs";
import path from "node:path";
import { runProgram } from "../support/program";
import { ROOT } from "../support/stacks";

interface Locked {
  readonly dev?: boolean;
  readonly engines?: { readonly node?: string };
}

const read = (file: string): string => readFileSync(path.join(ROOT, file), "utf8");
const { packages } = JSON.parse(read("package-lock.json")) as {
  readonly packages: Readonly<Record<string, Locked>>;
};

/** Whether the newest release of a major is in a range such as `^20.17.0 || >=22.9.0`. */
function accepts(range: string, major: number): boolean {
  return range.split("||").some((part) => {
    const [, sign = "", from] = /^\s*(\^|>=?|)\s*v?(\d+)/.exec(part) ?? [];
    return from === undefined || (sign.startsWith(">") ? major >= Number(from) : major === Number(from));
  });
}

describe("the Node that people need", () => {
  const asked = Object.entries(packages).flatMap(([place, { dev = false, engines }]) =>
    place === "" || dev || engines?.node === undefined ? [] : [engines.node],
  );
  const [least] = [18, 20, 22, 24].filter((major) => asked.every((range) => accepts(range, major)));

  it("is the oldest one that every dependency asks for, in package.json and on the pages", () => {
    expect(asked.length).toBeGreaterThan(50);
    const { engines } = JSON.parse(read("package.json")) as { readonly engines: { readonly node: string } };
    expect(engines.node).toBe(`>=${least}`);
    for (const page of ["README.md", "CONTRIBUTING.md", "docs/adopting.md"]) {
      expect(read(page)).toContain(`You need Node ${least} or newer`);
    }
  });

  it("is named by the command where it is older than any that works", async () => {
    const old =
      'Object.defineProperty(process, "version", { value: "v18.20.0" }); require("./bin/tocsin.cjs");';
    const { code, output } = await runProgram(process.execPath, ["-e", old], { cwd: ROOT });
    expect({ code, output }).toEqual({
      code: 1,
      output: `tocsin: needs Node ${least} or newer, and this is v18.20.0\n`,
    });
  });
});
