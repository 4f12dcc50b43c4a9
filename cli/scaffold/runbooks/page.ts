import type { Severity } from "../../../slo/alert";
import type { Service } from "../../../slo/service";

/** A step of the diagnosis, or an option of the resolution. */
export interface Part {
  readonly title: string;
  readonly text: readonly string[];
}

/** A runbook in parts; `runbookText` puts them below the headings that every page has. */
export interface Page {
  readonly slug: string;
  readonly title: string;
  /** Alerts that lead here; none makes it a procedure. */
  readonly alerts: readonly string[];
  /** Of these alerts, the worst first. */
  readonly severities: readonly Severity[];
  readonly severity: readonly string[];
  readonly summary: readonly string[];
  readonly impact: readonly string[];
  readonly steps: readonly Part[];
  readonly options: readonly Part[];
  /** How to see that an option worked. */
  readonly worked: string;
  readonly escalation: readonly string[];
  readonly afterwards: readonly string[];
}

/** The text of a page, with the front matter and the headings of runbooks/_template.md (OMNIHUB-RUN-0). */
export function runbookText({ team, dashboard }: Pick<Service, "team" | "dashboard">, page: Page): string {
  const about =
    page.alerts.length === 0
      ? ["procedure: true"]
      : [`alerts: [${page.alerts.join(", ")}]`, `severity: [${page.severities.join(", ")}]`];
  return [
    ["---", `owner: ${team}`, `dashboard: ${dashboard}`, ...about, "---"].join("\n"),
    `# ${page.title}`,
    ...["## Severity", ...page.severity],
    ...["## Summary", ...page.summary],
    ...["## Impact", ...page.impact],
    ...["## Diagnosis", ...parts("Step", page.steps)],
    ...["## Resolution", ...parts("Option", page.options), page.worked],
    ...["## Escalation", page.escalation.map((line) => `- ${line}`).join("\n")],
    ...["## Post-Incident", page.afterwards.map((line) => `- [ ] ${line}`).join("\n")],
  ]
    .join("\n\n")
    .concat("\n");
}

function parts(word: "Step" | "Option", all: readonly Part[]): readonly string[] {
  return all.flatMap(({ title, text }, index) => [`### ${word} ${index + 1}: ${title}`, ...text]);
}

/** Commands that run as they are written. */
export function commands(...lines: readonly string[]): string {
  return ["```bash", ...lines, "```"].join("\n");
}

/** An instant query; `row` is what jq shows of each result. */
export function query(promql: string, row: readonly string[] = []): string {
  return [
    "curl -fsS -G http://127.0.0.1:9090/api/v1/query \\",
    `  --data-urlencode 'query=${promql}' |`,
    `  jq -c '.data.result[] | [${[".metric.environment", ...row, ".value[1]"].join(", ")}]'`,
  ].join("\n");
}

/** A query over the last so many seconds, a row for each point. */
export function history(promql: string, seconds: number, step: string): string {
  return [
    "curl -fsS -G http://127.0.0.1:9090/api/v1/query_range \\",
    `  --data-urlencode 'query=${promql}' \\`,
    `  --data-urlencode "start=$(($(date +%s) - ${seconds}))" --data-urlencode "end=$(date +%s)" --data-urlencode 'step=${step}' |`,
    "  jq -r '.data.result[] | .metric as $m | .values[] | [$m.environment, $m.slo_id // \"\", (.[0] | floor | todate), .[1]] | @tsv'",
  ].join("\n");
}

/** A table; the formatter aligns it. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
