import { formatProblems, type Problem } from "../slo/problem";

/** Says what is no reason to refuse anything and should be known; nothing where there is nothing. */
export function sayNotice(heading: string, problems: readonly Problem[]): void {
  if (problems.length > 0) {
    process.stdout.write(`notice: ${heading}\n${formatProblems(problems)}\n`);
  }
}

/** Writes lines for a person. */
export function say(lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${line}\n`).join(""));
}
