import { comparison, limitValue, type Limit, type MeasuredAlert } from "../../slo/alert";
import type { Service } from "../../slo/service";
import { milliseconds, plus } from "../../slo/duration";
import type { Gauge } from "../../slo/telemetry";
import type { BadEvents, CounterShare, GaugeShare, TargetsUp } from "../../slo/measure";
import { during, normal, type Scenario } from "./scenario";
import { lastPicked } from "./sides";
import { around, boundary, lasting, partKey, type Story } from "./story";
import { eventStream, sliKey } from "./streams";
import { usualTraffic } from "./traffic";
import { timeline, type Disturbance } from "./world";

export function targetsDown(
  alert: MeasuredAlert,
  { job, planned }: TargetsUp,
  story: Story,
): readonly Scenario[] {
  const down = { up: { [job.name]: job.instances - 1 } };
  return [
    ...lasting(alert, "one target is down", down, story),
    story("a target restarts within two minutes", [normal("30m"), during("2m", down), normal("30m")]),
    ...(planned === undefined
      ? []
      : [
          story("one target is in no discovery", around(alert, { ...down, pending: true })),
          story("no target is known", around(alert, { up: { [job.name]: "vanished" } })),
        ]),
  ];
}

/** A little beyond a percentage, and a little within it. */
function beside(when: Limit): { readonly limit: string; readonly beyond: number; readonly within: number } {
  const { operator, limit } = comparison(when);
  const share = limitValue(limit);
  const step = 0.04 * share * (operator === "<" ? -1 : 1);
  return { limit, beyond: share + step, within: share - step };
}

export function gaugeShares(
  alert: MeasuredAlert,
  { part, whole, where, free, of }: GaugeShare,
  when: Limit,
  story: Story,
): readonly Scenario[] {
  const { limit, beyond, within } = beside(when);
  const parts = of === "together" ? part.job.instances : 1;
  const at = (share: number, limited = whole.normal): Disturbance => {
    const value = ((free === true ? 1 - share : share) * limited) / parts;
    return {
      gauges: [
        { name: part.name, labels: lastPicked(part, where), value },
        { name: whole.name, labels: {}, value: limited },
      ],
    };
  };
  return [
    story(`a little beyond ${limit}`, around(alert, at(beyond))),
    story(`a little on this side of ${limit}`, around(alert, at(within))),
    ...(of === "highest" && whole.job.instances > 1
      ? [
          story(
            "of one target alone, or of all but one",
            around(alert, { ...at(free === true ? beyond : limitValue(limit)), disagreeing: [part.name] }),
          ),
        ]
      : []),
    story(`a little beyond ${limit} of a limit of 1`, around(alert, at(beyond, 1))),
    ...(of === "together" && whole.job.instances > 1
      ? [story("within the higher of two limits", around(alert, withHigher(whole, at(within, 2))))]
      : []),
    story("of no limit at all", around(alert, { gauges: [{ name: whole.name, labels: {}, value: 0 }] })),
    ...boundary(alert, at(beyond), story),
  ];
}

/** The first target knows of a limit of 2, the others of 1. */
function withHigher({ name }: Gauge, { gauges = [] }: Disturbance): Disturbance {
  return {
    gauges: gauges.map((one) => (one.name === name ? { ...one, value: 1 } : one)),
    disagreeing: [name],
  };
}

export function counterShares(
  alert: MeasuredAlert,
  { part, whole: [first], free }: CounterShare,
  when: Limit,
  story: Story,
): readonly Scenario[] {
  const { limit, beyond, within } = beside(when);
  const at = (share: number): Disturbance => {
    const counted = free === true ? 1 - share : share;
    return part.counter.name === first.counter.name
      ? { bad: { [partKey(part)]: counted.toFixed(6) } }
      : { increments: { [partKey(part)]: counted * usualTraffic(first.counter, { lasts: "1m" }) } };
  };
  return [
    story(`a little beyond ${limit}`, around(alert, at(beyond))),
    story(`a little on this side of ${limit}`, around(alert, at(within))),
  ];
}

export function errorShares(
  service: Service,
  alert: MeasuredAlert,
  { sli, window }: BadEvents,
  when: Limit,
  story: Story,
): readonly Scenario[] {
  const { atLeast, busierThan } = alert;
  const { limit, beyond, within } = beside(when);
  const at = (share: number, requestsPerSecond: number): Disturbance => ({
    requestsPerSecond,
    bad: { [sliKey(sli)]: share.toFixed(6) },
  });
  const long = plus(plus(alert.for, window), "15m");
  const seconds = milliseconds(window) / 1_000;
  const line = timeline([{ lasts: "10m", requestsPerSecond: 1 }], story.interval);
  /** What of all requests the SLI counts. */
  const counted = (eventStream(service, sli, line).total.at(-1) ?? 0) / 600;
  const busy = { requestsPerSecond: 100 };
  /** Beyond the limit by far, and a little more or less than so many events, of which such a part counts. */
  const events = (least: number, part: number): readonly Scenario[] =>
    [1.06, 0.94].map((factor) =>
      story(`${factor > 1 ? "a little more" : "a little less"} than ${least} events, far beyond ${limit}`, [
        during(long, at(FAR, (factor * least) / part / counted / seconds)),
      ]),
    );
  return [
    story(`beyond ${limit} for long enough, then normal again`, [
      during("30m", busy),
      during(long, at(beyond, 100)),
      during(plus(window, "15m"), busy),
    ]),
    story(`on this side of ${limit} for as long`, [during("30m", busy), during(long, at(within, 100))]),
    story("a handful of bad events in a quiet night", [during("30m", at(limitValue(limit) + 0.05, 0.01))]),
    ...(atLeast === undefined ? [] : events(atLeast, FAR)),
    ...(busierThan === undefined ? [] : events(busierThan, 1)),
  ];
}

/** Nearly all is bad. */
const FAR = 0.9;
