import type { AlertMeasure } from "../../slo/alert";
import type { Duration } from "../../slo/duration";
import { sliReadings } from "../../slo/measure";
import { isPlain } from "../../slo/sli";
import { stepShare } from "../composite";
import { sloQueries } from "../dashboards/queries";
import { measureExpr } from "../measures/measures";
import { percent } from "../operations/markdown";
import { equals, inPlace, selector, share, type PromQl } from "../promql";
import { recordNames, type SloContext } from "../slo-context";
import { placeOf } from "../../plan/environment";
import { query } from "./commands";
import { commands, type Part } from "./page";
import { badBy, badShare, partsBy, partsOfPlain, tellingLabels, type Shown } from "./queries";
import { hereOf, listed, type RunbookSubject } from "./subject";

/** Each query below the words that announce it. */
export function shown(subject: RunbookSubject, all: readonly Shown[]): readonly string[] {
  return all.flatMap(({ says, promql }) => [
    `${says.replace(/^./, (letter) => letter.toUpperCase())}:`,
    commands(query(subject, promql)),
  ]);
}

/** Percent of the events of every objective of the service that are bad now. */
export function badNow(subject: RunbookSubject): readonly Shown[] {
  const conditions = [equals("service", subject.service.id), ...hereOf(subject)];
  const rate = (context: SloContext, side: "error" | "total"): PromQl =>
    selector(recordNames(context).rate(side), conditions);
  const now = subject.contexts.map(
    (context) => `100 * ${share(rate(context, "error"), rate(context, "total"))}`,
  );
  return [...new Set(now)].map((promql) => ({ says: "percent that are bad now, of each objective", promql }));
}

/** The value of a measure as its alert or its objective reads it. */
export function valueOf(subject: RunbookSubject, measure: AlertMeasure): PromQl {
  const here = hereOf(subject);
  return measure.kind === "bad-events"
    ? badShare(measure.sli, measure.window, here)
    : measureExpr(measure, { here, place: inPlace(placeOf(subject.plan.environment)) });
}

/** Where the bad events of an objective come from, or what makes its time bad. */
export function whereFrom(subject: RunbookSubject, context: SloContext, window: Duration): Part {
  const { slo, budget } = context;
  const { sli } = slo;
  const here = hereOf(subject);
  const recent = {
    says: `percent of ${slo.population} that are ${slo.breach}, now`,
    promql: `100 * ${sloQueries(context, here).recentErrors}`,
  };
  const labels = sli.kind === "time" ? [] : sliReadings(sli).flatMap(({ metric }) => tellingLabels(metric));
  return {
    title: `${slo.title}: see which ${slo.population} are ${slo.breach}`,
    text: [
      ...shown(subject, [recent, ...madeOf(subject, context, window)]),
      [
        `- Less than ${percent(budget)} now: it is over, or comes and goes.`,
        ...(labels.length === 0
          ? []
          : [
              `- One ${[...new Set(labels)].map((label) => `\`${label}\``).join(" or ")} alone: what only that part does or depends on.`,
            ]),
        ...(sli.kind === "composite"
          ? ["- One step alone: its runbook.", "- All steps alike: what they have in common."]
          : [
              "- One instance alone: restart it.",
              "- Everything alike: a release, the load, or a dependency.",
            ]),
      ].join("\n"),
    ],
  };
}

function madeOf(subject: RunbookSubject, context: SloContext, window: Duration): readonly Shown[] {
  const { sli } = context.slo;
  const here = hereOf(subject);
  if (sli.kind === "time") {
    return [
      { says: "what is measured", promql: valueOf(subject, sli.measure) },
      ...partsBy(sli.measure, "above" in sli.bad ? "highest" : "lowest", here),
    ];
  }
  if (sli.kind === "composite") {
    return sli.steps.map((step) => ({
      says: `percent that are bad at the step ${step.title}`,
      promql: `100 * ${stepShare(step, recordNames(context).increase, here)}`,
    }));
  }
  return isPlain(sli) ? partsOfPlain(sli, window, here) : badBy(sli, window, here);
}

/** The usual causes, whatever is measured. */
export function releasesAndPods(subject: RunbookSubject, podCommands: readonly string[]): readonly Part[] {
  return subject.deployed.length === 0
    ? []
    : [
        {
          title: `Look for a release, and at the pods of ${listed(subject.deployed.map(({ name }) => `\`${name}\``))}`,
          text: [
            commands(...podCommands),
            "A replica set as old as the trouble: roll back now, understand it later. One message that leads by far is the cause or next to it: if it names a dependency, call its owner. Restarts, or one bad pod: restart. All bad pods on one node: platform on-call drains it. More load than usual: add instances.",
          ],
        },
      ];
}
