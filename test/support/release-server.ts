import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { create } from "tar";
import type { ToolchainOptions } from "../../lab/toolchain";

/** What the server does when it is asked for a path. */
export type Answer =
  | { readonly body: Buffer | string }
  /** Sends the first half and then breaks the connection, or leaves it open in silence. */
  | { readonly half: Buffer; readonly then: "break" | "stall" }
  /** Takes the request and never answers. */
  | "silence";

/** A release server on loopback, like the one of the projects. */
export interface ReleaseServer {
  readonly base: string;
  /** The paths that were asked for, in order. */
  readonly requests: readonly string[];
  /** Resolves when half of an answer has been sent. */
  readonly halfSent: Promise<void>;
  readonly close: () => Promise<void>;
}

/** Starts a server that answers 404 to every path without an answer. */
export async function startReleaseServer(answers: Readonly<Record<string, Answer>>): Promise<ReleaseServer> {
  const requests: string[] = [];
  let tellHalfSent = (): void => undefined;
  const halfSent = new Promise<void>((resolve) => {
    tellHalfSent = resolve;
  });
  const server = createServer((request, response) => {
    const url = request.url ?? "";
    requests.push(url);
    respond(response, answers[url], tellHalfSent);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const base = `http://127.0.0.1:${port}`;
  return { base, requests, halfSent, close: () => closeServer(server) };
}

function respond(response: ServerResponse, answer: Answer | undefined, halfSent: () => void): void {
  if (answer === "silence") return;
  if (answer === undefined) {
    response.writeHead(404).end("Not Found");
  } else if ("body" in answer) {
    response.end(answer.body);
  } else {
    response.writeHead(200, { "content-length": answer.half.length });
    response.write(answer.half.subarray(0, answer.half.length / 2), () => {
      if (answer.then === "break") response.destroy();
      halfSent();
    });
  }
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) =>
    server.close(() => {
      resolve();
    }),
  );
  server.closeAllConnections();
  await closed;
}

/** A release archive of a suite for Linux on x64, made of programs that only tell their version. */
export interface Release {
  readonly archive: Buffer;
  readonly sha256: string;
  readonly archivePath: string;
  readonly sumsPath: string;
  /** The answers of a server that publishes it as it should be. */
  readonly answers: Readonly<Record<string, Answer>>;
}

const SUITES = {
  prometheus: { version: "3.15.0", programs: ["prometheus", "promtool"] },
  alertmanager: { version: "0.31.1", programs: ["alertmanager", "amtool"] },
} as const;

export type SuiteName = keyof typeof SUITES;

/** Makes a release; `told` is the version that its programs tell when that is not the released one. */
export function makeRelease(suite: SuiteName, told: string = SUITES[suite].version): Release {
  const { version, programs } = SUITES[suite];
  const top = `${suite}-${version}.linux-amd64`;
  const root = mkdtempSync(path.join(tmpdir(), "tocsin-release-"));
  try {
    mkdirSync(path.join(root, top));
    for (const program of programs) writeProgram(path.join(root, top), program, told);
    for (const other of ["LICENSE", `${suite}.yml`])
      writeFileSync(path.join(root, top, other), "not wanted\n");
    create({ cwd: root, file: path.join(root, "archive"), gzip: true, sync: true }, [top]);
    const archive = readFileSync(path.join(root, "archive"));
    return describeRelease(suite, top, archive);
  } finally {
    rmSync(root, { recursive: true });
  }
}

function describeRelease(suite: SuiteName, top: string, archive: Buffer): Release {
  const folder = `/${suite}/releases/download/v${SUITES[suite].version}`;
  const sha256 = createHash("sha256").update(archive).digest("hex");
  const archivePath = `${folder}/${top}.tar.gz`;
  const sumsPath = `${folder}/sha256sums.txt`;
  const sums = `${"0".repeat(64)}  ${top}.zip\n${sha256}  ${top}.tar.gz\n`;
  const answers = { [archivePath]: { body: archive }, [sumsPath]: { body: sums } };
  return { archive, sha256, archivePath, sumsPath, answers };
}

/** Writes an executable shell script that answers `--version` as the real program does. */
export function writeProgram(folder: string, program: string, version: string): void {
  writeScript(folder, program, `echo '${program}, version ${version} (branch: HEAD, revision: 0123456)'`);
}

/** Writes an executable shell script; it has to name every command by its path, for PATH holds none. */
export function writeScript(folder: string, name: string, text: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
}

/** Folders, a PATH and a cache of a test's own, so that it neither sees nor changes the machine's. */
export interface Sandbox {
  readonly bin: string;
  readonly cache: string;
  /** The lines that were reported. */
  readonly lines: readonly string[];
  /** Options for Linux on x64 that reach no network unless `releaseBase` is given. */
  readonly options: Partial<ToolchainOptions>;
  /** Names in the cache folder, sorted; none when there is no such folder. */
  readonly cached: () => readonly string[];
  readonly remove: () => void;
}

/** An address that fetch refuses by itself, so that no test can reach a server by accident. */
const NO_SERVER = "http://127.0.0.1:1";

/** Makes a sandbox; the caller removes it. */
export function makeSandbox(): Sandbox {
  const root = mkdtempSync(path.join(tmpdir(), "tocsin-toolchain-"));
  const bin = path.join(root, "bin");
  const cache = path.join(root, "cache");
  const lines: string[] = [];
  return {
    bin,
    cache,
    lines,
    options: {
      env: { PATH: bin },
      cacheDir: cache,
      releaseBase: NO_SERVER,
      report: (line) => void lines.push(line),
      platform: "linux",
      arch: "x64",
    },
    cached: () => namesIn(cache),
    remove: () => {
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** The folders of both suites in a cache, where nothing else may be after a successful start. */
export const BOTH_CACHED = ["alertmanager-0.31.1.linux-amd64", "prometheus-3.15.0.linux-amd64"];

/** The toolchain that lies in a cache. */
export function toolchainIn(cache: string): Record<string, string> {
  const [alertmanagerFolder = "", prometheusFolder = ""] = BOTH_CACHED;
  return {
    prometheus: path.join(cache, prometheusFolder, "prometheus"),
    promtool: path.join(cache, prometheusFolder, "promtool"),
    alertmanager: path.join(cache, alertmanagerFolder, "alertmanager"),
    amtool: path.join(cache, alertmanagerFolder, "amtool"),
  };
}
