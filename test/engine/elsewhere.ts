import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { temporaryFolder } from "../support/program";
import { ROOT } from "../support/stacks";
import { runProcess, type Ended } from "./cli";

/** What nobody of this repository is near: a folder with the package installed, as a team elsewhere has it. */
export class Elsewhere {
  readonly folder = temporaryFolder();
  readonly repository = path.join(this.folder, "our monitoring");

  constructor() {
    mkdirSync(this.repository);
  }

  /** Builds the package, and installs it and that of the policies. */
  async install(): Promise<void> {
    await this.succeeds(ROOT, "npm", "run", "-s", "build");
    const packages = [await this.pack(ROOT), await this.pack(path.join(ROOT, "policies"))];
    await this.add(...packages);
  }

  /** @returns the tarball of a package that is built */
  async pack(folder: string): Promise<string> {
    const args = ["pack", "--ignore-scripts", "--json", "--pack-destination", this.folder];
    const packed = JSON.parse(await this.succeeds(folder, "npm", ...args)) as readonly {
      readonly filename?: string;
    }[];
    return path.join(this.folder, packed[0]?.filename ?? "");
  }

  async add(...tarballs: readonly string[]): Promise<void> {
    const quiet = ["--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts"];
    await this.succeeds(this.repository, "npm", "install", ...quiet, ...tarballs);
  }

  run(cwd: string, program: string, ...args: readonly string[]): Promise<Ended> {
    const env = { ...process.env, TOCSIN_LAB_FOLDER: undefined };
    return runProcess("env", [program, ...args], { cwd, env }, "");
  }

  /** @returns what it prints. @throws Error with what it said where it fails */
  async succeeds(cwd: string, program: string, ...args: readonly string[]): Promise<string> {
    const { code, stdout, output } = await this.run(cwd, program, ...args);
    if (code !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${code}: ${output}`);
    return stdout;
  }

  /** The command that npx finds, without the second that it takes to find it. */
  tocsin(...args: readonly string[]): Promise<string> {
    return this.succeeds(this.repository, "node_modules/.bin/tocsin", ...args);
  }

  text(file: string): string {
    return readFileSync(path.join(this.repository, file), "utf8");
  }

  /** @returns a copy of an example, with the package installed */
  example(name: string): string {
    const folder = path.join(this.folder, name);
    cpSync(path.join(ROOT, "examples", name), folder, { recursive: true });
    symlinkSync(path.join(this.repository, "node_modules"), path.join(folder, "node_modules"));
    return folder;
  }

  /** @throws Error with what the compiler has to say about the programs of a folder */
  async compiles(folder: string): Promise<void> {
    const types = path.join(ROOT, "node_modules/@types");
    const compiler = path.join(ROOT, "node_modules/typescript/bin/tsc");
    // The two packages that init asks for are installed here.
    await this.succeeds(folder, process.execPath, compiler, "--typeRoots", types);
  }

  /** @returns the tarball of a version that waits longer before it warns of a budget */
  async nextVersion(): Promise<string> {
    const folder = path.join(this.folder, "next");
    cpSync(path.join(this.repository, "node_modules/tocsin"), folder, { recursive: true });
    const edit = (file: string, from: string, to: string): void => {
      const text = readFileSync(path.join(folder, file), "utf8");
      if (!text.includes(from)) throw new Error(`[${file}] does not hold [${from}]; name what it holds now`);
      writeFileSync(path.join(folder, file), text.replaceAll(from, to));
    };
    const { version } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as {
      readonly version: string;
    };
    edit("package.json", `"version": "${version}"`, `"version": "99.0.0"`);
    edit("dist/generators/budget-alerts.js", 'for: "15m"', 'for: "20m"');
    return this.pack(folder);
  }
}
