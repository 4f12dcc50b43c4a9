import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../cli/root";

const FIGURES = "docs/proof.json";
const FILE = join(ROOT, FIGURES);

/** A claim, the command that proves it, and what that measured last. */
export interface Proof {
  readonly id: string;
  readonly claim: string;
  readonly command: string;
  /** What a command that measures printed last, and of which state. */
  readonly figure?: { readonly says: string; readonly on: string };
}

/** All claims that are proven, in the order of the page. */
export function proofs(): readonly Proof[] {
  return JSON.parse(readFileSync(FILE, "utf8")) as readonly Proof[];
}

/** The day and the commit of a measurement; files that were changed since are said, but the one that figures are kept in. */
export function provenance(): string {
  const git = (...args: readonly string[]): string =>
    execFileSync("git", args, { cwd: ROOT, encoding: "utf8" }).trim();
  const changed =
    git("status", "--porcelain", "--untracked-files=no", "--", ".", `:(exclude)${FIGURES}`) === ""
      ? ""
      : ", with changes";
  return `${new Date().toISOString().slice(0, 10)}, ${git("rev-parse", "--short", "HEAD")}${changed}`;
}

/**
 * Keeps what a command measured, for the page that `npm run docs` writes.
 * @throws RangeError when there is no such claim
 */
export function keepFigure(id: string, says: string): void {
  const all = proofs();
  if (!all.some((proof) => proof.id === id)) {
    throw new RangeError(`[${id}] is no claim of docs/proof.json; add it there with its command`);
  }
  const kept = all.map((proof) =>
    proof.id === id ? { ...proof, figure: { says, on: provenance() } } : proof,
  );
  writeFileSync(FILE, `${JSON.stringify(kept, null, 2)}\n`);
}

function lastOf({ command, figure }: Proof): string {
  const unmeasured = /^npx jest |^npm run test:engine$/.test(command)
    ? "in every `npm test`"
    : "not measured yet";
  return figure === undefined ? unmeasured : `${figure.says} (${figure.on})`;
}

/** The page of what proves what. */
export function proofPage(): string {
  const rows = proofs().map((proof) => `| ${proof.claim} | \`${proof.command}\` | ${lastOf(proof)} |`);
  return [
    "# What proves what",
    "",
    "The claims of the README, the command that proves each, and what it measured last. `npm run docs` writes this page from",
    "`docs/proof.json`; a command that measures keeps its figure there when it is told to `--write`. What a test of `npm test`",
    "holds has no figure: it passes, or nothing is merged.",
    "",
    "| claim | command | last figure |",
    "| --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}
