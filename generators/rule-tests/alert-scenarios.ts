import type { Alert, AnomalyAlert, GaugeAlert, IncreaseAlert, ThresholdAlert } from "../../slo/alert";
import { ANOMALY } from "../../slo/anomaly";
import { milliseconds, plus, ratioOf, times, type Duration } from "../../slo/duration";
import type { LabelMatch } from "../../slo/telemetry";
import { limitOf, readsLevels } from "./declared-model";
import { selectionKey, toldApart } from "./cells";
import { during, normal, type Scenario } from "./scenario";
import { sliKey } from "./streams";
import type { Disturbance, GaugeLevel, Phase } from "./world";

interface Story {
  (sentence: string, phases: readonly Phase[]): Scenario;
  /** Rules are evaluated with every scrape. */
  readonly interval: Duration;
}

/** The stories of one declared alert: it fires, it stays silent beside its limit, it lets go. */
export function alertScenarios(alert: Alert, interval: Duration): readonly Scenario[] {
  const tell = (sentence: string, phases: readonly Phase[]): Scenario => ({
    sentence: `${alert.name}: ${sentence}`,
    phases,
  });
  const story: Story = Object.assign(tell, { interval });
  switch (alert.kind) {
    case "event":
      return switched(alert, story);
    case "gauge":
      return levels(alert, story);
    case "gauge-down":
      return downs(alert, story);
    case "increase":
      return failures(alert, story);
    case "anomaly":
      return anomalies(alert, story);
    case "disagreement":
      return [
        story("one target differs", around(alert, { disagreeing: [alert.gauge.name] })),
        ...boundary(alert, { disagreeing: [alert.gauge.name] }, story),
      ];
    case "absence":
      return [
        story("no target answers", around(alert, { up: { [alert.job.name]: 0 } })),
        story("no target is known", around(alert, { up: { [alert.job.name]: "vanished" } })),
        ...(readsLevels(alert) ? boundary(alert, { up: { [alert.job.name]: 0 } }, story) : []),
      ];
    case "threshold":
      return shares(alert, story);
  }
}

/** Normal, disturbed for some time longer than the alert waits, and normal again; windows need longer to follow. */
function around(alert: Alert, disturbance: Disturbance): readonly Phase[] {
  return readsLevels(alert) && alert.slo === undefined
    ? [normal("10m"), during(plus(alert.for, "10m"), disturbance), normal("10m")]
    : [normal("30m"), during(plus(alert.for, "20m"), disturbance), normal("20m")];
}

/** What reads a level changes with the sample, so `for` ends on an evaluation: one too few is silent, one more fires. */
function boundary(alert: Alert, disturbance: Disturbance, story: Story): readonly Scenario[] {
  const { interval } = story;
  const waits = Math.ceil(ratioOf(alert.for, interval));
  const once = times(interval, waits + 1);
  return waits === 0
    ? [story("one evaluation is enough", [normal("10m"), during(interval, disturbance), normal("10m")])]
    : [
        story(`${alert.for} are not enough, one evaluation more is`, [
          normal("10m"),
          during(times(interval, waits), disturbance),
          normal("10m"),
          during(once, disturbance),
          normal("10m"),
        ]),
      ];
}

function labelsOf(where: readonly LabelMatch[]): GaugeLevel["labels"] {
  return Object.fromEntries(where.map(({ label, value }) => [label, value]));
}

function switched(alert: Extract<Alert, { kind: "event" }>, story: Story): readonly Scenario[] {
  const on = { name: alert.gauge.name, labels: labelsOf(alert.where), value: Number(alert.equals) };
  return [
    story("the switch is on, then off", around(alert, { gauges: [on] })),
    ...boundary(alert, { gauges: [on] }, story),
  ];
}

/** A tenth beyond the limit, and just on it. */
function levels(alert: GaugeAlert, story: Story): readonly Scenario[] {
  const limit = limitOf(alert);
  const labels = labelsOf(alert.where);
  const series = alert.of === "sum" ? alert.gauge.job.instances : 1;
  const at = (total: number): Disturbance => ({
    gauges: [{ name: alert.gauge.name, labels, value: total / series }],
  });
  const further = Math.max(1, limit / 10);
  const beyond = at(alert.comparison === "above" ? limit + further : limit - further);
  return [
    story(`${alert.comparison} ${alert.limit} for long enough, then normal again`, around(alert, beyond)),
    story(`${alert.limit} itself is not ${alert.comparison} it`, around(alert, at(limit))),
    ...boundary(alert, beyond, story),
  ];
}

function downs(alert: Extract<Alert, { kind: "gauge-down" }>, story: Story): readonly Scenario[] {
  const { gauge } = alert;
  const zero = { gauges: [{ name: gauge.name, labels: {}, value: 0 }] };
  return [
    story("it says 0", around(alert, zero)),
    story("no target of its job is known", around(alert, { up: { [gauge.job.name]: "vanished" } })),
    story("targets answer and none reports it", around(alert, { hidden: [gauge.name] })),
    ...boundary(alert, zero, story),
  ];
}

function failures(alert: IncreaseAlert, story: Story): readonly Scenario[] {
  const { counter, least = [], moreThan, window, explainedBy } = alert;
  const { instances } = counter.job;
  const shared = least.includes("instance") ? instances : 1;
  // The limit is passed well before the disturbance ends, also where the window outlasts it.
  const counted = Math.min(milliseconds(window), milliseconds("20m")) / 1_000;
  const perSecond = (2 * (moreThan + 1) * shared) / counted;
  const keys = toldApart(alert).map((bad) => selectionKey(counter.name, { of: [], bad }));
  const growing = (some: readonly string[]): Disturbance => ({
    increments: Object.fromEntries(some.map((key) => [key, perSecond])),
  });
  const apart = alert.by === undefined ? keys : keys.slice(0, 1);
  return [
    story("it grows, then stands still", around(alert, growing(apart))),
    ...(shared > 1
      ? [story("on all targets but one", around(alert, { ...growing(apart), countedOn: instances - 1 }))]
      : []),
    ...(alert.by === undefined && keys.length > 1
      ? [story("on all ways but one", around(alert, growing(keys.slice(1))))]
      : []),
    ...(explainedBy === undefined
      ? []
      : [story("with what explains it", around(alert, growing([...apart, explainedBy.name])))]),
  ];
}

/** Eight hours of the usual rate are enough to know it; then it is exceeded well, hardly, and at too few events. */
function anomalies(alert: AnomalyAlert, story: Story): readonly Scenario[] {
  const key = selectionKey(alert.counter.name, { of: [], bad: alert.where });
  const at = (perMinute: number): Disturbance => ({ increments: { [key]: perMinute / 60 } });
  const usual = alert.moreThanPerMinute;
  const times = "times" in alert.beyond ? alert.beyond.times : Number(ANOMALY.atLeastTimes);
  const long = plus(alert.for, "45m");
  const after = (perMinute: number, past: number): readonly Phase[] => [
    during("8h", at(past)),
    during(long, at(perMinute)),
    during("30m", at(past)),
  ];
  return [
    story("twice what is too much, then usual again", after(2 * times * usual, usual)),
    story("a little below what is too much", after((times - 0.1) * usual, usual)),
    story("many times as much of next to nothing", after(0.9 * usual, usual / 20)),
    story("nothing is unusual in the first hours", [
      during("3h", at(usual)),
      during(long, at(9 * times * usual)),
    ]),
  ];
}

function shares(alert: ThresholdAlert, story: Story): readonly Scenario[] {
  const { measure } = alert;
  switch (measure.kind) {
    case "targets-up": {
      const { job } = measure;
      const down = { up: { [job.name]: job.instances - 1 } };
      return [
        story("one target is down", around(alert, down)),
        ...boundary(alert, down, story),
        story("a target restarts within two minutes", [normal("30m"), during("2m", down), normal("30m")]),
        ...(measure.planned === undefined
          ? []
          : [story("one target is in no discovery", around(alert, { ...down, pending: true }))]),
      ];
    }
    case "gauge-per-target": {
      const { gauge } = measure;
      const fewer = { gauges: [{ name: gauge.name, labels: {}, value: gauge.normal - 1 }] };
      return [story("one is missing", around(alert, fewer)), ...boundary(alert, fewer, story)];
    }
    case "gauge-share":
      return gaugeShares(alert, measure, story);
    case "error-ratio":
      return errorShares(alert, measure, story);
  }
}

type Measure<K extends ThresholdAlert["measure"]["kind"]> = Extract<ThresholdAlert["measure"], { kind: K }>;

function gaugeShares(
  alert: ThresholdAlert,
  { used, available }: Measure<"gauge-share">,
  story: Story,
): readonly Scenario[] {
  const at = (points: number): Disturbance => {
    const share = (Number.parseFloat(alert.threshold) + points) / 100;
    return { gauges: [{ name: used.name, labels: {}, value: share * available.normal }] };
  };
  return [
    story(`a point above ${alert.threshold}`, around(alert, at(1))),
    story(`a point below ${alert.threshold}`, around(alert, at(-1))),
    ...boundary(alert, at(1), story),
  ];
}

function errorShares(
  alert: ThresholdAlert,
  { sli, window, busierThan }: Measure<"error-ratio">,
  story: Story,
): readonly Scenario[] {
  const percent = Number.parseFloat(alert.threshold);
  // A limit below one per cent leaves no room for a whole point.
  const beside = percent > 1 ? 1 : percent / 5;
  const at = (points: number, requestsPerSecond: number): Disturbance => ({
    requestsPerSecond,
    bad: { [sliKey(sli)]: ((percent + points) / 100).toFixed(6) },
  });
  const long = plus(plus(alert.for, window), "15m");
  const busy = { requestsPerSecond: 100 };
  return [
    story(`above ${alert.threshold} for long enough, then normal again`, [
      during("30m", busy),
      during(long, at(beside, 100)),
      during(plus(window, "15m"), busy),
    ]),
    story(`below ${alert.threshold} for as long`, [during("30m", busy), during(long, at(-beside, 100))]),
    story("a handful of bad events in a quiet night", [during("30m", at(5, 0.01))]),
    ...(busierThan === undefined
      ? []
      : [
          story(`above ${alert.threshold} of too little traffic`, [
            during(long, at(beside, (0.9 * busierThan) / (milliseconds(window) / 1_000))),
          ]),
        ]),
  ];
}
