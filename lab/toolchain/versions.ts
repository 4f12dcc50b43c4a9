/** Versions that are good enough: at least `from`, and of an earlier release than `below`. */
export interface VersionRange {
  readonly from: string;
  readonly below: string;
}

interface Version {
  readonly numbers: readonly [number, number, number];
  readonly prerelease: string | undefined;
}

/**
 * Reads the version that a program prints after `told`, as in `promtool, version 3.15.0 (branch: ...)`.
 * @returns `undefined` when the output is another program's, or a build that was given no version.
 */
export function versionIn(output: string, told: string): string | undefined {
  for (const line of output.split("\n")) {
    const at = line.indexOf(told);
    // A log line has it behind `msg="`; inside of a word it is another program's.
    if (at < 0 || /\w/.test(line[at - 1] ?? "")) continue;
    const version = /^\d+\.\d+\.\d+\S*/.exec(line.slice(at + told.length));
    if (version !== null) return version[0];
  }
  return undefined;
}

/** Whether `version` lies in `range`; a pre-release of `below` does not, whatever semantic versioning says. */
export function isWithin(version: string, range: VersionRange): boolean {
  const seen = parse(version);
  if (seen === undefined) return false;
  return compare(seen, known(range.from)) >= 0 && compareNumbers(seen, known(range.below)) < 0;
}

/** The range in words, as messages print it. */
export function describeRange(range: VersionRange): string {
  return `>= ${range.from} and < ${range.below}`;
}

/** Whether the `GOVERSION` of a Go (`go1.26.8`, `devel go1.27-ab12`) is at least `minimum` (`1.26`). */
export function isGoAtLeast(goVersion: string, minimum: string): boolean {
  const seen = /go(\d+\.\d+)/.exec(goVersion)?.[1];
  return seen !== undefined && compareNumbers(known(`${seen}.0`), known(`${minimum}.0`)) >= 0;
}

function parse(text: string): Version | undefined {
  // What follows a plus sign is a packager's mark (`2.45.3+ds`) and has no order.
  const parts = /^(\d+)\.(\d+)\.(\d+)(?:-([^+]+))?(?:\+.*)?$/.exec(text);
  if (parts === null) return undefined;
  return { numbers: [Number(parts[1]), Number(parts[2]), Number(parts[3])], prerelease: parts[4] };
}

function known(text: string): Version {
  const version = parse(text);
  if (version === undefined) throw new RangeError(`"${text}" is not a version of the form 1.2.3.`);
  return version;
}

function compare(left: Version, right: Version): number {
  const byNumbers = compareNumbers(left, right);
  if (byNumbers !== 0) return byNumbers;
  return Number(left.prerelease === undefined) - Number(right.prerelease === undefined);
}

function compareNumbers(left: Version, right: Version): number {
  for (const place of [0, 1, 2] as const) {
    const difference = left.numbers[place] - right.numbers[place];
    if (difference !== 0) return difference;
  }
  return 0;
}
