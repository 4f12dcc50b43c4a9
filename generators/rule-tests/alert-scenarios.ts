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
import { burnPlan } from "../../slo/burn-rate";
import { milliseconds, plus, ratioOf, type Duration } from "../../slo/duration";
import type { Age, Increase, Level, Rate } from "../../slo/measure";
import { GUARDS } from "../../slo/guard";
import { exactRatio } from "../../slo/objective";
import type { Service } from "../../slo/service";
import { firstPicked, type Gauge } from "../../slo/telemetry";
import { selection } from "../promql";
import { moreThanChance } from "./chance";
import { toldApart } from "./cells";
import { readsLevels } from "./declared-model";
import { during, normal, type Scenario } from "./scenario";
import { counterShares, errorShares, gaugeShares, targetsDown } from "./share-scenarios";
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
  return measuredScenarios(service, alert, when, story);
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
    case "gauge-per-target": {
      const { gauge } = measure;
      const fewer = { gauges: [{ name: gauge.name, labels: {}, value: gauge.normal - 1 }] };
      return [
        ...lasting(alert, "one is missing", fewer, story),
        story("one alone knows all", around(alert, { ...fewer, disagreeing: [gauge.name] })),
      ];
    }
    case "gauge-share":
      return gaugeShares(alert, measure, when, story);
    case "counter-share":
      return counterShares(alert, measure, when, story);
    case "bad-events":
      return errorShares(service, alert, measure, when, story);
    // What a query says is known of its examples alone.
    case "query":
      return [];
  }
}

/** A little more and a little less succeeds than must, and a little more and a little less of that may be chance. */
function fewSucceed(
  { slos }: Service,
  alert: OutageAlert,
  { slo: id, succeedBelow }: NonNullable<OutageAlert["requests"]>,
  story: Story,
): readonly Scenario[] {
  const slo = slos.find((one) => one.id === id);
  const sli = slo?.sli;
  if (slo === undefined || (sli?.kind !== "request-ratio" && sli?.kind !== "latency-ratio")) {
    return [];
  }
  const seconds = ratioOf(burnPlan(slo.window, story.interval).base, "1s");
  const limit = 1 - exactRatio(succeedBelow).toNumber();
  const failing = (share: number, requestsPerSecond: number): readonly Phase[] => [
    during("30m", { requestsPerSecond }),
    during(plus(alert.for, "30m"), { requestsPerSecond, bad: { [sliKey(sli)]: share.toFixed(6) } }),
    during("20m", { requestsPerSecond }),
  ];
  const beyond = 1 - 0.96 * (1 - limit);
  return [
    story(`a little less than ${succeedBelow} succeed`, failing(beyond, 100)),
    story(`a little more than ${succeedBelow} succeed`, failing(1 - 1.04 * (1 - limit), 100)),
    ...[1, (1 + limit) / 2].flatMap((share) => {
      const least = leastOf((requests) => moreThanChance(GUARDS.strict, share * requests, requests, limit));
      return [1.04, 0.96].map((factor) =>
        story(
          `${percent(share)} of a little ${factor > 1 ? "more" : "less"} than ${least.toFixed(1)} requests fail`,
          failing(share, (factor * least) / seconds),
        ),
      );
    }),
  ];
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** From where on a condition on a number holds. */
function leastOf(holds: (value: number) => boolean): number {
  let [low, high] = [0, 1e6];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    [low, high] = holds(middle) ? [low, middle] : [middle, high];
  }
  return high;
}

/** A little beyond the limit and on it; or the value itself, and nobody says anything. */
function levels(
  alert: MeasuredAlert,
  { gauge, where, of }: Age | Level,
  when: Limit,
  story: Story,
): readonly Scenario[] {
  const { operator, limit } = comparison(when);
  const value = limitValue(limit);
  const series = of === "sum" ? gauge.job.instances : 1;
  const at = (total: number): Disturbance => ({
    gauges: [{ name: gauge.name, labels: firstPicked(gauge, where), value: total / series }],
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
          story("no target of its job is known", around(alert, { up: { [gauge.job.name]: "vanished" } })),
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
    ...(moreThan === 0 ? [] : besideIncrease(alert, measure, { moreThan: moreThan * shared, apart }, story)),
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

/** A little beyond the limit and a little within it: all along, or at once where a window of hours follows. */
function besideIncrease(
  alert: MeasuredAlert,
  { window }: Increase,
  { moreThan, apart }: { readonly moreThan: number; readonly apart: readonly string[] },
  story: Story,
): readonly Scenario[] {
  const isLong = ratioOf(window, "1h") > 1;
  const seconds = ratioOf(isLong ? "20m" : window, "1s");
  return [1.04, 0.96].map((factor) => {
    const increments = Object.fromEntries(apart.map((key) => [key, (factor * moreThan) / seconds]));
    return story(
      `a little ${factor > 1 ? "more" : "less"} than ${moreThan}`,
      isLong
        ? [normal("30m"), during("20m", { increments }), normal(plus(alert.for, "20m"))]
        : around(alert, { increments }),
    );
  });
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

/** Eight hours of the usual rate are enough to know it; then it is exceeded well, hardly, and at too few events. */
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
    story("many times as much of next to nothing", after(0.96 * usual, usual / 20)),
    story("many times as much of a little more", after(1.04 * usual, usual / 20)),
    ...[1.04, 0.96].map((factor) =>
      story(`a little ${factor > 1 ? "more" : "less"} than what is too much after a day of ups and downs`, [
        ...Array.from({ length: 48 }, () => [during("5m", at(0)), during("5m", at(8 * usual))]).flat(),
        during(long, at(factor * 4 * usual * ("times" in unusual ? times : 1 + unusual.deviations / 3))),
      ]),
    ),
    ...(["345m", "375m"] as const).map((known) =>
      story(`far too much, after ${known} and the hour that does not count`, [
        during(known, at(usual)),
        during("75m", at(9 * times * usual)),
      ]),
    ),
  ];
}
