import { decimal } from "../../slo/objective";
import Big from "big.js";
import type { Slo } from "../../slo/service";
import { metricOf, type EventSli, type GaugeSli } from "../../slo/sli";
import type { SloContext } from "../slo-context";
import { during, normal, type Scenario } from "./scenario";
import { sliKey } from "./streams";
import type { Disturbance, Phase } from "./world";

/** Traffic at which a share of bad events is no chance. */
export const BUSY = { requestsPerSecond: 100 };

/** Beside what a target counts in two scrapes: far more, which no first sample can hold, and less. */
const RETURNS = [
  { size: "fifty thousand", counted: 50_000 },
  { size: "five hundred", counted: 500 },
] as const;

/** What an SLO counts, whatever happens to its series. */
export function sloStories({ slo }: SloContext): readonly Scenario[] {
  const { sli } = slo;
  return [...(sli.kind === "gauge" ? gaugeStories(sli) : eventStories(sli)), ...dataStories(slo)].map(
    (story) => ({ ...story, sentence: `${slo.id}: ${story.sentence}` }),
  );
}

function story(sentence: string, phases: readonly Phase[], more: Partial<Scenario> = {}): Scenario {
  return { sentence, phases, ...more };
}

function eventStories(sli: EventSli): readonly Scenario[] {
  const failing: Disturbance = { ...BUSY, bad: { [sliKey(sli)]: "0.25" } };
  return [
    story(
      "a quarter of the events is bad, in one place of three",
      [during("70m", BUSY), during("20m", failing), during("70m", BUSY)],
      {
        alsoIn: [{ cluster: "elsewhere" }, { environment: "elsewhere" }],
      },
    ),
    story("counters start again from 0 in quiet times and in an incident", [
      during("30m", BUSY),
      during("20m", { ...BUSY, reset: true }),
      during("20m", failing),
      during("20m", { ...failing, reset: true }),
    ]),
    story("bad events count from the first one of a series that was born with them", [
      during("20m", { ...BUSY, unborn: true }),
      during("10m", failing),
    ]),
    ...RETURNS.map(({ size, counted }) =>
      story(
        `series of ${size} events that are not exposed for 8 and for 70 minutes are no new ones`,
        [
          during("10m", { ...BUSY, counted }),
          during("8m", { ...BUSY, withheld: true }),
          during("10m", BUSY),
          during("70m", { ...BUSY, withheld: true }),
          during("10m", BUSY),
        ],
        { unsure: ["total"] },
      ),
    ),
    story(
      "three minutes in which Prometheus was down are no incident",
      [during("30m", BUSY), during("3m", { ...BUSY, gap: true }), during("30m", BUSY)],
      { unsure: ["total"] },
    ),
  ];
}

/** A sample beyond the limit, and one on its good side. */
function gaugeStories({ gauge, bad }: GaugeSli): readonly Scenario[] {
  const limit = new Big(bad.limit);
  const at = (value: Big): Disturbance => ({
    gauges: [{ name: gauge.name, labels: {}, value: Number(decimal(value)) }],
  });
  const [beyond, good] =
    bad.comparison === "above" ? [limit.plus("0.001"), limit] : [limit.minus("0.001"), limit];
  return [
    story(
      "time beyond the limit is bad, in one place of three",
      [normal("70m"), during("10m", at(beyond)), normal("70m")],
      {
        alsoIn: [{ cluster: "elsewhere" }, { environment: "elsewhere" }],
      },
    ),
    story("time at the limit is good", [during("20m", at(good))]),
  ];
}

/** What can become of the series themselves. */
function dataStories(slo: Slo): readonly Scenario[] {
  const metric = metricOf(slo.sli);
  const labels = Object.keys(metric.labels);
  const lost = slo.sli.kind === "latency-ratio" ? [slo.sli.threshold] : [];
  return [
    story("targets are gone", [
      normal("20m"),
      during("20m", { up: { [metric.job.name]: 0 } }),
      normal("20m"),
    ]),
    story("no target has the metric", [
      normal("20m"),
      during("20m", { hidden: [metric.name] }),
      normal("20m"),
    ]),
    ...labels.map((label) =>
      story(
        `the label ${label} has another name`,
        [normal("20m"), during("20m", { renamed: { [metric.name]: label } }), normal("10m")],
        { unsure: ["total", "error"] },
      ),
    ),
    ...(lost.length === 0
      ? []
      : [
          story(
            "the bucket of the objective is gone",
            [normal("20m"), during("20m", { lostBuckets: lost }), normal("10m")],
            { unsure: ["total", "error"] },
          ),
          story(
            "the bucket of the objective is gone on one target",
            [normal("20m"), during("20m", { lostBuckets: lost, lostOn: 1 })],
            { unsure: ["total"] },
          ),
        ]),
  ];
}
