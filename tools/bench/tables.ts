import type { Cost } from "./cost";
import type { MonteCarlo } from "./false-pages";
import type { Paging } from "./paging";
import type { PlanCost } from "./plans";
import type { ServiceCost } from "./services";
import type { Truth } from "./truth/truth";

/** What one part of the bench measured. */
export interface Report {
  readonly cost?: readonly Cost[];
  readonly truth?: readonly Truth[];
  readonly paging?: readonly Paging[];
  readonly "false-pages"?: MonteCarlo;
  readonly services?: readonly ServiceCost[];
  readonly plans?: readonly PlanCost[];
}

type Row = readonly (number | string)[];

/** A table of Markdown; columns after the first that hold numbers are aligned to the right. */
function table(head: readonly string[], rows: readonly Row[]): string {
  const text = [head, ...rows.map((row) => row.map(String))];
  const widths = head.map((_, column) => Math.max(3, ...text.map((row) => (row[column] ?? "").length)));
  const isNumber = (column: number): boolean =>
    rows.every((row) => /^[-+~]?[\d,.]+( |$)|^-$/.test(String(row[column])));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, at) => (isNumber(at) ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0))).join(" | ")} |`;
  const rule = `| ${widths.map((width, at) => (isNumber(at) ? `${"-".repeat(width - 1)}:` : "-".repeat(width))).join(" | ")} |`;
  const [first = [], ...rest] = text.map(line);
  return [first, rule, ...rest].join("\n");
}

function grouped(value: number, digits = 0): string {
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function percent(share: number, digits = 2): string {
  return `${grouped(100 * share, digits)} %`;
}

function off(share: number): string {
  return `${share > 0 ? "+" : ""}${percent(share)}`;
}

function costTable(costs: readonly Cost[]): string {
  const rows = costs.map((cost): Row => {
    const sloth = costs.find(({ by, series }) => by === "Sloth" && series === cost.series);
    const about = cost.derived ? "~" : "";
    const times = (of: number | undefined, by: number): string =>
      cost.by === "Sloth" || of === undefined ? "-" : `${grouped(of / by)} times less`;
    return [
      cost.by,
      grouped(cost.series),
      about + grouped(cost.recorded),
      about + grouped(cost.samples),
      times(sloth?.samples, cost.samples),
      about + grouped(cost.ms, 2),
      times(sloth?.ms, cost.ms),
    ];
  });
  return table(
    ["of one SLO, by", "series", "records, samples/s", "with alerts", "than Sloth", "CPU ms/s", "than Sloth"],
    rows,
  );
}

function truthTable(all: readonly Truth[]): string {
  return table(
    ["service", "errors in truth", "Tocsin", "Sloth", "budget left in truth", "by Tocsin", "by Sloth"],
    all.map(({ scenario, says, ratio, off: by, left }) => [
      `${scenario}: ${says}`,
      percent(ratio, 4),
      off(by.Tocsin),
      off(by.Sloth),
      percent(left.truth),
      percent(left.Tocsin),
      percent(left.Sloth),
    ]),
  );
}

function pagingTable(all: readonly Paging[]): string {
  const ours = all.filter(({ by }) => by === "Tocsin");
  const minutes = (value: number | undefined): string =>
    value === undefined ? "never" : `${grouped(value, 1)} min`;
  return table(
    ["100 requests a second, of which fail", "Tocsin pages after", "Sloth", "Tocsin lets go after", "Sloth"],
    ours.map(({ percent: share, lasts, pages, letsGo }) => {
      const other = all.find(({ by, percent: same }) => by === "Sloth" && same === share);
      return [
        `${share} % for ${lasts} min`,
        minutes(pages),
        minutes(other?.pages),
        minutes(letsGo),
        minutes(other?.letsGo),
      ];
    }),
  );
}

function falsePageTable({ rows, runs, compared }: MonteCarlo): string {
  const shown = (mean: number, error: number): string => `${grouped(mean, 3)} ± ${grouped(error, 3)}`;
  const said = [
    `False pages in 28 days of a service that keeps its objective, mean and standard error of ${grouped(runs)} runs each, by a`,
    `model of both pages that agreed with the server's own evaluation of the rules in all of ${grouped(compared)} evaluations:`,
  ];
  const head = ["requests an hour", "fails", "Tocsin", "Sloth"];
  return `${said.join("\n")}\n\n${table(
    head,
    rows.map(({ perHour, says, Tocsin, Sloth, error }) => [
      grouped(perHour),
      says,
      shown(Tocsin, error.Tocsin),
      shown(Sloth, error.Sloth),
    ]),
  )}`;
}

function serviceTable(costs: readonly ServiceCost[]): string {
  return table(
    ["service in prod", "SLOs", "for SLOs, samples/s", "for declared alerts"],
    costs.map(({ service, slos, forSlos, declared }) => [service, slos, grouped(forSlos), grouped(declared)]),
  );
}

function planTable(costs: readonly PlanCost[]): string {
  return table(
    ["command", "CPU", "by the clock", "memory"],
    costs.map(({ what, processor, seconds, memory }) => [
      what,
      `${grouped(processor, 2)} s`,
      `${grouped(seconds, 2)} s`,
      `${memory} MB`,
    ]),
  );
}

/** What a person reads of each part that was measured. */
export function tablesOf(report: Report): ReadonlyMap<keyof Report, string> {
  const parts: readonly (readonly [keyof Report, string | undefined])[] = [
    ["cost", report.cost && costTable(report.cost)],
    ["truth", report.truth && truthTable(report.truth)],
    ["paging", report.paging && pagingTable(report.paging)],
    ["false-pages", report["false-pages"] && falsePageTable(report["false-pages"])],
    ["services", report.services && serviceTable(report.services)],
    ["plans", report.plans && planTable(report.plans)],
  ];
  return new Map(parts.flatMap(([part, text]) => (text === undefined ? [] : [[part, text] as const])));
}
