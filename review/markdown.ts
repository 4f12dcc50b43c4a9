import { isEmpty, type Changed, type Difference } from "./difference";
import { isSame, type PlanDiff } from "./plan-diff";
import type { PolicyDiff } from "./policy-diff";
import { holdsData } from "./resource-diff";
import type { LoadDiff } from "./volume";

/** All that is different in one environment. */
export interface EnvironmentDiff extends PlanDiff, LoadDiff {
  readonly resources: Difference;
  readonly policies?: PolicyDiff;
  /** Whether a side is a deployed state, of which only the resources are known. */
  readonly isState?: boolean;
}

/** What a comment on a pull request may hold, with room for whoever posts it to add a line. Source: GitHub, 65,536. */
const LONGEST = 64_000;
/** Names that are listed before the rest is counted. */
const MOST = 20;

/** The whole difference as Markdown: a line for each environment, then who is paged, then the rest, long texts folded. */
export function diffMarkdown(
  diffs: readonly EnvironmentDiff[],
  base: string,
  head: string,
  forecast?: string | readonly string[],
): string {
  const title = `## Monitoring: ${code(base)} → ${code(head)}`;
  if (diffs.every(isUnchanged)) {
    return `${title}\n\nNothing is different in ${diffs.map(({ environment }) => code(environment)).join(", ")}.\n`;
  }
  // Where people are woken comes first, whatever it is called.
  const ordered = [...diffs.filter(({ pages }) => pages), ...diffs.filter(({ pages }) => !pages)];
  const story = ordered.map((diff) => `- **${plain(diff.environment)}**: ${summary(diff)}`).join("\n");
  const written = new Map<string, string>();
  const sections = ordered
    .filter((diff) => !isUnchanged(diff))
    .map((diff) => {
      const parts = partsOf(diff).map(([heading, text]) => {
        const same = written.get(text);
        written.set(text, same ?? diff.environment);
        return same === undefined ? `**${heading}**\n\n${text}` : `**${heading}**: as in ${plain(same)}.`;
      });
      return [`### ${plain(diff.environment)}`, ...parts].join("\n\n");
    });
  const folded = new Map([...ordered].reverse().flatMap((diff) => [...textsOf(diff)].reverse()));
  const parts = [title, story, ...forecastIn(forecast), ...sections];
  return withTexts(`${parts.join("\n\n")}\n`, [...folded.values()].reverse());
}

/** More lines of a forecast are in the command's own output. */
const MOST_FORECAST = 40;

/** What both sides would have done in a past, or why nobody knows. */
function forecastIn(says: string | readonly string[] | undefined): readonly string[] {
  if (says === undefined) return [];
  if (typeof says === "string") return [`### Forecast\n\n- none: ${plain(says)}`];
  const left = says.length - MOST_FORECAST;
  const shown = left > 0 ? [...says.slice(0, MOST_FORECAST), `and ${left} lines more`] : says;
  return [["### Forecast", "", "```text", ...shown, "```"].join("\n")];
}

/** Whether an environment stays as it is. */
export function isUnchanged({ resources, policies, ...plan }: EnvironmentDiff): boolean {
  const { appeared = [], mended = [], exceptions = [] } = policies ?? {};
  return (
    isSame(plan) && isEmpty(resources) && [appeared, mended, exceptions].every(({ length }) => length === 0)
  );
}

function summary(diff: EnvironmentDiff): string {
  const loosened = diff.objectives.changed.filter(({ says }) =>
    says.some((one) => one.includes("loosened")),
  ).length;
  const moved = diff.readdressed.reduce((sum, { alerts }) => sum + alerts.length, 0);
  const lost = diff.resources.removed.filter(holdsData).length;
  const pages = diff.lostPages.length;
  const blocking = diff.policies?.blocking ?? 0;
  const parts = [
    ...(blocking > 0 ? [`**the policies block it (${many(blocking, "violation")})**`] : []),
    ...(pages > 0 ? [`**${many(pages, "page")} gone**`] : []),
    ...(lost > 0 ? [`**${many(lost, "resource")} with data deleted**`] : []),
    ...(moved > 0 ? [`**${many(moved, "alert")} for somebody else**`] : []),
    ...(loosened > 0 ? [`**${many(loosened, "objective")} loosened**`] : []),
    ...(diff.maintenance.added.length > 0
      ? [`**${many(diff.maintenance.added.length, "silence")} planned**`]
      : []),
    ...counted("alerts", diff.alerts),
    ...counted("objectives", diff.objectives),
    ...counted("dashboards", diff.dashboards),
    ...counted("runbooks", diff.runbooks),
    ...counted("resources", diff.resources),
    ...countedIn(diff.policies?.exceptions.length ?? 0, "exception of a policy", "exceptions of policies"),
  ];
  return isUnchanged(diff)
    ? "nothing is different"
    : parts.join("; ") || `${diff.rules.before} → ${diff.rules.after} rules`;
}

function many(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

function countedIn(count: number, one: string, more: string): readonly string[] {
  return count === 0 ? [] : [count === 1 ? `1 ${one}` : `${count} ${more}`];
}

function counted(what: string, { added, removed, changed }: Difference): readonly string[] {
  const parts = [
    ...(added.length > 0 ? [`+${added.length}`] : []),
    ...(removed.length > 0 ? [`−${removed.length}`] : []),
    ...(changed.length > 0 ? [`~${changed.length}`] : []),
  ];
  return parts.length === 0 ? [] : [`${what} ${parts.join(" ")}`];
}

type MarkdownPart = readonly [heading: string, text: string];

function partsOf(diff: EnvironmentDiff): readonly MarkdownPart[] {
  return [
    ...list(
      "Who hears of it",
      diff.readdressed.map(
        ({ alerts, before, after }) => `${people(before)} → ${people(after)}: ${names(alerts)}`,
      ),
    ),
    ...list(
      "Pages that are gone",
      diff.lostPages.map((name) => code(name)),
    ),
    ...list("History", diff.history.map(plain)),
    ...of("Objectives", diff.objectives),
    ...of("Alerts", diff.alerts),
    ...of("Planned maintenance", diff.maintenance),
    ...of("Inhibition", diff.inhibition),
    ...of("Scraped jobs", diff.jobs),
    ...of("Dashboards", diff.dashboards),
    ...of("Runbooks", diff.runbooks),
    ...of("Resources", diff.resources),
    ...(diff.rules.before === diff.rules.after
      ? []
      : list("Rules", [`${diff.rules.before} → ${diff.rules.after}`])),
    ...list("Series and money", loadSays(diff)),
    ...policyParts(diff.policies),
    ...(diff.isState === true
      ? list("Compared with what is deployed", [
          "objectives, routes and runbooks show as changes of the resources that hold them",
        ])
      : []),
  ];
}

function loadSays({ volume, costs = [], unpriced = [] }: LoadDiff): readonly string[] {
  if (volume === undefined) {
    return [];
  }
  const { before, after } = volume;
  const pair = (one: number, other: number): string => `${Math.round(one)} → ${Math.round(other)}`;
  const isMore = before.series !== after.series || before.samplesPerSecond !== after.samplesPerSecond;
  return isMore
    ? [
        `about ${pair(before.series, after.series)} series, ${pair(before.samplesPerSecond, after.samplesPerSecond)} samples a second, as the contracts declare`,
        ...costs.map(
          ({ backend, currency, before: was, after: is }) =>
            `${backend}: ${was.toFixed(2)} → ${is.toFixed(2)} ${plain(currency)} a month`,
        ),
        ...unpriced.map((backend) => `${backend}: no price in prices.json, so no money is said`),
      ]
    : [];
}

function policyParts(policies: PolicyDiff | undefined): readonly MarkdownPart[] {
  return policies === undefined
    ? []
    : [
        ...list("Policies", [
          ...policies.appeared.map((text) => `**new**: ${plain(text)}`),
          ...policies.mended.map((text) => `mended: ${plain(text)}`),
        ]),
        ...list("Exceptions of policies", policies.exceptions.map(plain)),
      ];
}

function people(addresses: readonly string[]): string {
  return addresses.length === 0 ? "**nobody**" : addresses.map(plain).join(" and ");
}

function of(title: string, { added, removed, changed }: Difference): readonly MarkdownPart[] {
  return list(title, [
    ...(removed.length > 0 ? [`removed: ${names(removed)}`] : []),
    ...(added.length > 0 ? [`added: ${names(added)}`] : []),
    ...changed.map(({ name, says }) =>
      says.length === 0 ? `${code(name)} is another one` : `${code(name)}: ${says.map(plain).join("; ")}`,
    ),
  ]);
}

function list(heading: string, lines: readonly string[]): readonly MarkdownPart[] {
  if (lines.length === 0) {
    return [];
  }
  const shown = lines.slice(0, MOST).map((line) => `- ${line}`);
  const more = lines.length > MOST ? [`- and ${lines.length - MOST} more`] : [];
  return [[heading, [...shown, ...more].join("\n")]];
}

function names(all: readonly string[]): string {
  const shown = all.slice(0, MOST).map(code).join(", ");
  return all.length > MOST ? `${shown} and ${all.length - MOST} more` : shown;
}

/** Long texts before and after, each of them folded, and each once where environments have the same. */
function textsOf({
  environment,
  alerts,
  inhibition,
  jobs,
  runbooks,
}: EnvironmentDiff): readonly MarkdownPart[] {
  return [alerts, inhibition, jobs, runbooks]
    .flatMap(({ changed }) => changed)
    .flatMap(({ name, texts }: Changed) => {
      if (texts === undefined) {
        return [];
      }
      const text = lineDiff(...texts);
      const folded = `<details><summary>${plain(name)} in ${plain(environment)}</summary>\n\n${text}\n\n</details>\n`;
      return [[`${name} ${text}`, folded] as const];
    });
}

/** As many of the texts as a comment holds; how many are left out is said. */
function withTexts(head: string, all: readonly string[]): string {
  let text = head.length > LONGEST ? `${head.slice(0, LONGEST - 200)}\n\n(cut off here)\n` : head;
  const left = all.findIndex((one) => {
    const fits = text.length + one.length + 100 <= LONGEST;
    text += fits ? `\n${one}` : "";
    return !fits;
  });
  return left === -1
    ? text
    : `${text}\n${all.length - left} texts are left out; \`--json\` has all of them.\n`;
}

/** The lines that differ, without those at both ends that do not. */
function lineDiff(before: string, after: string): string {
  const [old, now] = [before.split("\n"), after.split("\n")];
  const same = (one: readonly string[], other: readonly string[]): number => {
    const index = one.findIndex((line, at) => line !== other[at]);
    return index === -1 ? Math.min(one.length, other.length) : index;
  };
  const start = same(old, now);
  const end = Math.min(
    same([...old].reverse(), [...now].reverse()),
    Math.min(old.length, now.length) - start,
  );
  const [gone, come] = [old.slice(start, old.length - end), now.slice(start, now.length - end)];
  // Line by line where each has another in its place.
  const kept = (one: readonly string[], other: readonly string[]): readonly string[] =>
    gone.length === come.length ? one.filter((line, at) => line !== other[at]) : one;
  const lines = [
    ...kept(gone, come).map((line) => `-${line}`),
    ...kept(come, gone).map((line) => `+${line}`),
  ];
  const fence = "`".repeat(Math.max(3, ...lines.map((line) => (/`+/.exec(line)?.[0].length ?? 0) + 1)));
  return [`${fence}diff`, ...lines, fence].join("\n");
}

/** A text in a line of Markdown, which it cannot leave. */
function plain(text: string): string {
  return text
    .replaceAll(/\s+/g, " ")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll("@", "@\u200b");
}

function code(text: string): string {
  return `\`${text.replaceAll("`", "'").replaceAll(/\s+/g, " ")}\``;
}
