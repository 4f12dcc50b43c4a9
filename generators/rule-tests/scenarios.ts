import type { Alert } from "../../slo/alert";
import type { Duration } from "../../slo/duration";
import { decimal } from "../../slo/objective";
import type { Service, Slo } from "../../slo/service";
import { metricOf, type Sli } from "../../slo/sli";
import { sloContext } from "../slo-context";
import { gaugeKey } from "./model";
import { sliKey } from "./streams";
import type { Disturbance, Phase } from "./world";

/** A story that a rule test tells, with the evaluation intervals that it is told at. */
export interface Scenario {
  readonly sentence: string;
  readonly evaluations: readonly Duration[];
  readonly phases: readonly Phase[];
}

/** Short windows are evaluated as in production; long ones at 5 m, or promtool refuses the number of samples. */
const BOTH: readonly Duration[] = ["30s", "5m"];
const LIVE: readonly Duration[] = ["30s"];
const LONG: readonly Duration[] = ["5m"];

const normal = (lasts: Duration): Phase => ({ lasts });
const during = (lasts: Duration, disturbance: Disturbance): Phase => ({ lasts, ...disturbance });

/** Every story of a service: normal operation, its SLOs, the alerts that it declares. */
export function scenarios(service: Service, environment: string): readonly Scenario[] {
  return [
    { sentence: "normal operation is silent", evaluations: BOTH, phases: [normal("3h")] },
    ...longScenarios(service, environment),
    ...service.slos.flatMap((slo) => sloScenarios(service, slo, environment)),
    ...service.alerts.flatMap(alertScenarios),
  ];
}

/** All SLOs of a service at one burn rate. */
function burningAll(service: Service, environment: string, burnRate: string): Disturbance {
  const shares = service.slos.map(
    (slo) => [sliKey(slo.sli), decimal(budgetOf(service, slo, environment).times(burnRate))] as const,
  );
  return { bad: Object.fromEntries(shares) };
}

function budgetOf(service: Service, slo: Slo, environment: string): ReturnType<typeof sloContext>["budget"] {
  return sloContext(service, slo, environment, "30s").budget;
}

/** Days of history are dear to evaluate, so all SLOs of a service live through them together. */
function longScenarios(service: Service, environment: string): readonly Scenario[] {
  const burning = (burnRate: string): Disturbance => burningAll(service, environment, burnRate);
  const story = (sentence: string, phases: readonly Phase[]): Scenario => ({
    sentence: `all SLOs: ${sentence}`,
    evaluations: LONG,
    phases,
  });
  return [
    story("a burn rate of 1.2 for a week is a ticket first and little budget later", [
      during("180h", burning("1.2")),
    ]),
    story("a burn rate of 0.7 for a week leaves the budget above a quarter", [
      during("180h", burning("0.7")),
    ]),
    story("a burn rate of 4 for a day ends as it began, in chat", [
      normal("1d"),
      during("1d", burning("4")),
      normal("12h"),
    ]),
  ];
}

/** Ratios stand just beside the thresholds: 13.40 and 13.48 times the budget around 13.44. */
function sloScenarios(service: Service, slo: Slo, environment: string): readonly Scenario[] {
  const budget = budgetOf(service, slo, environment);
  const burning = (burnRate: string): Disturbance => ({
    bad: { [sliKey(slo.sli)]: decimal(budget.times(burnRate)) },
  });
  const story = (sentence: string, evaluations: readonly Duration[], phases: readonly Phase[]): Scenario => ({
    sentence: `${slo.id}: ${sentence}`,
    evaluations,
    phases,
  });
  return [
    story("a burn rate of 18 after two quiet hours alerts and lets go after recovery", BOTH, [
      normal("2h"),
      during("140m", burning("18")),
      normal("1h"),
    ]),
    story("a burn rate of 13.40 is below the fast pair", LIVE, [during("70m", burning("13.40"))]),
    story("a burn rate of 13.48 is above the fast pair", LIVE, [during("70m", burning("13.48"))]),
    story("a burn rate of 10 fires by the slow pair and lets go soon after recovery", LIVE, [
      during("150m", burning("10")),
      normal("1h"),
    ]),
    story("a burn rate of 5 is below the slow pair", LIVE, [during("150m", burning("5"))]),
    story("a service that is ten minutes old sends no ticket", BOTH, [during("10m", burning("4"))]),
    ...lowTraffic(slo, decimal(budget.times("4"))),
    ...dataFaults(slo),
  ];
}

/** At a request every 14 s chance alone makes such ratios; the guard waits for more than chance. */
function lowTraffic(slo: Slo, ratio: string): readonly Scenario[] {
  const quiet = { requestsPerSecond: 0.06 };
  return [
    {
      sentence: `${slo.id}: a young history at some two hundred requests an hour sends no ticket`,
      evaluations: BOTH,
      phases: [during("1h", { ...quiet, bad: { [sliKey(slo.sli)]: ratio } })],
    },
  ];
}

function dataFaults(slo: Slo): readonly Scenario[] {
  const { job } = metricOf(slo.sli);
  const gone: Scenario = {
    sentence: `${slo.id}: targets that are gone for two hours leave the SLI unmeasured, and that is said as long`,
    evaluations: BOTH,
    phases: [normal("1h"), during("130m", { up: { [job.name]: 0 } }), normal("30m")],
  };
  return slo.sli.kind === "latency-ratio" ? [gone, bucketLost(slo, slo.sli)] : [gone];
}

function bucketLost(slo: Slo, sli: Extract<Sli, { kind: "latency-ratio" }>): Scenario {
  return {
    sentence: `${slo.id}: a histogram that lost its bucket is reported and pages nobody`,
    evaluations: BOTH,
    phases: [normal("1h"), during("1h", { lostBuckets: [sli.threshold] })],
  };
}

function alertScenarios(alert: Alert): readonly Scenario[] {
  const story = (sentence: string, phases: readonly Phase[]): Scenario => ({
    sentence: `${alert.name}: ${sentence}`,
    evaluations: BOTH,
    phases,
  });
  switch (alert.kind) {
    case "event":
      return [
        story("the switch is on for half an hour, then off", [
          normal("30m"),
          during("30m", { gauges: { [gaugeKey(alert)]: Number(alert.equals) } }),
          normal("30m"),
        ]),
      ];
    case "absence":
      return [
        story("no target answers", [
          normal("1h"),
          during("30m", { up: { [alert.job.name]: 0 } }),
          normal("30m"),
        ]),
        story("no target is known", [
          normal("1h"),
          during("30m", { up: { [alert.job.name]: "vanished" } }),
          normal("30m"),
        ]),
      ];
    case "threshold":
      return thresholdScenarios(alert, story);
  }
}

function thresholdScenarios(
  alert: Extract<Alert, { kind: "threshold" }>,
  story: (sentence: string, phases: readonly Phase[]) => Scenario,
): readonly Scenario[] {
  const { measure } = alert;
  if (measure.kind === "targets-up") {
    const { job } = measure;
    return [
      story("one target is down", [
        normal("30m"),
        during("30m", { up: { [job.name]: job.instances - 1 } }),
        normal("30m"),
      ]),
      story("a target restarts within two minutes", [
        normal("30m"),
        during("2m", { up: { [job.name]: job.instances - 1 } }),
        normal("30m"),
      ]),
    ];
  }
  const at = (points: number): Disturbance => ({
    bad: { [sliKey(measure.sli)]: String((Number.parseFloat(alert.threshold) + points) / 100) },
  });
  return [
    story(`a point above ${alert.threshold} for half an hour, then normal again`, [
      normal("1h"),
      during("30m", at(1)),
      normal("30m"),
    ]),
    story(`a point below ${alert.threshold} for half an hour`, [
      normal("1h"),
      during("30m", at(-1)),
      normal("30m"),
    ]),
    story("a handful of bad events in a quiet night", [during("30m", { requestsPerSecond: 0.01, ...at(5) })]),
  ];
}
