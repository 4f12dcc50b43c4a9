import { rulesOn } from "../../backends/binding";
import type { RuleGroup } from "../../plan/monitoring-plan";
import { groupedBy } from "../../slo/order";
import type { LoadedGroup } from "../running-server";
import type { Check, Said } from "./check";

/** The share of its interval that a group may take. */
const BUSY = 0.5;

const NOT_SELECTED =
  "Deploy what is planned; with an operator see that its `ruleSelector` has the labels of tocsin:operator.labels, and its log for `skipping prometheusrule`.";

/** Whether every group is there, once and whole, and works; which groups are busy. */
export const rules: Check = ({ plan, server, home }) => {
  const loaded = groupedBy(server.groups, ({ name }) => name);
  return {
    wrong: rulesOn(plan, home).flatMap((group) => loadedWrongly(group, loaded.get(group.name) ?? [])),
    seen: server.groups
      .filter(({ interval, evaluationTime }) => evaluationTime > BUSY * interval)
      .map(({ name, interval, evaluationTime }) => ({
        path: `server.groups.${name}`,
        message: `it takes [${evaluationTime.toFixed(1)} s] of its interval of ${interval} s`,
        remedy: "Give the server more CPU, or shorten what the group reads.",
      })),
  };
};

function loadedWrongly(
  { name, file, rules: wanted }: RuleGroup,
  groups: readonly LoadedGroup[],
): readonly Said[] {
  const path = `services.${file}.ruleGroups.${name}`;
  if (groups.length === 0) {
    return [{ path, message: `none of its [${wanted.length}] rules is loaded`, remedy: NOT_SELECTED }];
  }
  const there = groups.flatMap((group) => group.rules);
  const names = new Set(there.map((rule) => rule.name));
  const missing = wanted
    .map((rule) => (rule.kind === "record" ? rule.record : rule.alert))
    .filter((rule) => !names.has(rule));
  return [
    ...(groups.length === 1
      ? []
      : [
          {
            path,
            message: `it is loaded [${groups.length}] times, so that every alert of it comes more than once`,
            remedy: "Find out who else loads it: a second stack, or an old file.",
          },
        ]),
    ...missing.map((rule) => ({ path, message: `[${rule}] is not loaded`, remedy: NOT_SELECTED })),
    ...there
      .filter(({ health }) => health === "err")
      .map((rule) => ({
        path: `${path}.${rule.name}`,
        message: `it fails: ${rule.lastError}`,
        remedy: "Read the error of the server: an alert whose rule fails cannot fire.",
      })),
  ];
}
