import { mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { allObjects, clusterObjects } from "../../backends/kubernetes/cluster";
import { freePort, startProgram } from "../../lab/process";
import { ensureOperator } from "../../lab/toolchain";
import { eventually } from "../support/alertmanager";
import { planOf } from "../support/plan";
import { removeFolder, temporaryFolder } from "../support/program";

/** The arguments of the sidecar that tells Alertmanager of a changed configuration. */
function sidecarArgs(): readonly string[] {
  const sets = allObjects(clusterObjects(planOf("prod"))).filter((object) => object.kind === "StatefulSet");
  const containers = sets.flatMap(({ spec }) => spec?.template.spec?.containers ?? []);
  const args = containers.find(({ name }) => name === "config-reloader")?.args;
  if (args === undefined) throw new Error("no pod has a sidecar");
  return args;
}

/** What a kubelet does to a mounted ConfigMap: a new folder takes the place of the last in one step. */
function mount(folder: string, version: string): void {
  mkdirSync(path.join(folder, version), { recursive: true });
  writeFileSync(path.join(folder, version, "alertmanager.yml"), `# ${version}\n`);
  symlinkSync(version, path.join(folder, "..data_tmp"));
  renameSync(path.join(folder, "..data_tmp"), path.join(folder, "..data"));
}

test("the real sidecar takes the flags of our pods, and asks for a reload after a change", async () => {
  const { "prometheus-config-reloader": program } = await ensureOperator();
  const folder = temporaryFolder();
  const asked: string[] = [];
  const alertmanager = createServer(({ method = "", url = "" }, response) => {
    asked.push(`${method} ${url}`);
    response.end();
  });
  await new Promise<void>((resolve) => alertmanager.listen(0, "127.0.0.1", resolve));
  const { port } = alertmanager.address() as AddressInfo;
  const own = `127.0.0.1:${await freePort(undefined, "")}`;
  const watched = sidecarArgs().flatMap((arg) => /^--watched-dir=(.+)$/.exec(arg)?.[1] ?? []);
  for (const one of watched) mount(path.join(folder, one), "..v1");
  symlinkSync("..data/alertmanager.yml", path.join(folder, watched[0] ?? "", "alertmanager.yml"));
  const args = sidecarArgs().map((arg) =>
    arg
      .replace(/^--listen-address=:\d+$/, `--listen-address=${own}`)
      .replace(/^(--reload-url=http:\/\/127\.0\.0\.1):\d+/, `$1:${port}`)
      .replace(/^--watched-dir=/, `--watched-dir=${folder}`),
  );
  let ended: string | undefined;
  const sidecar = startProgram("config-reloader", program, args, path.join(folder, "log"), (message) => {
    ended = message;
  });
  /** Changes the configuration until a call for a reload comes: what changes before it watches nobody hears of. */
  const changed = async (): Promise<void> => {
    const before = asked.length;
    await eventually("call for a reload", () => {
      if (ended !== undefined) throw new Error(ended);
      // It waits until nothing has changed for a second.
      if (Date.now() - mounted > 4_000) {
        mounted = Date.now();
        mount(path.join(folder, watched[0] ?? ""), `..v${mounted}`);
      }
      return asked.length > before ? true : undefined;
    });
  };
  let mounted = 0;
  try {
    await changed();
    await changed();
    expect(new Set(asked)).toEqual(new Set(["POST /-/reload"]));
    expect((await fetch(`http://${own}/healthz`)).status).toBe(200);
  } finally {
    await sidecar.stop();
    alertmanager.close();
    removeFolder(folder);
  }
});
