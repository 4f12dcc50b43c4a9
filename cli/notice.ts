import { formatProblems, type Problem } from "../slo/problem";

/** Says what is no reason to refuse anything and should be known; nothing where there is nothing. */
export function sayNotice(heading: string, problems: readonly Problem[]): void {
  if (problems.length > 0) {
    process.stdout.write(`notice: ${heading}\n${formatProblems(problems)}\n`);
  }
}

/** Rows of cells as lines, each column as wide as the widest of its cells. */
export function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const width = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(width(column)))
      .join("  ")
      .trimEnd(),
  );
}

/** Writes lines for a person. */
export function say(lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${line}\n`).join(""));
}
