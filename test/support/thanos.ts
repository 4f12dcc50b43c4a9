import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parse, stringify } from "yaml";
import { FOLDERS, TSDB } from "../../backends/thanos/flags";
import { objectStoreConfig } from "../../backends/thanos/object-store";
import type { KubernetesObject } from "../../backends/kubernetes/object";
import { freePort, startProgram, type RunningProgram } from "../../lab/process";
import type { StoreRole } from "../../plan/long-term";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { PROGRAMS } from "../../plan/names";
import { keysOf, type TestObjectStore } from "./object-store";
import { filesIn, ofKind, workload } from "./pods";

/** A program of Thanos outside of its pod. */
export interface RunningThanos {
  readonly web: string;
  readonly grpc: string;
  readonly log: string;
  readonly program: RunningProgram;
}

/** What stands in the flags of a pod, and where that is on this machine. */
export interface Elsewhere {
  /** Texts of flags as they are in the cluster, by what takes their place. */
  readonly replaced?: readonly (readonly [string | RegExp, string])[];
  /** Flags that are none of a pod's. */
  readonly more?: readonly string[];
  /** The folder of its Prometheus, which a sidecar reads. */
  readonly tsdb?: string;
  /** Changes a file that is mounted. */
  readonly edit?: (text: string) => string;
}

/** Programs of Thanos with the flags and files that their pods have, on loopback. */
export class ThanosPods {
  readonly #running: RunningProgram[] = [];

  constructor(
    private readonly binary: string,
    private readonly folder: string,
    private readonly store: TestObjectStore,
  ) {}

  async start(
    plan: MonitoringPlan,
    objects: readonly KubernetesObject[],
    name: (typeof PROGRAMS)[keyof typeof PROGRAMS],
    elsewhere: Elsewhere = {},
  ): Promise<RunningThanos> {
    const root = path.join(this.folder, `${plan.environment.cluster}-${name}-${this.#running.length}`);
    const [web, grpc] = [await freePort(undefined, ""), await freePort(undefined, "")];
    const args = this.#args(plan, objects, name, root, elsewhere).map((arg) =>
      arg
        .replace(/^(--http-address=):\d+$/, `$1127.0.0.1:${web}`)
        .replace(/^(--grpc-address=):\d+$/, `$1127.0.0.1:${grpc}`),
    );
    const log = path.join(root, "log");
    const program = startProgram(name, this.binary, args, log, (message) => process.stderr.write(message));
    this.#running.push(program);
    return { web: `http://127.0.0.1:${web}`, grpc: `127.0.0.1:${grpc}`, log, program };
  }

  /** The flags of a pod, its folders made and its files written below `root`. */
  #args(
    plan: MonitoringPlan,
    objects: readonly KubernetesObject[],
    name: string,
    root: string,
    { replaced = [], more = [], tsdb, edit = (text) => text }: Elsewhere,
  ): readonly string[] {
    const pod = workload(objects, name === PROGRAMS.sidecar ? PROGRAMS.prometheus : name);
    const container = pod.pod.containers.find((one) => one.name === name);
    if (container === undefined) throw new Error(`no container is called [${name}]`);
    const data = path.join(root, "data");
    mkdirSync(data, { recursive: true });
    for (const [file, { kind, object, key }] of filesIn(pod, container)) {
      const text =
        kind === "Secret"
          ? this.#objectStore(plan, object.replace("thanos-objstore-", "") as StoreRole)
          : (ofKind(objects, "ConfigMap").find(({ metadata }) => metadata.name === object)?.data?.[key] ??
            "");
      mkdirSync(path.dirname(`${root}${file}`), { recursive: true });
      writeFileSync(`${root}${file}`, edit(text));
    }
    return [...(container.args ?? []), ...more].map((arg) =>
      [...replaced, [FOLDERS.rules, `${root}${FOLDERS.rules}`] as const]
        .reduce((text, [from, to]) => text.replace(from, to), arg)
        .replace(`=${FOLDERS.config}/`, `=${root}${FOLDERS.config}/`)
        .replace(`=${FOLDERS.data}`, `=${data}`)
        .replace(new RegExp(`^(--tsdb.path=)${TSDB}$`), `$1${tsdb ?? data}`),
    );
  }

  /** The text of the secret, with the store of this machine in the place of the bucket's. */
  #objectStore(plan: MonitoringPlan, role: StoreRole): string {
    const { longTerm } = plan.platform;
    if (longTerm === undefined) throw new Error("nothing is kept");
    const { AWS_ACCESS_KEY_ID: id = "", AWS_SECRET_ACCESS_KEY: secret = "" } = keysOf(role);
    const key = longTerm.keys?.[role] ?? "";
    const text = objectStoreConfig(longTerm, role, { [key]: `${id}:${secret}` });
    const { type, config } = parse(text) as { readonly type: string; readonly config: object };
    return stringify({
      type,
      config: { ...config, endpoint: new URL(this.store.endpoint).host, insecure: true },
    });
  }

  async stop(): Promise<void> {
    await Promise.all(this.#running.splice(0).map((program) => program.stop()));
  }
}
