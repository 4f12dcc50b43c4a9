import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { createInterface } from "node:readline";
import { parse, stringify } from "yaml";
import { kubeconfigFor } from "../support/kubeconfig";
import { HEARD_SEVERITIES } from "../../plan/environment";
import { ROOT } from "../support/stacks";
import { buildPack, PACK_HOST } from "../support/policy-pack";
import { putFixture } from "../support/checkout";
import { numberedFolder, removeFolder } from "../support/program";
import { engine, runProcess, type Ended } from "./cli";
import { PROVIDERS, startStandIn, type Provider, type RunningStandIn } from "./stand-in/server";
import type { Store, StoredObject } from "./stand-in/store";

/** The package that says which version of a provider the program asks for. */
const SDKS: Readonly<Record<Provider, string>> = {
  aws: "@pulumi/aws",
  gcp: "@pulumi/gcp",
  grafana: "@pulumiverse/grafana",
  kubernetes: "@pulumi/kubernetes",
};

const NAMESPACE = "kubernetes:core/v1:Namespace";

/** What the program does not need, or what would be shared with the checkout. */
const LEFT_OUT = ["node_modules", ".git", ".tocsin", "coverage", "dist", "docs", "lab", "services", "test"];

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
  readonly folder = numberedFolder();
  readonly project: string;
  private readonly standIns = new Map<Provider, RunningStandIn>();
  private language: { readonly host: ChildProcess; readonly port: string } | undefined;

  private constructor(
    readonly stack: string,
    project: string | undefined,
  ) {
    this.project = project ?? path.join(this.folder, "project");
    if (project === undefined) this.copyProject();
  }

  /**
   * A workspace whose stack exists and is empty; the caller removes it.
   * @param project a repository elsewhere, in place of a copy of this one
   */
  static async make(stack: string, project?: string): Promise<Workspace> {
    const workspace = new Workspace(stack, project);
    try {
      await workspace.prepare();
    } catch (error) {
      // What listens would keep the tests from ending.
      await workspace.remove();
      throw error;
    }
    return workspace;
  }

  async remove(): Promise<void> {
    for (const standIn of this.standIns.values()) standIn.stop();
    await this.stopLanguage();
    removeFolder(this.folder);
  }

  /** Runs the command; a failing exit code is a result. */
  pulumi(...args: readonly string[]): Promise<Ended> {
    return this.pulumiWithInput("", ...args);
  }

  /** Runs the command with a text on its standard input, which is where it reads a secret from. */
  async pulumiWithInput(stdin: string, ...args: readonly string[]): Promise<Ended> {
    const options = { cwd: this.project, env: this.environment() };
    return runProcess(await engine(), [...args, "--non-interactive", "--color", "never"], options, stdin);
  }

  /** An operation on the stack, with the program as one of the Automation API. */
  async operate(
    operation: "up" | "preview" | "refresh" | "destroy",
    ...args: readonly string[]
  ): Promise<Ended> {
    this.language ??= await this.startLanguage();
    const client = `--client=127.0.0.1:${this.language.port}`;
    return this.pulumi(operation, "--stack", this.stack, client, ...args);
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

  /**
   * Compiles the policy pack of the workspace, as `npm run build:policies` does that of the project.
   * @param pack another one, which is built
   * @returns what `--policy-pack` takes: a program that the engine starts, where it would ask a language host to.
   */
  async policyPack(pack = path.join(this.packageFolder(), "policies")): Promise<string> {
    // An installed one is built.
    if (pack === path.join(this.project, "policies")) await buildPack(pack);
    const file = path.join(this.folder, "policy-pack");
    // The pack reads its version where it is started, as the engine starts one by a language host.
    writeFileSync(
      file,
      `#!/bin/sh\ncd '${pack}' && exec '${process.execPath}' '${PACK_HOST}' "$1" '${pack}'\n`,
      {
        mode: 0o755,
      },
    );
    return file;
  }

  /** What the stand-ins hold of the stack, without the namespaces that were there before. */
  objects(): readonly StoredObject[] {
    return PROVIDERS.flatMap((provider) => this.cloud(provider).all(this.stack)).filter(
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
    const standIn = this.standIns.get(provider);
    if (standIn === undefined) throw new Error(`no stand-in was started for [${provider}]`);
    return standIn.store;
  }

  /**
   * Changes the configuration of the stack as a user would, with an editor.
   * @returns what takes the change back
   */
  editConfig(change: (config: Record<string, unknown>) => void): () => void {
    const file = path.join(this.project, `Pulumi.${this.stack}.yaml`);
    const before = readFileSync(file, "utf8");
    const document = parse(before) as { readonly config: Record<string, unknown> };
    change(document.config);
    writeFileSync(file, stringify(document));
    return () => writeFileSync(file, before);
  }

  /** Changes a source as a developer would; the text has to be there. */
  async editSource(file: string, from: string, to: string): Promise<void> {
    const place = path.join(this.project, file);
    const text = readFileSync(place, "utf8");
    if (!text.includes(from)) throw new Error(`[${file}] does not hold [${from}]; name what it holds now`);
    writeFileSync(place, text.replace(from, to));
    // Its process has loaded the sources as they were.
    await this.stopLanguage();
  }

  /** Takes a service out of the program and of the configuration, as docs/removing-a-service.md says. */
  async removeService(service: string): Promise<void> {
    await this.editSource("services/index.ts", `import { ${service} } from "./${service}";\n`, "");
    await this.editSource("services/index.ts", `${service}, `, "");
    removeFolder(path.join(this.project, "services", service, "runbooks"));
    this.editConfig((config) => {
      for (const key of ["runbooks", "backends"]) {
        const own = config[`tocsin:${key}`];
        if (typeof own === "object" && own !== null) Reflect.deleteProperty(own, service);
      }
      const receivers = config["tocsin:receivers"] as Readonly<Record<string, object | undefined>>;
      for (const severity of HEARD_SEVERITIES) {
        Reflect.deleteProperty(receivers[severity] ?? {}, service);
      }
    });
  }

  private async prepare(): Promise<void> {
    for (const folder of ["state", "home/.kube"]) {
      mkdirSync(path.join(this.folder, folder), { recursive: true });
    }
    writeFileSync(path.join(this.folder, "home/.kube/config"), kubeconfigFor(this.stack));
    for (const name of PROVIDERS) this.standIns.set(name, await startStandIn(name, versionOf(SDKS[name])));
    const { code, output } = await this.pulumi(
      "stack",
      "init",
      `organization/${this.projectName()}/${this.stack}`,
    );
    if (code !== 0) throw new Error(`the stack [${this.stack}] could not be made: ${output}`);
  }

  private projectName(): string {
    const { name } = parse(readFileSync(path.join(this.project, "Pulumi.yaml"), "utf8")) as {
      readonly name: string;
    };
    return name;
  }

  private copyProject(): void {
    const isWanted = (source: string): boolean => {
      const file = path.relative(ROOT, source);
      return !LEFT_OUT.includes(file) && !/^runbooks.(?!tocsin|_)/.test(file);
    };
    cpSync(ROOT, this.project, { recursive: true, filter: isWanted, preserveTimestamps: true });
    putFixture(this.project);
    symlinkSync(path.join(ROOT, "node_modules"), path.join(this.project, "node_modules"));
  }

  /** One process for all operations, since most of a start is loading the SDKs. */
  private async startLanguage(): Promise<NonNullable<typeof this.language>> {
    // As its Pulumi.yaml says, but for a path: this process is started elsewhere.
    const preload = path.join(this.packageFolder(), "tools/preload.cjs");
    const args = ["--require", preload, path.join(__dirname, "language-host.ts"), this.project];
    const options = { cwd: this.project, env: this.environment() };
    const host = spawn(process.execPath, args, { ...options, stdio: ["ignore", "pipe", "inherit"] });
    const ended = once(host, "close").then(() => []);
    const [port] = await Promise.race([once(createInterface({ input: host.stdout }), "line"), ended]);
    if (typeof port !== "string") throw new Error("the program's process ended before it told its port");
    return { host, port };
  }

  /** Where the program's package is: the project itself, or one that is installed in it. */
  private packageFolder(): string {
    const installed = path.join(this.project, "node_modules/tocsin");
    return existsSync(installed) ? installed : this.project;
  }

  private async stopLanguage(): Promise<void> {
    if (this.language === undefined) return;
    const ended = once(this.language.host, "close");
    this.language.host.kill();
    this.language = undefined;
    await ended;
  }

  /** Nothing of the user's: providers read addresses and credentials from the environment into their inputs. */
  private environment(): NodeJS.ProcessEnv {
    const ports = [...this.standIns].map(([name, { port }]) => `${name}:${port}`);
    return {
      PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env["PATH"] ?? ""}`,
      // With fewer collections of garbage the engine needs less time, as the other programs of the tests do.
      GOGC: process.env["GOGC"],
      HOME: path.join(this.folder, "home"),
      TMPDIR: process.env["TMPDIR"],
      PULUMI_HOME: path.join(this.folder, "home"),
      PULUMI_BACKEND_URL: `file://${path.join(this.folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "for tests",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      // The state is written once at the end: after every step it costs several times the steps themselves.
      PULUMI_SKIP_CHECKPOINTS: "true",
      // The engine talks to what listens there already, instead of starting a plugin.
      PULUMI_DEBUG_PROVIDERS: ports.join(","),
    };
  }
}

/** The version that the SDK asks for; the engine warns of another one. */
function versionOf(sdk: string): string {
  const { version } = createRequire(__filename)(`${sdk}/package.json`) as { readonly version: string };
  return version;
}
