import type { Referred } from "./openslo";
import { fields, listIn, shownIn, textIn, type Fields } from "./specified";

/** Severities of OpenSLO's conditions, which are free text, that mean that somebody is woken. */
const WAKING = /^(?:p(?:age|ager|1)|critical|crit|sev-?[01]|high|urgent)$/i;

/** Who is woken by the policies of an objective, and what of them is not carried over. */
export function alertsOf(
  spec: Fields,
  referred: Referred,
): { readonly pages: boolean; readonly lost: readonly string[] } {
  const policies = listIn(spec, "alertPolicies").map((one) =>
    resolved(one, "AlertPolicy", "alertPolicyRef", referred),
  );
  const conditions = policies.flatMap(({ name, spec: policy }) =>
    listIn(policy, "conditions").map((one) => ({
      policy: name,
      ...resolved(one, "AlertCondition", "conditionRef", referred),
    })),
  );
  const targets = policies.flatMap(({ spec: policy }) =>
    listIn(policy, "notificationTargets").map((one) =>
      resolved(one, "AlertNotificationTarget", "targetRef", referred),
    ),
  );
  const pages = conditions.some(({ spec: condition }) => WAKING.test(textIn(condition, "severity") ?? ""));
  return {
    pages,
    lost: [
      ...(policies.length === 0
        ? ["it has no alert policy: a ticket is its alert, and nobody is woken; `response` says otherwise"]
        : []),
      ...policies
        .filter(({ isThere }) => !isThere)
        .map(({ name }) => `the alert policy [${name}] is not in the file`),
      ...conditions.map(({ name, spec: condition }) => conditionWords(name, condition, pages)),
      ...(targets.length === 0
        ? []
        : [
            `[notificationTargets: ${[...new Set(targets.map(({ name }) => name))].join(", ")}] are not carried over: routes go by team and severity`,
          ]),
    ],
  };
}

function conditionWords(name: string, spec: Fields, pages: boolean): string {
  const condition = fields(spec["condition"]);
  const threshold = shownIn(condition, "threshold");
  const window = shownIn(condition, "lookbackWindow");
  const said = threshold === undefined ? "" : ` (${threshold} over ${window ?? "its window"})`;
  return `the alert condition [${name}]${said} is not carried over: burn rates over two pairs of windows ${pages ? "wake somebody" : "open a ticket"}`;
}

/** An object that is written in its place, or referred to. */
function resolved(
  one: Fields,
  kind: string,
  key: string,
  referred: Referred,
): { readonly name: string; readonly spec: Fields; readonly isThere: boolean } {
  const name = textIn(one, key);
  const object = name === undefined ? one : referred(kind, name);
  return {
    name: name ?? textIn(fields(one["metadata"]), "name") ?? kind,
    spec: fields(fields(object)["spec"]),
    isThere: object !== undefined,
  };
}
