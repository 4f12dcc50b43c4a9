import { chmod } from "node:fs/promises";
import path from "node:path";
import { extract } from "tar";
import { install } from "./cache";
import { ToolchainError, Unreachable, WayFailed } from "./errors";
import { fetchFile, fetchText } from "./http";
import { withProgress } from "./progress";
import type { Run, Target } from "./run";
import type { Suite } from "./suites";
import { passedQuietly, type Way } from "./ways";

/** The project's own release archive, checked against the checksums that are published beside it. */
export const FROM_RELEASE: Way = {
  name: "the release archive",
  attempt: async (suite, run) => {
    const { target } = run;
    if (target === undefined) throw new WayFailed(`nothing to install for ${run.system}`);
    const found = sourceOf(suite, target, run);
    if (found === undefined) return passedQuietly("there is none");
    const { origin } = new URL(found.base);
    if (run.unreachable.has(origin)) throw new WayFailed(`${origin} did not answer before`);
    try {
      return await install(suite, run, (programs, scratch) =>
        download(suite, found, { programs, scratch }, run),
      );
    } catch (error) {
      if (error instanceof Unreachable) run.unreachable.add(origin);
      throw error;
    }
  },
};

/**
 * The checksum of a file in the text of a `sha256sums.txt`, in lower case.
 * @returns `undefined` when the text does not list the file.
 */
export function checksumOf(file: string, sums: string): string | undefined {
  for (const line of sums.split("\n")) {
    const [, sum, name] = /^([0-9a-f]{64}) [ *](\S+)\s*$/i.exec(line) ?? [];
    if (name === file) return sum?.toLowerCase();
  }
  return undefined;
}

/** Where the archive of a suite lies, for one system. */
interface Source {
  readonly base: string;
  readonly archive: string;
  readonly top: string;
  readonly sums: string;
}

function sourceOf({ release }: Suite, target: Target, run: Run): Source | undefined {
  return release === undefined
    ? undefined
    : {
        base: run.releaseBase ?? release.base,
        archive: release.archive(target),
        top: release.top(target),
        sums: release.sums,
      };
}

interface Folders {
  readonly programs: string;
  readonly scratch: string;
}

async function download(suite: Suite, source: Source, folders: Folders, run: Run): Promise<void> {
  const { archive, sums } = source;
  const folder = `${source.base}/${suite.name}/releases/download/v${suite.version}`;
  const expected = checksumOf(archive, await fetchText(`${folder}/${sums}`, run));
  if (expected === undefined) throw new WayFailed(`${folder}/${sums}: no line for ${archive}`);

  const file = path.join(folders.scratch, archive);
  const label = `downloading ${suite.name} ${suite.version}`;
  run.report(`${label} from ${source.base}`);
  const seen = await fetchWithProgress(`${folder}/${archive}`, file, label, run);
  if (seen !== expected) throw new ToolchainError(mismatch(`${folder}/${archive}`, expected, seen, suite));
  await unpack(file, source.top, folders.programs, suite);
  run.report(`downloaded ${suite.name} ${suite.version}`);
}

async function fetchWithProgress(url: string, file: string, label: string, run: Run): Promise<string> {
  let amount = "0 MB";
  const advance = (received: number, total: number | undefined): void => {
    amount =
      total === undefined ? `${megabytes(received)} MB` : `${megabytes(received)} of ${megabytes(total)} MB`;
  };
  const { sha256 } = await withProgress(
    run,
    (seconds) => `${label}, ${amount}, ${seconds} s`,
    () => fetchFile(url, file, run, advance),
  );
  return sha256;
}

async function unpack(file: string, top: string, folder: string, suite: Suite): Promise<void> {
  const wanted = suite.programs.map(({ name }) => `${top}/${name}`);
  try {
    await extract({ file, cwd: folder, strip: 1, strict: true, filter: (entry) => wanted.includes(entry) });
  } catch (error) {
    throw new WayFailed(`${path.basename(file)} cannot be unpacked: ${String(error)}`);
  }
  await Promise.all(suite.programs.map(({ name }) => makeExecutable(path.join(folder, name))));
}

async function makeExecutable(file: string): Promise<void> {
  try {
    await chmod(file, 0o755);
  } catch {
    throw new WayFailed(`the archive holds no ${path.basename(file)}`);
  }
}

function mismatch(url: string, expected: string, seen: string, suite: Suite): string {
  return [
    `The checksum of ${url} is wrong, so nothing of it was used.`,
    `  expected ${expected}`,
    `  seen     ${seen}`,
    `The archive was changed on its way or at its source. Try again; if it stays so, check TOCSIN_RELEASE_BASE and ` +
      `any proxy, or install ${suite.title} >= ${suite.accepted.from} on PATH.`,
  ].join("\n");
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(0);
}
