import { spanSays } from "../../plan/page-times";
import type { DifferenceKind } from "../../plan/past";
import type { Against, Difference, Shared } from "./against";

/** A difference that is meant, and why. */
interface Meant extends Difference {
  readonly reason: string;
}

/** Alerts of others beside those of a plan, over the same past. */
export interface Comparison extends Omit<Against, "differences"> {
  readonly environment: string;
  /** Where the rules of the others were read. */
  readonly against: string;
  /** ISO 8601, UTC. */
  readonly from: string;
  readonly to: string;
  readonly days: number;
  /** The share of the days of which the server knows anything. */
  readonly known: number;
  /** Services whose alerts others evaluate, of which nothing is said. */
  readonly elsewhere: readonly string[];
  /** Alerting rules that were compared. */
  readonly rules: { readonly theirs: number; readonly ours: number };
  /** Groups of the plan's own that the same server has, and which are no others. */
  readonly ownGroups: number;
  /** Names of alerts that both have. */
  readonly sameNames: readonly string[];
  /** Alerts that look back to before the history begins. */
  readonly short: { readonly theirs: readonly string[]; readonly ours: readonly string[] };
  /** Of which nobody has said that they are meant. */
  readonly differences: readonly Difference[];
  readonly meant: readonly Meant[];
  /** What is said to be meant, and cannot be: no such alert, or it is covered. */
  readonly stale: readonly { readonly difference: DifferenceKind; readonly alert: string }[];
}

/** Less of the time than this is said to be known. */
const MOST_KNOWN = 0.999;

type Aligned = (rows: readonly (readonly string[])[]) => readonly string[];

/** A comparison in lines for a person. @param file where differences that are meant stand */
export function comparisonSays(said: Comparison, file: string, aligned: Aligned): readonly string[] {
  const { differences, meant, shared, stale } = said;
  const table = (rows: readonly (readonly string[])[]): readonly string[] =>
    rows.length === 1 ? [] : ["", ...aligned(rows)];
  return [
    headline(said),
    ...reservations(said),
    ...table([["both fired", "service", "here", "incidents", "begins", "ends"], ...shared.map(sharedRow)]),
    ...table([
      ["difference", "alert", "of", "fired", "first", "what"],
      ...differences.map((one) => [...differenceRow(one), WORDS[one.difference](one)]),
    ]),
    ...table([
      ["meant", "alert", "of", "fired", "first", "reason"],
      ...meant.map((one) => [...differenceRow(one), one.reason]),
    ]),
    "",
    ...stale.map(
      ({ difference, alert }) =>
        `✗ ${file} has [${difference}] of [${alert}], which is none any more: take it out`,
    ),
    ...end(differences, said.environment, file),
  ];
}

function headline(said: Comparison): string {
  const { environment, from, to, days, rules, against: source } = said;
  return `${environment}, ${minute(from)} to ${minute(to)} UTC of ${count(days, "day")} asked: ${count(rules.theirs, "alerting rule")} of ${source}, ${rules.ours} here`;
}

function reservations(said: Comparison): readonly string[] {
  const { known, elsewhere, ownGroups, sameNames, short, quiet, fresh, shared, differences, meant } = said;
  const fired =
    shared.length + [...differences, ...meant].filter(({ incidents }) => incidents.length > 0).length;
  const line = (names: readonly string[], text: string): readonly string[] =>
    names.length === 0 ? [] : [`${text}: ${names.join(", ")}.`];
  return [
    ...(fired === 0 ? ["Nothing fired on either side, so that only what alerts read is compared."] : []),
    ...(known < MOST_KNOWN
      ? [`${(100 * known).toFixed(1)} % of the time is known to the server; of the rest nothing is said.`]
      : []),
    ...line(short.theirs, "Theirs that look back to before the history begins, and may know too little"),
    ...line(short.ours, "Ours that look back to before the history begins, and may know too little"),
    ...line(elsewhere, "Not looked at, since others evaluate their alerts"),
    ...(ownGroups === 0 ? [] : [`${count(ownGroups, "group")} there are this stack's own, and left out.`]),
    ...line(sameNames, "Both have alerts of these names, so that routes and silences by name mean both"),
    ...line(quiet, "Theirs that never fired, and read what ours read"),
    ...line(fresh, "Ours that are new: nothing of theirs reads the same"),
  ];
}

function sharedRow({ alert, service, by, incidents, began, ended }: Shared): readonly string[] {
  return [alert, service, by, String(incidents), apart(began), apart(ended)];
}

/** What lies between two times, of one or of several: `5 min later`, `30 s earlier to 5 min later`. */
function apart(all: readonly number[]): string {
  const says = (ms: number): string =>
    ms === 0 ? "at once" : `${spanSays(Math.abs(ms))} ${ms > 0 ? "later" : "earlier"}`;
  const [first, last] = [says(Math.min(...all)), says(Math.max(...all))];
  return all.length === 0 ? "not yet" : first === last ? first : `${first} to ${last}`;
}

function differenceRow({ difference, alert, service, slo, incidents }: Difference): readonly string[] {
  const [first] = incidents;
  return [
    difference,
    alert,
    [service, slo].filter((text) => text !== "").join("/"),
    String(incidents.length),
    first === undefined ? "" : minute(new Date(first.from).toISOString()),
  ];
}

const WORDS: Readonly<Record<DifferenceKind, (one: Difference) => string>> = {
  uncovered: () => "nothing here reads what it reads",
  "only-theirs": ({ others }) => `not told by ${others.join(", ")}`,
  late: ({ others }) => `told more than 15 min later by ${others.join(", ")}`,
  "only-ours": ({ others }) =>
    others.length === 0 ? "nothing of theirs reads what it reads" : `not told by ${others.join(", ")}`,
};

function end(differences: readonly Difference[], stack: string, file: string): readonly string[] {
  const [first] = differences;
  if (first === undefined) {
    return ["✓ every difference is explained"];
  }
  const { difference, alert } = first;
  return [
    `✗ ${count(differences.length, "difference")} that nobody has explained. Change the service, or say in ${file} why it is meant:`,
    `  [${JSON.stringify({ stack, difference, alert, reason: "..." })}]`,
  ];
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

function minute(time: string): string {
  return time.slice(0, "2026-11-29T22:40".length).replace("T", " ");
}
