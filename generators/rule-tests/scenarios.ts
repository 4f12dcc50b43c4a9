import Big from "big.js";
import type { Duration } from "../../slo/duration";
import { decimal } from "../../slo/objective";
import type { Service, Slo } from "../../slo/service";
import { matchesOf, metricOf, type EventSli, type GaugeSli } from "../../slo/sli";
import { sloContext } from "../slo-context";
import { alertChecks } from "../contract-alerts";
import { alertScenarios } from "./alert-scenarios";
import { BOTH, during, LIVE, LONG, normal, type Scenario } from "./scenario";
import { sliKey } from "./streams";
import { latencyKey } from "./traffic";
import type { Disturbance, Phase } from "./world";

type EventSlo = Slo & { readonly sli: EventSli };
type GaugeSlo = Slo & { readonly sli: GaugeSli };

/** Every story of a service: normal operation, its SLOs, the alerts that it declares. */
export function scenarios(service: Service, environment: string): readonly Scenario[] {
  const counting = service.slos.filter((slo): slo is EventSlo => slo.sli.kind !== "gauge");
  const watching = service.slos.filter((slo): slo is GaugeSlo => slo.sli.kind === "gauge");
  const burning = burningAll(service, environment, counting);
  return [
    { sentence: "normal operation is silent", evaluations: BOTH, phases: [normal("2h")] },
    ...(counting.length === 0
      ? []
      : [...longScenarios(burning), ...burnScenarios(burning), ...counterFaults(burning)]),
    ...watching.flatMap(gaugeScenarios),
    ...(service.slos.length === 0 ? [] : dataFaults(service.slos)),
    ...renamedLabels(service),
    ...service.alerts.flatMap(alertScenarios),
  ];
}

/** Traffic at which a share of bad events is no chance. */
const BUSY = { requestsPerSecond: 100 };

/** Beside what a target counts in two scrapes: far more, which no first sample can hold, and less. */
const RETURNS = [
  { size: "fifty thousand", counted: 50_000 },
  { size: "five hundred", counted: 500 },
] as const;

type Burning = (rate: string) => Disturbance;

/**
 * All SLOs of events at one burn rate: they count different things, so that one story tells of all. More than all
 * events cannot be bad, which is as much as a low objective gets.
 */
function burningAll(service: Service, environment: string, slos: readonly EventSlo[]): Burning {
  const strictFirst = [...slos].sort((a, b) => bound(b.sli) - bound(a.sli));
  return (rate) => {
    const bad = new Map<string, Big>();
    for (const slo of strictFirst) {
      const burnt = sloContext(service, slo, environment, "30s").budget.times(rate);
      const share = burnt.gt(1) ? new Big(1) : burnt;
      // What is slower than a higher bound is slower than this one, too.
      const counted = strictFirst
        .filter(({ sli }) => bound(sli) > bound(slo.sli) && samePopulation(sli, slo.sli))
        .reduce((sum, { sli }) => sum.plus(bad.get(sliKey(sli)) ?? 0), new Big(0));
      bad.set(sliKey(slo.sli), share.minus(counted));
    }
    return { ...BUSY, bad: Object.fromEntries([...bad].map(([key, share]) => [key, decimal(share)])) };
  };
}

function bound(sli: EventSli): number {
  return sli.kind === "latency-ratio" ? Number(sli.threshold) : 0;
}

/** Whether two latencies are measured on the same requests. */
function samePopulation(a: EventSli, b: EventSli): boolean {
  return (
    a.kind === "latency-ratio" &&
    b.kind === "latency-ratio" &&
    latencyKey(a.histogram, a.of, "") === latencyKey(b.histogram, b.of, "")
  );
}

type Story = (
  sentence: string,
  evaluations: readonly Duration[],
  phases: readonly Phase[],
  more?: Pick<Scenario, "alsoIn">,
) => Scenario;

function storiesOf(whose: string): Story {
  return (sentence, evaluations, phases, more = {}) => ({
    sentence: `${whose}: ${sentence}`,
    evaluations,
    phases,
    ...more,
  });
}

const every = storiesOf("every SLO");

/** Days of history are dear to evaluate, so there are few. */
function longScenarios(burning: Burning): readonly Scenario[] {
  return [
    every("a burn rate of 1.2 for a week is a ticket first and little budget later", LONG, [
      during("180h", burning("1.2")),
    ]),
    every("a burn rate of 0.7 for a week leaves the budget above a quarter", LONG, [
      during("180h", burning("0.7")),
    ]),
    every("a burn rate of 4 for a day ends as it began, in chat", LONG, [
      during("1d", BUSY),
      during("1d", burning("4")),
      during("12h", BUSY),
    ]),
  ];
}

/** Ratios stand just beside the thresholds: 13.40 and 13.48 times the budget around 13.44. */
function burnScenarios(burning: Burning): readonly Scenario[] {
  return [
    every("a burn rate of 18 after two quiet hours alerts and lets go after recovery", BOTH, [
      during("2h", BUSY),
      during("140m", burning("18")),
      during("1h", BUSY),
    ]),
    every("a burn rate of 13.40 is below the fast pair", LIVE, [during("70m", burning("13.40"))]),
    every("a burn rate of 13.48 is above the fast pair", LIVE, [during("70m", burning("13.48"))]),
    every("a burn rate of 10 fires by the slow pair and lets go soon after recovery", LIVE, [
      during("150m", burning("10")),
      during("1h", BUSY),
    ]),
    every("a burn rate of 5 is below the slow pair", LIVE, [during("150m", burning("5"))]),
    every("a service that is ten minutes old sends no ticket", BOTH, [during("10m", burning("4"))]),
    every(
      "one place burns, and another cluster and another environment on the same server do not",
      LIVE,
      [during("30m", BUSY), during("30m", burning("18"))],
      { alsoIn: [{ cluster: "elsewhere" }, { environment: "elsewhere" }] },
    ),
    // At an event every 14 s chance alone makes such ratios; the guard waits for more than chance.
    every("a young history at some two hundred events an hour sends no ticket", BOTH, [
      during("1h", { ...burning("4"), requestsPerSecond: 0.06 }),
    ]),
  ];
}

/** What happens to counters and to the server that reads them is no error, and hides none. */
function counterFaults(burning: Burning): readonly Scenario[] {
  return [
    every("counters that start again from 0 are no errors", LIVE, [
      during("30m", BUSY),
      during("30m", { ...BUSY, reset: true }),
    ]),
    every("counters that start again from 0 during an incident do not end it", LIVE, [
      during("30m", BUSY),
      during("20m", burning("18")),
      during("20m", { ...burning("18"), reset: true }),
    ]),
    every("errors of a series that was born with them count from the first one", LIVE, [
      during("1h", { ...BUSY, unborn: true }),
      during("20m", burning("18")),
    ]),
    ...RETURNS.map(({ size, counted }) =>
      every(`series of ${size} events that are not exposed for 8 and for 70 minutes are no new ones`, LIVE, [
        during("10m", { ...BUSY, counted }),
        during("8m", { ...BUSY, withheld: true }),
        during("10m", BUSY),
        during("70m", { ...BUSY, withheld: true }),
        during("10m", BUSY),
      ]),
    ),
    every("three minutes in which Prometheus was down are no incident", LIVE, [
      during("30m", BUSY),
      during("3m", { ...BUSY, gap: true }),
      during("30m", BUSY),
    ]),
  ];
}

function gaugeScenarios(slo: GaugeSlo): readonly Scenario[] {
  const { gauge, bad } = slo.sli;
  const value = Number(bad.limit) + (bad.comparison === "above" ? 1 : -1);
  const off: Disturbance = { gauges: [{ name: gauge.name, labels: {}, value }] };
  const story = storiesOf(slo.id);
  return [
    story("half an hour of bad time alerts and lets go after recovery", BOTH, [
      normal("1h"),
      during("30m", off),
      normal("30m"),
    ]),
    story("ten hours of bad time after a good week leave nothing of the budget", LONG, [
      normal("172h"),
      during("10h", off),
    ]),
    story("one bad minute is a hiccup", LIVE, [normal("1h"), during("1m", off), normal("30m")]),
    story("two bad moments half an hour apart are no page", LIVE, [
      normal("1h"),
      during("30s", off),
      normal("30m"),
      during("30s", off),
      normal("30m"),
    ]),
  ];
}

/** Everything is gone at once: each SLI is missed by itself. */
function dataFaults(slos: readonly Slo[]): readonly Scenario[] {
  const up = Object.fromEntries(slos.map(({ sli }) => [metricOf(sli).job.name, 0]));
  const lost = slos.flatMap(({ sli }) => (sli.kind === "latency-ratio" ? [sli.threshold] : []));
  return [
    every("targets that are gone for two hours leave the SLI unmeasured, and that is said as long", BOTH, [
      normal("1h"),
      during("130m", { up }),
      normal("30m"),
    ]),
    ...lostMetrics(slos),
    ...(lost.length === 0
      ? []
      : [
          every("a histogram that lost its bucket is reported and pages nobody", BOTH, [
            normal("30m"),
            during("40m", { lostBuckets: lost }),
          ]),
          every("one target without the bucket is reported, and its requests are not slow ones", LIVE, [
            normal("30m"),
            during("40m", { lostBuckets: lost, lostOn: 1 }),
          ]),
        ]),
  ];
}

/** What a release can do to the names of metrics: those of all SLIs are gone. */
function lostMetrics(slos: readonly Slo[]): readonly Scenario[] {
  const hidden = [...new Set(slos.map(({ sli }) => metricOf(sli).name))];
  return [
    every("metrics that no target ever had are reported within the hour", LIVE, [during("1h", { hidden })]),
    every("metrics that are gone for thirty hours are reported as long", LONG, [
      normal("1h"),
      during("30h", { hidden }),
      normal("1h"),
    ]),
  ];
}

/** What a release can do to labels: of each metric one by which it is read, if by any. */
function renamedLabels(service: Service): readonly Scenario[] {
  const ofAlerts = alertChecks(service).flatMap(([name, checks]) =>
    checks
      .filter(({ picked }, index) => picked || index === 0)
      .slice(-1)
      .map(({ label }) => [name, label] as const),
  );
  const ofSlis = [...service.slos].reverse().flatMap(({ sli }) => {
    const [label = Object.keys(metricOf(sli).labels)[0]] = matchesOf(sli)
      .map((match) => match.label)
      .reverse();
    return label === undefined ? [] : [[metricOf(sli).name, label] as const];
  });
  const renamed = Object.fromEntries([...ofAlerts, ...ofSlis]);
  return Object.keys(renamed).length === 0
    ? []
    : [
        {
          sentence: "labels under other names are reported, whatever else comes of them",
          evaluations: LIVE,
          phases: [normal("30m"), during("30m", { renamed }), normal("20m")],
        },
      ];
}
