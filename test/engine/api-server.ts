import { generateKeyPairSync } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort, startProgram, type RunningProgram } from "../../lab/process";
import { ensureKubernetes } from "../../lab/toolchain";
import { removeFolder, temporaryFolder } from "../support/program";

/** What the API server says: a status, what it warns of, and its answer as text. */
export interface Said {
  readonly status: number;
  readonly warning: string | undefined;
  readonly text: string;
}

/** As much of an object as every one has. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

const TOKEN = "fake-token-of-admin";
const POLL_MS = 100;

/** It takes ten seconds on a quiet machine; what listens would keep the tests from ending. */
const PATIENCE_MS = 180_000;

/** A real API server with a store of its own, on free ports of this machine; nothing runs what it is told. */
export class ApiServer {
  private readonly folder = temporaryFolder();
  private readonly programs: RunningProgram[] = [];
  private port = 0;
  private ended: string | undefined;

  private constructor() {
    // By `start` alone, which waits until the server answers.
  }

  /** The caller stops it. @throws Error with the end of a program's log when it does not come up */
  static async start(): Promise<ApiServer> {
    const server = new ApiServer();
    try {
      await server.run();
      await server.until(() => server.ready(), "the API server is not ready");
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  async stop(): Promise<void> {
    for (const program of [...this.programs].reverse()) await program.stop();
    removeFolder(this.folder);
  }

  /** Waits for what becomes true. @throws Error with what was waited for */
  async until(isSo: () => Promise<boolean>, otherwise: string): Promise<void> {
    const end = Date.now() + PATIENCE_MS;
    while (!(await isSo())) {
      if (this.ended !== undefined) throw new Error(this.ended);
      if (Date.now() > end) throw new Error(`${otherwise} after ${PATIENCE_MS / 1000} s`);
      await sleep(POLL_MS);
    }
  }

  /** Asks as an administrator. */
  ask(method: "DELETE" | "GET" | "POST" | "PUT", where: string, body?: object): Promise<Said> {
    const ca = readFileSync(this.file("apiserver.crt"));
    const headers = { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" };
    const options = { host: "127.0.0.1", port: this.port, path: where, method, headers, ca };
    return new Promise((resolve, reject) => {
      const asked = request(options, (response) => {
        const pieces: Buffer[] = [];
        response.on("data", (piece: Buffer) => pieces.push(piece));
        response.on("end", () => {
          const { statusCode = 0, headers: said } = response;
          const warning = said["warning"];
          resolve({ status: statusCode, warning, text: Buffer.concat(pieces).toString() });
        });
      });
      asked.on("error", reject);
      asked.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** Makes an object, strictly. @throws Error with what the server says of a field that it does not know */
  async make(object: KubernetesObject, plural: string): Promise<KubernetesObject> {
    const group = object.apiVersion.includes("/") ? "apis" : "api";
    const { namespace } = object.metadata;
    const place = namespace === undefined ? "" : `/namespaces/${namespace}`;
    const where = `/${group}/${object.apiVersion}${place}/${plural}?fieldValidation=Strict`;
    const { status, text } = await this.ask("POST", where, object);
    if (status !== 201) throw new Error(`${object.kind} ${object.metadata.name} was refused: ${text}`);
    return JSON.parse(text) as KubernetesObject;
  }

  /** Writes a kubeconfig of the administrator. */
  kubeconfig(): string {
    const cluster = {
      server: `https://127.0.0.1:${this.port}`,
      "certificate-authority": this.file("apiserver.crt"),
    };
    const named = { name: "test" };
    const file = this.file("kubeconfig");
    const config = {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ ...named, cluster }],
      users: [{ ...named, user: { token: TOKEN } }],
      contexts: [{ ...named, context: { cluster: "test", user: "test" } }],
      "current-context": "test",
    };
    writeFileSync(file, JSON.stringify(config));
    return file;
  }

  /** Starts a program that lives as long as this server; it finds the kubeconfig in its environment. */
  accompany(name: string, file: string, args: readonly string[]): void {
    this.start(name, file, args, { KUBECONFIG: this.kubeconfig() });
  }

  private async run(): Promise<void> {
    const programs = await ensureKubernetes();
    const [client, peer] = [await freePort(undefined, ""), await freePort(undefined, "")];
    this.port = await freePort(undefined, "");
    const [store, other] = [`http://127.0.0.1:${client}`, `http://127.0.0.1:${peer}`];
    this.start("etcd", programs.etcd, [
      ...["--data-dir", this.file("etcd"), "--unsafe-no-fsync"],
      ...["--listen-client-urls", store, "--advertise-client-urls", store],
      ...["--listen-peer-urls", other, "--initial-advertise-peer-urls", other],
      ...["--initial-cluster", `default=${other}`],
    ]);
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    writeFileSync(this.file("accounts.key"), privateKey.export({ type: "pkcs8", format: "pem" }));
    writeFileSync(this.file("tokens"), `${TOKEN},admin,admin,system:masters\n`);
    this.start("kube-apiserver", programs["kube-apiserver"], [
      ...["--etcd-servers", store, "--cert-dir", this.folder, "--token-auth-file", this.file("tokens")],
      ...["--bind-address", "127.0.0.1", "--advertise-address", "127.0.0.1", "--secure-port", `${this.port}`],
      ...["--endpoint-reconciler-type", "none", "--service-cluster-ip-range", "10.0.0.0/24"],
      ...["--authorization-mode", "RBAC", "--service-account-issuer", "https://cluster.invalid"],
      ...["--service-account-key-file", this.file("accounts.key")],
      ...["--service-account-signing-key-file", this.file("accounts.key")],
    ]);
  }

  private start(name: string, file: string, args: readonly string[], env = {}): void {
    const log = this.file(`${name}.log`);
    this.programs.push(startProgram(name, file, args, log, (message) => (this.ended = message), env));
  }

  /** @throws Error once a program has ended */
  private async ready(): Promise<boolean> {
    if (this.ended !== undefined) throw new Error(this.ended);
    if (!existsSync(this.file("apiserver.crt"))) return false;
    try {
      return (await this.ask("GET", "/readyz")).status === 200;
    } catch {
      // It does not listen yet.
      return false;
    }
  }

  private file(name: string): string {
    return path.join(this.folder, name);
  }
}
