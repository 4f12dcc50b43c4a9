import {
  comparison,
  isOutage,
  limitValue,
  type Alert,
  type Limit,
  type MeasuredAlert,
  type OutageAlert,
  type Unusual,
} from "../../slo/alert";
import { ANOMALY } from "../../slo/anomaly";
import { burnPlan, burnThreshold } from "../../slo/burn-rate";
import { milliseconds, plus, type Duration } from "../../slo/duration";
import type { Age, Increase, Level, Rate } from "../../slo/measure";
import { errorBudget, exactRatio } from "../../slo/objective";
import type { Service } from "../../slo/service";
import type { EventSli } from "../../slo/sli";
import type { Gauge } from "../../slo/telemetry";
import { selection } from "../../generators/promql";
import { burningOf } from "./burning-model";
import { toldApart } from "./cells";
import { readsLevels } from "./declared-model";
import { signOf } from "./measured";
import { BUSY, during, normal, type Scenario } from "./scenario";
import { counterShares, errorShares, gaugeShares, targetsDown } from "./share-scenarios";
import { lastPicked } from "./sides";
import { sliKey } from "./streams";
import { around, boundary, lasting, partKey, type Story } from "./story";
import type { Disturbance, Phase } from "./world";

/** The stories of one declared alert: it fires, it stays silent beside its limit, it lets go. */
export function alertScenarios(service: Service, alert: Alert, interval: Duration): readonly Scenario[] {
  const tell = (sentence: string, phases: readonly Phase[]): Scenario => ({
    sentence: `${alert.name}: ${sentence}`,
    phases,
  });
  const story: Story = Object.assign(tell, { interval });
  if (isOutage(alert)) {
    const { name } = alert.outageOf;
    return [
      story("no target answers", around(alert, { up: { [name]: 0 } })),
      story("no target is known", around(alert, { up: { [name]: "vanished" } })),
      ...(readsLevels(alert) ? boundary(alert, { up: { [name]: 0 } }, story) : []),
      ...(alert.requests === undefined ? [] : fewSucceed(service, alert, alert.requests, story)),
    ];
  }
  const { measure, when } = alert;
  if ("unusual" in when) {
    return measure.kind === "rate" ? unusualRates(alert, measure, when.unusual, story) : [];
  }
  const stories = measuredScenarios(service, alert, when, story);
  if (alert.whileBurning === undefined) {
    return stories;
  }
  const { sli, objective, window } = burningOf(service, alert.whileBurning);
  const [, { factor }] = burnPlan(window, story.interval).windows;
  const limits = Object.values(objective).map((one) => burnThreshold(factor, errorBudget(one)).toNumber());
  return [
    ...stories.map((one) => withErrors(one, sli, "while its objective burns", 1.04 * Math.max(...limits))),
    ...stories
      .slice(0, 1)
      .map((one) => withErrors(one, sli, "and it hardly does", 0.96 * Math.min(...limits))),
  ];
}

/** The same story with a share of bad events in all of its phases. */
function withErrors({ sentence, phases }: Scenario, sli: EventSli, says: string, share: number): Scenario {
  const bad = { [sliKey(sli)]: share.toFixed(6) };
  return { sentence: `${sentence}, ${says}`, phases: phases.map((phase) => ({ ...phase, ...BUSY, bad })) };
}

function measuredScenarios(
  service: Service,
  alert: MeasuredAlert,
  when: Limit,
  story: Story,
): readonly Scenario[] {
  const { measure } = alert;
  switch (measure.kind) {
    case "age":
    case "level":
      return levels(alert, measure, when, story);
    case "spread":
      return lasting(alert, "one target differs", { disagreeing: [measure.gauge.name] }, story);
    case "increase":
      return failures(alert, measure, when, story);
    case "rate":
      return rates(alert, measure, when, story);
    case "targets-up":
      return targetsDown(alert, measure, story);
    case "gauge-per-target":
      return fewerKnown(alert, measure.gauge, story);
    case "gauge-share":
      return gaugeShares(alert, measure, when, story);
    case "counter-share":
      return counterShares(alert, measure, when, story);
    case "bad-events":
      return errorShares(service, alert, measure, when, story);
    // Days, and what turns, are told by tables.
    case "turns":
    case "forecast":
    // What a query says is known of its examples alone.
    case "query":
      return [];
  }
}

function fewerKnown(alert: MeasuredAlert, gauge: Gauge, story: Story): readonly Scenario[] {
  const fewer = { gauges: [{ name: gauge.name, labels: {}, value: gauge.normal - 1 }] };
  return [
    ...lasting(alert, "one is missing", fewer, story),
    story("one alone knows all", around(alert, { ...fewer, disagreeing: [gauge.name] })),
    story(
      "one does not answer, and the others have forgotten it",
      around(alert, { ...fewer, up: { [gauge.job.name]: gauge.job.instances - 1 } }),
    ),
  ];
}

/** A little less and a little more succeeds than must; what may be chance has a table. */
function fewSucceed(
  { slos }: Service,
  alert: OutageAlert,
  { slo: id, succeedBelow }: NonNullable<OutageAlert["requests"]>,
  story: Story,
): readonly Scenario[] {
  const sli = slos.find((one) => one.id === id)?.sli;
  if (sli?.kind !== "request-ratio" && sli?.kind !== "latency-ratio") {
    return [];
  }
  const minimum = exactRatio(succeedBelow).toNumber();
  const succeeding = (share: number): readonly Phase[] => [
    during("30m", BUSY),
    during(plus(alert.for, "30m"), { ...BUSY, bad: { [sliKey(sli)]: (1 - share).toFixed(6) } }),
    during("20m", BUSY),
  ];
  return [
    story(`a little less than ${succeedBelow} succeed`, succeeding(0.96 * minimum)),
    story(`a little more than ${succeedBelow} succeed`, succeeding(1.04 * minimum)),
  ];
}

/** A little beyond the limit and on it; or the value itself, and nobody says anything. */
function levels(alert: MeasuredAlert, measure: Age | Level, when: Limit, story: Story): readonly Scenario[] {
  const { gauge, where, of } = measure;
  const { operator, limit } = comparison(when);
  const value = limitValue(limit);
  const series = (of === "sum" ? gauge.job.instances : 1) * signOf(measure);
  const at = (total: number): Disturbance => ({
    gauges: [{ name: gauge.name, labels: lastPicked(gauge, where), value: total / series }],
  });
  const side = operator === ">" ? "above" : "below";
  const further = value === 0 ? 1 : value / 20;
  const bad = at({ ">": value + further, "<": value - further, "==": value }[operator]);
  return [
    ...(operator === "=="
      ? [story(`it is ${limit}, then normal again`, around(alert, bad))]
      : [
          story(`${side} ${limit} for long enough, then normal again`, around(alert, bad)),
          story(`${limit} itself is not ${side} it`, around(alert, at(value))),
        ]),
    ...(alert.orAbsent === true
      ? [
          {
            ...story(
              "no target of its job is known",
              around(alert, { up: { [gauge.job.name]: "vanished" } }),
            ),
            alsoIn: [{ environment: "elsewhere" }],
          },
          story("targets answer and none reports it", around(alert, { hidden: [gauge.name] })),
        ]
      : []),
    ...(gauge.job.instances > 1 && of !== "sum"
      ? [disagreement(alert, gauge, at(operator === "<" ? value - 0.5 : value), story)]
      : []),
    ...boundary(alert, bad, story),
  ];
}

/** What tells the highest of targets from the lowest. */
function disagreement(alert: MeasuredAlert, { name }: Gauge, all: Disturbance, story: Story): Scenario {
  const lasts = plus(alert.for, "10m");
  return story("the first target is on one side of the limit, the others are on the other", [
    normal("30m"),
    during(lasts, { ...all, disagreeing: [name] }),
  ]);
}

function failures(alert: MeasuredAlert, measure: Increase, when: Limit, story: Story): readonly Scenario[] {
  const { counter, by, least = [], window, explainedBy } = measure;
  const moreThan = limitValue(comparison(when).limit);
  const { instances } = counter.job;
  const shared = least.includes("instance") ? instances : 1;
  // The limit is passed well before the disturbance ends, also where the window outlasts it.
  const seconds = Math.min(milliseconds(window), milliseconds("20m")) / 1_000;
  const perSecond = (2 * (moreThan + 1) * shared) / seconds;
  const keys = toldApart(measure).map((bad) => selection(counter.name, bad));
  const growing = (some: readonly string[]): Disturbance => ({
    increments: Object.fromEntries(some.map((key) => [key, perSecond])),
  });
  const apart = by === undefined ? keys : keys.slice(0, 1);
  return [
    story("it grows, then stands still", around(alert, growing(apart))),
    ...(shared > 1
      ? [
          story("on all targets but one, which goes", [
            ...around(alert, { ...growing(apart), countedOn: instances - 1 }).slice(0, 2),
            during(plus(alert.for, "2m"), { ...growing(apart), up: { [counter.job.name]: instances - 1 } }),
          ]),
        ]
      : []),
    ...(by === undefined && keys.length > 1
      ? [story("on all ways but one", around(alert, growing(keys.slice(1))))]
      : []),
    ...(explainedBy === undefined
      ? []
      : [story("with what explains it", around(alert, growing([...apart, explainedBy.name])))]),
  ];
}

/** A little beyond the limit, and a little within it. */
function rates(alert: MeasuredAlert, measure: Rate, when: Limit, story: Story): readonly Scenario[] {
  const { operator, limit } = comparison(when);
  const perSecond = limitValue(limit) / (measure.per === "minute" ? 60 : 1);
  const at = (factor: number): readonly Phase[] =>
    around(alert, { increments: { [partKey(measure)]: factor * perSecond } });
  const [beyond, within] = operator === ">" ? [1.04, 0.96] : [0.96, 1.04];
  return [
    story(`a little beyond ${limit}`, at(beyond)),
    story(`a little on this side of ${limit}`, at(within)),
  ];
}

/** Eight hours of the usual rate are enough to know it; then it is exceeded well and hardly. The rest has a table. */
function unusualRates(
  alert: MeasuredAlert,
  measure: Rate,
  unusual: Unusual,
  story: Story,
): readonly Scenario[] {
  const at = (perMinute: number): Disturbance => ({ increments: { [partKey(measure)]: perMinute / 60 } });
  const usual = unusual.moreThanPerMinute;
  const times = "times" in unusual ? unusual.times : Number(ANOMALY.atLeastTimes);
  const long = plus(alert.for, "45m");
  const after = (perMinute: number, past: number): readonly Phase[] => [
    during("8h", at(past)),
    during(long, at(perMinute)),
    during("30m", at(past)),
  ];
  return [
    story("a little more than what is too much, then usual again", after(1.04 * times * usual, usual)),
    story("a little less than what is too much", after(0.96 * times * usual, usual)),
  ];
}
