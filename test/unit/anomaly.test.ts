import { parser } from "@prometheus-io/lezer-promql";
import { anomalyRecords, plannedAnomalies } from "../../generators/anomaly-alerts";
import { declaredAlerts } from "../../generators/declared-alerts";
import { unusualHolds } from "../../backends/rule-tests/anomaly-model";
import { during } from "../../backends/rule-tests/scenario";
import { timeline } from "../../backends/rule-tests/world";
import { isOutage, type MeasuredAlert } from "../../slo/alert";
import { checkAlert } from "../../slo/validation/alert";
import { shop } from "../support/kinds";

function find(name: string): MeasuredAlert {
  const alert = shop.alerts.find((one) => one.name === name);
  if (alert === undefined || isOutage(alert)) {
    throw new RangeError(`there is no anomaly alert [${name}]`);
  }
  return alert;
}

function exprOf(name: string): string {
  const { alerts } = declaredAlerts(shop, { cluster: "prod-1", environment: "prod" }, "30s");
  return alerts.find((alert) => alert.name === name)?.expr ?? "";
}

describe("an anomaly alert", () => {
  it("records its rate once, 0 as long as a target answers that counted nothing yet", () => {
    expect(anomalyRecords(shop)).toEqual(
      ["LoginsFail", "LoginsOdd"].map((anomaly) => ({
        kind: "record",
        record: "anomaly:event_rate:rate15m",
        expr: 'sum by (cluster, environment) (rate(logins_failed_total{job="shop-api"}[15m]) or 0 * up{job="shop-api"})',
        labels: { anomaly, service: "shop" },
      })),
    );
  });

  it("compares with the mean of a day that ended an hour ago, of which a quarter is known", () => {
    const rate = 'anomaly:event_rate:rate15m{anomaly="LoginsFail",service="shop"}';
    expect(exprOf("LoginsFail")).toBe(
      [
        "sum by (cluster, environment) (",
        `  ${rate} > 3 * avg_over_time(${rate}[1d:5m] offset 1h)`,
        `  and ${rate} * 1m > 6`,
        `  and count_over_time(${rate}[1d:5m] offset 1h) > 72`,
        ")",
      ].join("\n"),
    );
  });

  it("compares with deviations, and with half as much again as the mean where there are hardly any", () => {
    const expr = exprOf("LoginsOdd");
    const rate = 'anomaly:event_rate:rate15m{anomaly="LoginsOdd",service="shop"}';
    expect(expr).toContain(
      `${rate} > avg_over_time(${rate}[1d:5m] offset 1h) + 3 * stddev_over_time(${rate}[1d:5m] offset 1h)`,
    );
    expect(expr).toContain(`${rate} > 1.5 * avg_over_time(${rate}[1d:5m] offset 1h)`);
    let errors = 0;
    parser.parse(expr).iterate({
      enter: ({ type }) => {
        errors += type.isError ? 1 : 0;
      },
    });
    expect(errors).toBe(0);
  });

  it("tells the lab what it watches, so that there is a past to compare with", () => {
    expect(plannedAnomalies(shop).map(({ alertname, counter }) => [alertname, counter.name])).toEqual([
      ["LoginsFail", "logins_failed_total"],
      ["LoginsOdd", "logins_failed_total"],
    ]);
  });

  it.each([
    ["a factor below 2", { times: 1, moreThanPerMinute: 6 }, "threshold-invalid"],
    ["half a deviation", { deviations: 2.5, moreThanPerMinute: 6 }, "threshold-invalid"],
    ["less than no events", { times: 3, moreThanPerMinute: -1 }, "minimum-invalid"],
  ])("with %s is refused", (_, unusual, code) => {
    const changed = { ...find("LoginsFail"), when: { unusual } };
    expect(checkAlert(shop, changed).map((problem) => problem.code)).toEqual([code]);
  });

  it("is silent in its model until a quarter of a day is known, fires at four times the usual, not at twice", () => {
    const { measure, when } = find("LoginsFail");
    const at = (perMinute: number): { increments: Record<string, number> } => ({
      increments: { logins_failed_total: perMinute / 60 },
    });
    const holds = (past: "2h" | "8h", perMinute: number): boolean => {
      const line = timeline([during(past, at(10)), during("1h", at(perMinute))], "30s");
      const isRate = measure.kind === "rate" && "unusual" in when;
      return isRate && unusualHolds(shop, measure, when.unusual, line).at(-1) === true;
    };
    expect([holds("8h", 40), holds("8h", 20), holds("2h", 40)]).toEqual([true, false, false]);
  });
});
