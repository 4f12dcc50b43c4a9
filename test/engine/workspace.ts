import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { buildSync } from "esbuild";
import { parse, stringify } from "yaml";
import { ROOT } from "../support/plan";
import { removeFolder, runProgram, temporaryFolder } from "../support/program";
import { findEngine, runProcess, type Ended } from "./cli";
import { Store, type StoredObject } from "./stand-in/store";

/** Providers of the program, each played by a stand-in, and the package that says which version it asks for. */
const PROVIDERS = {
  aws: "@pulumi/aws",
  gcp: "@pulumi/gcp",
  grafana: "@pulumiverse/grafana",
  kubernetes: "@pulumi/kubernetes",
} as const;

type Provider = keyof typeof PROVIDERS;

const PROVIDER_NAMES = Object.keys(PROVIDERS) as readonly Provider[];

const NAMESPACE = "kubernetes:core/v1:Namespace";

/** What the program does not need, or what would be shared with the checkout. */
const LEFT_OUT = ["node_modules", ".git", ".tocsin", "coverage", "docs", "lab", "test"];

/** One resource as the engine keeps it. */
export interface EngineResource {
  readonly urn: string;
  readonly type: string;
  readonly custom: boolean;
  readonly id?: string;
  readonly parent?: string;
  readonly provider?: string;
  readonly retainOnDelete?: boolean;
  readonly dependencies?: readonly string[];
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/**
 * A copy of the project in a folder of its own, with a backend, a home and stand-in clouds of its own, so that the real
 * command can create, break and destroy one stack without anything outside noticing.
 */
export class Workspace {
  readonly folder = temporaryFolder();
  readonly project = path.join(this.folder, "project");
  private readonly clouds = path.join(this.folder, "clouds");

  private constructor(readonly stack: string) {}

  /** A workspace whose stack exists and is empty; the caller removes it. */
  static async make(stack: string): Promise<Workspace> {
    const workspace = new Workspace(stack);
    workspace.copyProject();
    workspace.installStandIns();
    for (const folder of ["state", "home"]) mkdirSync(path.join(workspace.folder, folder));
    const { code, output } = await workspace.pulumi("stack", "init", `organization/tocsin/${stack}`);
    if (code !== 0) throw new Error(`the stack [${stack}] could not be made: ${output}`);
    return workspace;
  }

  remove(): void {
    removeFolder(this.folder);
  }

  /** Runs the command; a failing exit code is a result. */
  pulumi(...args: readonly string[]): Promise<Ended> {
    return this.pulumiWithInput("", ...args);
  }

  /** Runs the command with a text on its standard input, which is where it reads a secret from. */
  pulumiWithInput(stdin: string, ...args: readonly string[]): Promise<Ended> {
    const engine = findEngine();
    if (!engine.found) throw new Error(`the engine cannot be run: ${engine.why}`);
    const options = { cwd: this.project, env: this.environment() };
    return runProcess(engine.file, [...args, "--non-interactive", "--color", "never"], options, stdin);
  }

  /** An operation on the stack; `--skip-plugin-pre-install`, because a plugin of every SDK would be asked for. */
  operate(operation: "up" | "preview" | "refresh" | "destroy", ...args: readonly string[]): Promise<Ended> {
    return this.pulumi(operation, "--stack", this.stack, "--skip-plugin-pre-install", ...args);
  }

  up(...args: readonly string[]): Promise<Ended> {
    return this.operate("up", "--yes", "--skip-preview", ...args);
  }

  /** The resources in the engine's state, in its order. */
  async state(): Promise<readonly EngineResource[]> {
    const { code, stdout, output } = await this.pulumi("stack", "export", "--stack", this.stack);
    if (code !== 0) throw new Error(`the state of [${this.stack}] could not be read: ${output}`);
    const { deployment } = JSON.parse(stdout) as {
      readonly deployment: { readonly resources?: readonly EngineResource[] };
    };
    return deployment.resources ?? [];
  }

  /** The configuration as text by key, secrets in plain text, which is how the program gets it. */
  async configuration(): Promise<Readonly<Record<string, string>>> {
    const { stdout } = await this.pulumi("config", "--stack", this.stack, "--json", "--show-secrets");
    const entries = Object.entries(JSON.parse(stdout) as Record<string, { readonly value: string }>);
    return Object.fromEntries(entries.map(([key, { value }]) => [key, value]));
  }

  /** Compiles the policy pack of the workspace, as `npm run build:policies` does that of the project. */
  async buildPolicies(): Promise<void> {
    const script = [path.join(ROOT, "tools/build-policies.ts"), path.join(this.project, "policies")];
    const { code, output } = await runProgram(process.execPath, ["--require", "tsx/cjs", ...script]);
    if (code !== 0) throw new Error(`the policy pack could not be compiled: ${output}`);
  }

  /** What the stand-ins hold of the stack, without the namespaces that were there before. */
  objects(): readonly StoredObject[] {
    return PROVIDER_NAMES.flatMap((provider) => this.cloud(provider).all(this.stack)).filter(
      (object) => object.urn !== "",
    );
  }

  /** Namespaces that somebody else made in the cluster, such as those of the services. */
  giveNamespaces(names: readonly string[]): void {
    for (const id of names) {
      this.cloud("kubernetes").add(this.stack, { type: NAMESPACE, id, urn: "", inputs: {}, outputs: {} });
    }
  }

  /** The objects of one provider, to be changed behind the engine's back. */
  cloud(provider: Provider): Store {
    return new Store(this.clouds, provider);
  }

  /** Changes the configuration of the stack as a user would, with an editor. */
  editConfig(change: (config: Record<string, unknown>) => void): void {
    const file = path.join(this.project, `Pulumi.${this.stack}.yaml`);
    const document = parse(readFileSync(file, "utf8")) as { readonly config: Record<string, unknown> };
    change(document.config);
    writeFileSync(file, stringify(document));
  }

  /** Changes a source as a developer would; the text has to be there. */
  editSource(file: string, from: string, to: string): void {
    const place = path.join(this.project, file);
    const text = readFileSync(place, "utf8");
    if (!text.includes(from)) throw new Error(`[${file}] does not hold [${from}]; name what it holds now`);
    writeFileSync(place, text.replace(from, to));
  }

  /** Takes a service out of the program and of the configuration, as docs/removing-a-service.md says. */
  removeService(service: string): void {
    this.editSource("services/index.ts", `import { ${service} } from "./${service}";\n`, "");
    this.editSource("services/index.ts", `, ${service}`, "");
    removeFolder(path.join(this.project, "runbooks", service));
    this.editConfig((config) => {
      for (const key of ["runbooks", "backends"]) {
        const own = config[`tocsin:${key}`];
        if (typeof own === "object" && own !== null) Reflect.deleteProperty(own, service);
      }
      const receivers = config["tocsin:receivers"] as {
        readonly teamChat?: object;
        readonly pagerduty?: { readonly routingKeySecrets: object };
      };
      for (const byTeam of [receivers.teamChat, receivers.pagerduty?.routingKeySecrets]) {
        if (byTeam !== undefined) Reflect.deleteProperty(byTeam, service);
      }
    });
  }

  private copyProject(): void {
    const isWanted = (source: string): boolean => !LEFT_OUT.includes(path.relative(ROOT, source));
    cpSync(ROOT, this.project, { recursive: true, filter: isWanted, preserveTimestamps: true });
    symlinkSync(path.join(ROOT, "node_modules"), path.join(this.project, "node_modules"));
    const file = path.join(this.project, "Pulumi.yaml");
    const project = parse(readFileSync(file, "utf8")) as Record<string, unknown>;
    const providers = PROVIDER_NAMES.map((name) => ({ name, path: this.pluginFolder(name) }));
    writeFileSync(file, stringify({ ...project, plugins: { providers } }));
  }

  /** A program per provider, named as the engine looks for it. Compiled once, for each run starts four of them. */
  private installStandIns(): void {
    const program = path.join(this.project, "stand-in.cjs");
    buildSync({
      entryPoints: [path.join(__dirname, "stand-in/main.ts")],
      outfile: program,
      bundle: true,
      packages: "external",
      platform: "node",
      format: "cjs",
    });
    for (const name of PROVIDER_NAMES) {
      mkdirSync(this.pluginFolder(name), { recursive: true });
      const script = `#!/bin/sh\nexec '${process.execPath}' '${program}' ${name} ${versionOf(PROVIDERS[name])}\n`;
      writeFileSync(path.join(this.pluginFolder(name), `pulumi-resource-${name}`), script, { mode: 0o755 });
    }
  }

  private pluginFolder(name: Provider): string {
    return path.join(this.folder, "plugins", name);
  }

  /** Nothing of the user's: providers read addresses and credentials from the environment into their inputs. */
  private environment(): NodeJS.ProcessEnv {
    return {
      PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env["PATH"] ?? ""}`,
      HOME: path.join(this.folder, "home"),
      TMPDIR: process.env["TMPDIR"],
      PULUMI_HOME: path.join(this.folder, "home"),
      PULUMI_BACKEND_URL: `file://${path.join(this.folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "for tests",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      TOCSIN_STAND_IN_FOLDER: this.clouds,
    };
  }
}

/** The version that the SDK asks for; the engine warns of another one. */
function versionOf(sdk: string): string {
  const { version } = createRequire(__filename)(`${sdk}/package.json`) as { readonly version: string };
  return version;
}
