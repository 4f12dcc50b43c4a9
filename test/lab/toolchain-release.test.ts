import { execFile } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { ensureToolchain, ToolchainError } from "../../lab/toolchain";
import {
  BOTH_CACHED,
  makeRelease,
  makeSandbox,
  startReleaseServer,
  toolchainIn,
  writeProgram,
  writeScript,
  type Answer,
  type Release,
  type ReleaseServer,
  type Sandbox,
} from "../support/release-server";

let box: Sandbox;
let server: ReleaseServer | undefined;
let prometheus: Release;
let alertmanager: Release;

beforeAll(() => {
  prometheus = makeRelease("prometheus");
  alertmanager = makeRelease("alertmanager");
});

beforeEach(() => {
  box = makeSandbox();
});

afterEach(async () => {
  await server?.close();
  server = undefined;
  box.remove();
});

/** A server that publishes both releases as they should be, except for some paths. */
async function serve(changed: Readonly<Record<string, Answer | undefined>> = {}): Promise<ReleaseServer> {
  const answers = Object.entries({ ...prometheus.answers, ...alertmanager.answers, ...changed });
  server = await startReleaseServer(
    Object.fromEntries(answers.flatMap(([url, answer]) => (answer === undefined ? [] : [[url, answer]]))),
  );
  return server;
}

/** Gives the machine an Alertmanager, so that a test sees what becomes of Prometheus alone. */
function installAlertmanager(): void {
  for (const program of ["alertmanager", "amtool"]) writeProgram(box.bin, program, "0.28.1");
}

function rejection(archiveLine: string): ToolchainError {
  return new ToolchainError(
    [
      "Prometheus cannot be found and cannot be installed:",
      "  prometheus from PATH: no prometheus and no promtool there",
      `  prometheus from the cache: no ${box.cache}/prometheus-3.15.0.linux-amd64`,
      `  prometheus from the release archive: ${archiveLine}`,
      "  prometheus from Go: no go on PATH",
      "Install Prometheus >= 3.5.0 on PATH, or Go >= 1.26, or set TOCSIN_RELEASE_BASE to a mirror of https://github.com/prometheus.",
    ].join("\n"),
  );
}

describe("a release archive", () => {
  it("is downloaded, verified and installed, and not asked for again", async () => {
    const { base, requests } = await serve();
    const options = { ...box.options, releaseBase: base };

    expect(await ensureToolchain(options)).toEqual(toolchainIn(box.cache));
    expect(await ensureToolchain(options)).toEqual(toolchainIn(box.cache));

    expect(requests).toEqual([
      prometheus.sumsPath,
      prometheus.archivePath,
      alertmanager.sumsPath,
      alertmanager.archivePath,
    ]);
    expect(box.lines).toEqual([
      `downloading prometheus 3.15.0 from ${base}`,
      "downloaded prometheus 3.15.0",
      `downloading alertmanager 0.31.1 from ${base}`,
      "downloaded alertmanager 0.31.1",
    ]);
  });

  it("leaves nothing in the cache but the wanted programs, executable", async () => {
    const { base } = await serve();
    const tools = await ensureToolchain({ ...box.options, releaseBase: base });

    expect(box.cached()).toEqual(BOTH_CACHED);
    expect(readdirSync(path.dirname(tools.prometheus)).sort()).toEqual(["prometheus", "promtool"]);
    expect(statSync(tools.prometheus).mode & 0o777).toBe(0o755);
  });

  it("comes from TOCSIN_RELEASE_BASE into TOCSIN_CACHE_DIR", async () => {
    const { base } = await serve();
    const { env, report, platform, arch } = {
      ...box.options,
      platform: "linux",
      arch: "x64",
      report: () => undefined,
    };
    const own = { ...env, TOCSIN_RELEASE_BASE: `${base}/`, TOCSIN_CACHE_DIR: box.cache };

    expect(await ensureToolchain({ env: own, report, platform, arch })).toEqual(toolchainIn(box.cache));
  });

  it("is installed once when two processes want it at the same time", async () => {
    const { base } = await serve();
    const script = `require("./lab/toolchain").ensureToolchain({ platform: "linux", arch: "x64" }).then((t) => console.log(JSON.stringify(t)))`;
    const env = { PATH: box.bin, TOCSIN_RELEASE_BASE: base, TOCSIN_CACHE_DIR: box.cache };
    const options = { env, cwd: path.resolve(__dirname, "../..") };
    const start = () =>
      promisify(execFile)(process.execPath, ["--require", "tsx/cjs", "--eval", script], options);

    const outputs = await Promise.all([start(), start(), start()]);

    expect(outputs.map(({ stdout }) => JSON.parse(stdout) as unknown)).toEqual(
      Array(3).fill(toolchainIn(box.cache)),
    );
    expect(box.cached()).toEqual(BOTH_CACHED);
  });

  it("that is wanted twice in one process is installed without harm", async () => {
    const { base } = await serve();
    const options = { ...box.options, releaseBase: base };

    const both = await Promise.all([ensureToolchain(options), ensureToolchain(options)]);

    expect(both).toEqual([toolchainIn(box.cache), toolchainIn(box.cache)]);
    expect(box.cached()).toEqual(BOTH_CACHED);
  });
});

describe("a release archive with another checksum", () => {
  it("is a clear error at once; nothing of it is kept and nothing is built instead", async () => {
    const forged = makeRelease("prometheus", "3.99.0");
    const { base, requests } = await serve({ [prometheus.archivePath]: { body: forged.archive } });
    writeScript(box.bin, "go", "exit 1");

    await expect(ensureToolchain({ ...box.options, releaseBase: base })).rejects.toThrow(
      new ToolchainError(
        [
          `The checksum of ${base}${prometheus.archivePath} is wrong, so nothing of it was used.`,
          `  expected ${prometheus.sha256}`,
          `  seen     ${forged.sha256}`,
          "The archive was changed on its way or at its source. Try again; if it stays so, check TOCSIN_RELEASE_BASE and any proxy, or install Prometheus >= 3.5.0 on PATH.",
        ].join("\n"),
      ),
    );
    expect(box.cached()).toEqual([]);
    expect(requests).toEqual([prometheus.sumsPath, prometheus.archivePath]);
    expect(box.lines).toEqual([`downloading prometheus 3.15.0 from ${base}`]);
  });
});

describe("a release server that fails", () => {
  const sums = "/prometheus/releases/download/v3.15.0/sha256sums.txt";
  const archive = "/prometheus/releases/download/v3.15.0/prometheus-3.15.0.linux-amd64.tar.gz";
  const half = Buffer.alloc(2_000_000, "x");

  it.each<[string, Readonly<Record<string, Answer | undefined>>, string]>([
    ["by not having the checksums", { [sums]: undefined }, `${sums}: answered 404`],
    ["by not having the archive", { [archive]: undefined }, `${archive}: answered 404`],
    [
      "by not listing the archive",
      { [sums]: { body: "<html>Sign in</html>" } },
      `${sums}: no line for prometheus-3.15.0.linux-amd64.tar.gz`,
    ],
    ["by never answering", { [sums]: "silence" }, `${sums}: no answer within 1 s`],
    ["by cutting the archive off", { [archive]: { half, then: "break" } }, `${archive}: other side closed`],
    ["by stopping midway", { [archive]: { half, then: "stall" } }, `${archive}: no data for 1 s`],
  ])("%s is passed over in one line, with nothing left behind", async (_sentence, changed, line) => {
    const { base } = await serve(changed);
    installAlertmanager();
    const options = { ...box.options, releaseBase: base, limits: { headers: 1000, idle: 1000 } };

    await expect(ensureToolchain(options)).rejects.toThrow(rejection(`${base}${line}`));
    expect(box.lines).toContain(`no prometheus from the release archive: ${base}${line}`);
    expect(box.cached()).toEqual([]);
  });

  it("by serving programs of another version is passed over, with nothing left behind", async () => {
    const { base } = await serve(makeRelease("prometheus", "3.14.0").answers);
    installAlertmanager();

    await expect(ensureToolchain({ ...box.options, releaseBase: base })).rejects.toThrow(
      /^ {2}prometheus from the release archive: \S+\/prometheus is 3\.14\.0, not 3\.15\.0 and \S+\/promtool is 3\.14\.0, not 3\.15\.0$/m,
    );
    expect(box.cached()).toEqual([]);
  });
});

describe("a slow download", () => {
  it("shows how far it is", async () => {
    const { base } = await serve({
      [prometheus.archivePath]: { half: Buffer.alloc(40_000_000), then: "stall" },
    });
    installAlertmanager();
    const limits = { idle: 500, heartbeat: 200 };

    await expect(ensureToolchain({ ...box.options, releaseBase: base, limits })).rejects.toThrow(
      rejection(`${base}${prometheus.archivePath}: no data for 0.5 s`),
    );
    expect(box.lines).toContainEqual(
      expect.stringMatching(/^downloading prometheus 3\.15\.0, [1-9]\d* of 40 MB, \d+ s$/),
    );
  });

  it("that is aborted rejects with the reason and leaves nothing behind", async () => {
    const { base, halfSent } = await serve({
      [prometheus.archivePath]: { half: prometheus.archive, then: "stall" },
    });
    const control = new AbortController();
    const attempt = ensureToolchain({ ...box.options, releaseBase: base, signal: control.signal });

    void halfSent.then(() => {
      control.abort(new Error("Ctrl-C"));
    });

    await expect(attempt).rejects.toThrow(new Error("Ctrl-C"));
    expect(box.cached()).toEqual([]);
  });
});
