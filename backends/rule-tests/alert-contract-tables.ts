import { noSlo } from "../../plan/identity";
import type { Labels, MonitoringPlan } from "../../plan/monitoring-plan";
import { ALERTS } from "../../plan/names";
import type { RuleTestCase } from "../../plan/rule-test";
import type { Service } from "../../slo/service";
import { countName, labelSets } from "../../slo/telemetry";
import { alertChecks, type LabelCheck } from "../../generators/contract-alerts";
import { HOUR, INTERVAL, OUTSIDE, seriesOf, WAITED, WAITS } from "./contract-tables";
import { tableCase, type Row } from "./given";

const ALERT = ALERTS.alertOutsideContract;

/** The alert on series that declared alerts do not know, metric by metric, from raw series. */
export function alertContractTables(plan: MonitoringPlan, service: Service): readonly RuleTestCase[] {
  const about = { id: "", labels: {}, service, slo: { id: noSlo(ALERT) } };
  return alertChecks(service).map(([metric, checks]) =>
    tableCase(plan, about, {
      name: `series of ${metric} outside the contract are said`,
      interval: INTERVAL,
      at: HOUR,
      alerts: [ALERT],
      measured: { metric },
      rows: checks.flatMap(rowsOf),
    }),
  );
}

function rowsOf({ metric, label, picked }: LabelCheck): readonly Row[] {
  const name = countName(metric);
  const usual = labelSets(metric.labels)[0] ?? {};
  const right = metric.labels[label] ?? [];
  const series = (labels: Labels, age = HOUR): NonNullable<Row["beside"]>[number] =>
    seriesOf(name, metric, { ...usual, ...labels }, age);
  const row = (says: string, fires: number, ...beside: NonNullable<Row["beside"]>): Row => ({
    says: `${label}: ${says}`,
    records: {},
    beside,
    fires: fires > 0 ? { [ALERT]: fires } : {},
  });
  const wrong = { [label]: picked ? OUTSIDE : "" };
  const other = { ...wrong, instance: "b" };
  const known = { [label]: right.find((value) => value !== "") ?? "", instance: "c" };
  return [
    ...right.map((value) => row(`[${value}], as the contract says`, 0, series({ [label]: value }))),
    row("one outside", 1, series(wrong, WAITED)),
    row("two outside", 2, series(wrong, WAITED), series(other, WAITED)),
    row("not for long", 0, series(wrong, WAITS)),
    row("on another job", 0, series({ ...wrong, job: "another" })),
    row("beside one on another job", 1, series(wrong, WAITED), series({ ...known, job: "another" })),
    row("beside one elsewhere", 1, series(wrong, WAITED), series({ ...known, environment: "elsewhere" })),
    ...right
      .filter((value) => value !== "" || picked)
      .map((value) =>
        row(
          `beside [${value}]`,
          picked ? 0 : 1,
          series(wrong, WAITED),
          series({ [label]: value, instance: "c" }),
        ),
      ),
  ];
}
