import { spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import type { StackInput } from "../../evaluation/evaluate";
import { stackText } from "./config-sources";
import { FIXTURE, ROOT, STACKS } from "./stacks";
import { isMap, parseDocument, type Scalar } from "yaml";
import { HEARD_SEVERITIES } from "../../plan/environment";
import { numberedFolder, removeFolder, writeFiles } from "./program";
import type { ProgramEnd } from "./program-runner";
import { RUN_TYPESCRIPT, WarmProcess, type ProcessEnd } from "./warm";

/** What the command needs to run, and what runs the program; the installed packages are shared. */
const PARTS = [
  ...["backends", "cli", "components", "config", "evaluation", "generators", "lab", "plan", "policies"],
  ...["console", "jobs", "parts", "program", "receivers", "reports", "review", "slo"],
  ...["index.ts", "package.json", "tsconfig.json", ".prettierrc.json"],
  "Pulumi.yaml",
  "test/support/plan-runner.ts",
  "test/support/program-runner.ts",
  "tools",
];

/** A stack file that speaks of no service and of no team but the default. */
function withoutTeams(text: string): string {
  const document = parseDocument(text);
  for (const place of [
    ["tocsin:runbooks"],
    ["tocsin:backends"],
    ["tocsin:objectives"],
    ...HEARD_SEVERITIES.map((severity) => ["tocsin:receivers", severity]),
  ]) {
    const map = document.getIn(["config", ...place]);
    for (const { key } of isMap<Scalar<string>>(map) ? [...map.items] : []) {
      if (key.value !== "default") document.deleteIn(["config", ...place, key.value]);
    }
  }
  return document.toString();
}

/** Puts the repository that tests play above a copy of the program, which its files import from there. */
export function putFixture(folder: string): void {
  for (const file of readdirSync(FIXTURE.root, { recursive: true, encoding: "utf8" })) {
    const from = path.join(FIXTURE.root, file);
    if (!statSync(from).isFile()) continue;
    const text = readFileSync(from, "utf8").replaceAll(
      /(?<=from ")\.\.\/\.\.\/((?:\.\.\/)*)(?=[a-z])/g,
      (_, above: string) => (above === "" ? "./" : above),
    );
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
}

/** A copy of the program with the services of the tests, which one may spoil; no secret is set in it. */
export class Checkout {
  readonly folder = numberedFolder();
  readonly #originals = new Map<string, string | undefined>();
  /** Runs the command, and what else there is of it, without loading the packages each time. */
  readonly warm = new WarmProcess(this.folder);

  constructor() {
    for (const part of PARTS) {
      const options = { recursive: true, filter: (from: string) => !/\/(dist|node_modules)$/.test(from) };
      cpSync(path.join(ROOT, part), path.join(this.folder, part), options);
    }
    putFixture(this.folder);
    for (const stack of STACKS) {
      writeFileSync(path.join(this.folder, `Pulumi.${stack}.yaml`), stackText(stack));
    }
    symlinkSync(path.join(ROOT, "node_modules"), path.join(this.folder, "node_modules"));
  }

  /** The text of a file. */
  text(file: string): string {
    return readFileSync(path.join(this.folder, file), "utf8");
  }

  /** Replaces a part of a file. @throws Error where the part is not there */
  edit(file: string, from: string, to: string): void {
    const text = this.text(file);
    if (!text.includes(from)) {
      throw new Error(`${file} no longer holds [${from}]`);
    }
    this.write(
      file,
      text.replace(from, () => to),
    );
  }

  /** Takes a file away. */
  remove(file: string): void {
    this.#remember(file);
    rmSync(path.join(this.folder, file));
  }

  /** Puts a folder in the place of a file, which nobody can read as a file, whoever they are. */
  putFolder(file: string): void {
    this.remove(file);
    mkdirSync(path.join(this.folder, file));
  }

  /** Gives a file another text. */
  write(file: string, text: string): void {
    this.#remember(file);
    writeFileSync(path.join(this.folder, file), text);
  }

  /** Its services, and what its stack files say of their teams, in place of those of this repository. */
  replaceServices(sources: ReadonlyMap<string, string>): void {
    const before = readdirSync(path.join(this.folder, "services"), { withFileTypes: true });
    for (const { name } of before.filter((entry) => entry.isDirectory())) {
      removeFolder(path.join(this.folder, "services", name));
    }
    const ids = [...sources.keys()];
    writeFiles(this.folder, new Map(ids.map((id) => [`services/${id}/index.ts`, sources.get(id) ?? ""])));
    this.write(
      "services/index.ts",
      [
        ...ids.map((id) => `import { ${id} } from "./${id}";`),
        `export const services = [${ids.join(", ")}];`,
        "",
      ].join("\n"),
    );
    for (const stack of STACKS) {
      this.write(`Pulumi.${stack}.yaml`, withoutTeams(this.text(`Pulumi.${stack}.yaml`)));
    }
  }

  /** Every file as it was. */
  restore(): void {
    for (const [file, text] of this.#originals) {
      rmSync(path.join(this.folder, file), { recursive: true, force: true });
      if (text !== undefined) writeFileSync(path.join(this.folder, file), text);
    }
    this.#originals.clear();
  }

  /** Paths of all files and folders; what a link leads to, as the installed packages, is left out. */
  files(): readonly string[] {
    // A recursive reading of the whole would follow the link, which has a hundred times as many files.
    return readdirSync(this.folder, { withFileTypes: true })
      .flatMap((entry) => [
        entry.name,
        ...(entry.isDirectory()
          ? readdirSync(path.join(this.folder, entry.name), { recursive: true, encoding: "utf8" }).map(
              (file) => path.join(entry.name, file),
            )
          : []),
      ])
      .sort();
  }

  /** Runs the command `tocsin`, in a process that has loaded the packages already. */
  tocsin(...args: readonly string[]): Promise<ProcessEnd> {
    return this.warm.tocsin({}, ...args);
  }

  /** As `tocsin`, in a process of its own, with other environment variables. */
  tocsinIn(env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<ProcessEnd> {
    return this.#node([path.join(this.folder, "cli/main.ts"), ...args], env);
  }

  /** The plan of production, as its sources say. */
  async plan(): Promise<MonitoringPlan> {
    const file = path.join(this.folder, "test/support/plan-runner.ts");
    const { stdout, stderr } = await this.warm.run({ file, args: [], env: {} });
    if (stderr !== "") throw new Error(stderr);
    return JSON.parse(stdout) as MonitoringPlan;
  }

  /** Runs the program as a deployment would. */
  async program(input: StackInput): Promise<ProgramEnd> {
    const runner = path.join(this.folder, "test/support/program-runner.ts");
    const { stdout, stderr } = await this.warm.run({ file: runner, args: [JSON.stringify(input)], env: {} });
    const line = stdout.trimEnd().split("\n").at(-1) ?? "";
    if (!line.startsWith("{")) {
      throw new Error(`the program ended without a result: ${stdout}${stderr}`);
    }
    return JSON.parse(line) as ProgramEnd;
  }

  /** Removes the copy. */
  dispose(): void {
    this.warm.end();
    removeFolder(this.folder);
  }

  #remember(file: string): void {
    if (!this.#originals.has(file)) {
      this.#originals.set(file, existsSync(path.join(this.folder, file)) ? this.text(file) : undefined);
    }
  }

  #node(args: readonly string[], env: Readonly<Record<string, string>>): Promise<ProcessEnd> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [...RUN_TYPESCRIPT, ...args], {
        cwd: this.folder,
        env: { ...process.env, ...env },
      });
      const stdout: Buffer[] = [];
      const stderr: Buffer[] = [];
      child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
      child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
      child.on("error", reject);
      child.on("close", (code) => {
        resolve({ code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() });
      });
      child.stdin.end();
    });
  }
}
