import { fieldAt, firstOf, kindOf, membersOf, parsedJson, textOf, type Field } from "./field";
import { shownText } from "./shown";

/** An alerting rule, wherever and in whichever form it is written down. */
export interface Alert {
  /** Where it is, for people: alert, group and source by name. */
  readonly place: string;
  /** What it is called; `undefined` where that is not known, or where an operator names it. */
  readonly name: string | undefined;
  readonly label: (name: string) => Field;
  readonly annotation: (name: string) => Field;
  /** How long it waits before it fires, as Prometheus writes a duration. */
  readonly waits: Field;
  /** What is asked of the server; none for an alert that an operator writes. */
  readonly expressions: readonly Field[];
  /** Whether an operator writes the rule, windows and all, from the objective. */
  readonly byOperator: boolean;
}

/** A recording rule. */
interface RecordingRule {
  readonly place: string;
  readonly expressions: readonly Field[];
}

/** A place, and what is the matter with it. */
interface Remark {
  readonly place: string;
  readonly reason: string;
}

/** What was found in one resource. */
export interface RuleScan {
  readonly alerts: readonly Alert[];
  readonly records: readonly RecordingRule[];
  /** What should hold rules and cannot be read as such. */
  readonly unreadable: readonly Remark[];
  /** What may hold rules and could not be looked at. */
  readonly unchecked: readonly Remark[];
}

/** Of a value that only the deployment will tell. */
export const NOT_KNOWN_YET = "it is not known before the deployment";

const NOTHING: RuleScan = { alerts: [], records: [], unreadable: [], unchecked: [] };

/** No rules, and no doubt about it. */
export function nothingFound(): RuleScan {
  return NOTHING;
}

/** Something that claims to hold rules and does not. */
export function unreadable(place: string, reason: string): RuleScan {
  return { ...NOTHING, unreadable: [{ place, reason }] };
}

/** Something that nobody can judge now. */
export function unchecked(place: string, reason: string): RuleScan {
  return { ...NOTHING, unchecked: [{ place, reason }] };
}

/** Everything that several scans found, in their order. */
export function joinScans(scans: readonly RuleScan[]): RuleScan {
  return {
    alerts: scans.flatMap((scan) => scan.alerts),
    records: scans.flatMap((scan) => scan.records),
    unreadable: scans.flatMap((scan) => scan.unreadable),
    unchecked: scans.flatMap((scan) => scan.unchecked),
  };
}

/** The same findings, each within something larger. */
export function placedIn(scan: RuleScan, whole: string): RuleScan {
  const within = <Found extends { readonly place: string }>(found: Found): Found => ({
    ...found,
    place: `${found.place} of ${whole}`,
  });
  return {
    alerts: scan.alerts.map(within),
    records: scan.records.map(within),
    unreadable: scan.unreadable.map(within),
    unchecked: scan.unchecked.map(within),
  };
}

/** A list of groups, as rule files and the Prometheus kinds have it under `groups`. */
export function scanGroups(groups: Field, source: string): RuleScan {
  return scanList(groups, `the list of groups in ${source}`, (group, position) => {
    const name = textOf(fieldAt(group, "name"));
    return scanGroup(
      group,
      `group ${name === undefined ? `number ${position}` : shownText(name)} in ${source}`,
    );
  });
}

/** One group: its rules, and the labels that it gives to those that have none of their own. */
export function scanGroup(group: unknown, place: string): RuleScan {
  return isObject(group)
    ? scanList(fieldAt(group, "rules"), `the list of rules of ${place}`, (rule, position) =>
        scanRule(rule, `rule number ${position} of ${place}`, place, group),
      )
    : notAnObject(group, place);
}

/** One rule. */
export function scanRule(rule: unknown, place: string, within: string, group?: object): RuleScan {
  if (!isObject(rule)) {
    return notAnObject(rule, place);
  }
  const name = alertName(rule);
  return name.state === "absent"
    ? { ...NOTHING, records: [recordOf(rule, within)] }
    : { ...NOTHING, alerts: [alertOf(rule, name, within, group)] };
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function notAnObject(value: unknown, place: string): RuleScan {
  return unreadable(place, `it is ${kindOf(value)}, not an object`);
}

function alertOf(rule: object, name: Field, within: string, group?: object): Alert {
  const shown = name.state === "unknown" ? "without a known name" : shownText(textOf(name) ?? "");
  return {
    place: `alert ${shown} of ${within}`,
    name: textOf(name),
    // Source: Prometheus 3.0, rule groups have labels, and a label of the rule wins.
    label: (label) => firstOf(fieldAt(rule, "labels", label), fieldAt(group, "labels", label)),
    annotation: (annotation) => fieldAt(rule, "annotations", annotation),
    waits: fieldAt(rule, "for"),
    expressions: expressionsOf(rule),
    byOperator: false,
  };
}

function recordOf(rule: object, within: string): RecordingRule {
  const place = `record ${shownText(textOf(fieldAt(rule, "record")) ?? "")} of ${within}`;
  return { place, expressions: expressionsOf(rule) };
}

/** Prometheus has one under `expr`; Grafana a list of queries, each with a model that may be a JSON text. */
function expressionsOf(rule: object): readonly Field[] {
  const expr = fieldAt(rule, "expr");
  if (expr.state !== "absent") {
    return [expr];
  }
  const queries = firstOf(fieldAt(rule, "datas"), fieldAt(rule, "data"));
  if (queries.state !== "known") {
    return queries.state === "unknown" ? [queries] : [];
  }
  return (membersOf(queries.value) ?? []).flatMap((query) => {
    const model = query.state === "known" ? fieldAt(query.value, "model") : query;
    if (model.state !== "known") {
      return model.state === "unknown" ? [model] : [];
    }
    const text = textOf(model);
    const found = fieldAt(text === undefined ? model.value : parsedJson(text), "expr");
    return found.state === "absent" ? [] : [found];
  });
}

/** Prometheus calls it `alert`; Grafana `title` in files and app platform kinds, and `name` in its rule groups. */
function alertName(rule: object): Field {
  const alert = fieldAt(rule, "alert");
  if (alert.state !== "absent" || fieldAt(rule, "record").state === "absent") {
    return firstOf(alert, fieldAt(rule, "title"), fieldAt(rule, "name"));
  }
  return alert;
}

/** The members of a list, each looked at; what is no list, or not known yet, is said. */
export function scanList(
  list: Field,
  place: string,
  scanMember: (member: unknown, position: number) => RuleScan,
): RuleScan {
  if (list.state !== "known") {
    return list.state === "absent" ? NOTHING : unchecked(place, NOT_KNOWN_YET);
  }
  const members = membersOf(list.value);
  if (members === undefined) {
    return unreadable(place, `it is ${kindOf(list.value)}, not a list`);
  }
  return joinScans(
    members.map((member, index) =>
      member.state === "unknown"
        ? unchecked(`member number ${index + 1} of ${place}`, NOT_KNOWN_YET)
        : scanMember(member.state === "known" ? member.value : undefined, index + 1),
    ),
  );
}
