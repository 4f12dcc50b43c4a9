import { PERIODS } from "../burn-rate";
import { labelsOf, sliReadings, type SliReading } from "../measure";
import { isDuration, milliseconds } from "../duration";
import { suggestion } from "../nearest";
import { ratioOfPercent, type Percent } from "../objective";
import { compareText, duplicates, groupedBy } from "../order";
import type { Problem } from "../problem";
import type { Service, Slo } from "../service";
import type { Sli } from "../sli";
import { checkDuration, checkPlainText, checkSlug } from "./identifiers";
import { checkComposite } from "./composite";
import { checkLimit } from "./condition";
import { checkMeasure } from "./measure";
import { checkBothSides, checkCounterRatio, checkQueryRatio } from "./own-queries";
import { checkEventSli, checkLabels } from "./telemetry";

/** Every problem of one SLO. */
export function checkSlo(service: Service, slo: Slo, environments: readonly string[]): readonly Problem[] {
  const path = `services.${service.id}.slos.${slo.id}`;
  return [
    ...checkSlug(`${path}.id`, slo.id),
    ...checkPlainText(`${path}.title`, slo.title),
    ...checkPlainText(`${path}.population`, slo.population),
    ...checkPlainText(`${path}.breach`, slo.breach),
    ...checkSli(`${path}.sli`, service, slo),
    ...checkApart(`${path}.by`, slo),
    ...checkWindow(path, slo),
    ...Object.entries(slo.objective).flatMap(([environment, objective]) => [
      ...checkEnvironment(`${path}.objective`, environment, environments),
      ...checkObjective(`${path}.objective.${environment}`, objective),
    ]),
    ...checkBucketRunbook(path, slo),
  ];
}

function checkSli(path: string, service: Service, slo: Slo): readonly Problem[] {
  const { sli, by = [] } = slo;
  switch (sli.kind) {
    case "counter-ratio":
      return checkCounterRatio(path, service.telemetry, sli);
    case "query-ratio":
      return checkQueryRatio(path, service.telemetry, sli);
    case "composite":
      return checkComposite(path, slo, sli);
    case "request-ratio":
    case "latency-ratio":
      return checkEventSli(path, service.telemetry, sli);
    case "time":
      return [
        ...checkMeasure(`${path}.measure`, service, sli.measure),
        ...(sli.measure.kind === "query"
          ? checkBothSides(`${path}.measure`, sli.measure.examples, sli.bad)
          : []),
        ...differing(labelsOf(sli.measure), by).map((label) => ({
          code: "condition-unfit" as const,
          path: `${path}.measure.by`,
          message: `the measure tells [${labelsOf(sli.measure).join(", ")}] apart, and the objective [${by.join(", ")}]`,
          remedy: `Name [${label}] in both, or in none of them.`,
        })),
        ...checkLimit(`${path}.bad`, sli.measure, sli.bad),
        // The long window of the fast pair is an hour: a page could never have more bad time than that.
        ...checkDuration(`${path}.minimum`, sli.minimum, ["15s", "1h"]),
      ];
  }
}

/** What an SLI is that has no labels but those of the place. */
function singleValued(sli: Sli): string | undefined {
  if (sli.kind === "composite") {
    return "a journey";
  }
  const isQuery = sli.kind === "query-ratio" || (sli.kind === "time" && sli.measure.kind === "query");
  return isQuery ? "a query" : undefined;
}

/** Labels that one of two lists has, the first of them. */
function differing(one: readonly string[], other: readonly string[]): readonly string[] {
  return [...one, ...other].filter((label) => !one.includes(label) || !other.includes(label)).slice(0, 1);
}

/** Each value has records, alerts and lines in panels of its own; with more than so many nobody looks at them. */
const MOST_APART = 50;

/** That the values which are judged apart are those of a label which every series of the SLI has, and few. */
function checkApart(path: string, { sli, by = [] }: Slo): readonly Problem[] {
  const read = sliReadings(sli);
  const unlabelled = read.flatMap(({ metric }) => checkLabels(path, metric, by));
  if (by.length === 0 || unlabelled.length > 0) {
    return unlabelled;
  }
  const single = singleValued(sli);
  if (single !== undefined) {
    return [
      unfit(
        path,
        `${single} has one value in each place, and [${by.join(", ")}] would give it several`,
        "Measure it otherwise, or declare an objective for each value.",
      ),
    ];
  }
  const values = by.reduce((all, label) => all * (read[0]?.metric.labels[label]?.length ?? 1), 1);
  return [
    ...duplicates(by).map((label) => unfit(path, `[${label}] is named twice`, "Keep one of the two.")),
    ...by.flatMap((label) => checkLabelApart(path, label, read)),
    ...(values > MOST_APART
      ? [
          unfit(
            path,
            `[${values}] values of [${by.join(", ")}] are too many to judge apart`,
            `Choose labels with at most ${MOST_APART} values together, or an objective of all with a panel by value.`,
          ),
        ]
      : []),
  ];
}

/** A value that one metric has and another has not, or that a condition picks, is judged wrongly or by none. */
function checkLabelApart(path: string, label: string, read: readonly SliReading[]): readonly Problem[] {
  const [first, ...others] = read.map(({ metric }) => ({
    name: metric.name,
    values: metric.labels[label] ?? [],
  }));
  const differs = others.find(({ values }) => differing(first?.values ?? [], values).length > 0);
  const picking = read.flatMap(({ where }) => where).find((match) => match.label === label);
  return [
    ...(read.some(({ metric }) => metric.labels[label]?.includes("") === true)
      ? [
          unfit(
            path,
            `[${label}] may be empty, and what has no value is judged by none`,
            "Choose a label that every series has.",
          ),
        ]
      : []),
    ...(differs === undefined
      ? []
      : [
          unfit(
            path,
            `[${label}] has the values [${first?.values.join(", ") ?? ""}] in [${first?.name ?? ""}] and [${differs.values.join(", ")}] in [${differs.name}]: what one of them lacks is judged by none`,
            "Give both the same values in the contract.",
          ),
        ]),
    ...(picking === undefined
      ? []
      : [
          unfit(
            path,
            `[${label}] is judged apart and picked as well, by [${picking.label}${picking.op}"${picking.value}"]: values that it does not pick would always be good, or never there`,
            "Leave the condition out, or judge the values of another label apart.",
          ),
        ]),
  ];
}

function unfit(path: string, message: string, remedy: string): Problem {
  return { code: "condition-unfit", path, message, remedy };
}

function checkWindow(path: string, slo: Slo): readonly Problem[] {
  const supported: readonly string[] = PERIODS;
  return supported.includes(slo.window)
    ? []
    : [
        {
          code: "window-unsupported",
          path: `${path}.window`,
          message: `[${slo.window}] is not a supported SLO window`,
          remedy: `Use one of [${PERIODS.join(", ")}].`,
        },
      ];
}

function checkEnvironment(
  path: string,
  environment: string,
  environments: readonly string[],
): readonly Problem[] {
  return environment === "default" || environments.includes(environment)
    ? []
    : [
        {
          code: "environment-unknown",
          path: `${path}.${environment}`,
          message: `[${environment}] is not an environment`,
          remedy: suggestion(environment, ["default", ...environments]),
        },
      ];
}

/** 0 % < objective < 100 %. Which pairs of windows such an objective can trip is said as a notice. */
export function checkObjective(path: string, objective: Percent): readonly Problem[] {
  const ratio = ratioOfPercent(objective);
  if (ratio === undefined || ratio.lte(0) || ratio.gte(1)) {
    return [
      {
        code: "objective-invalid",
        path,
        message: `[${objective}] is not an objective: it leaves no error budget that could be spent or kept`,
        remedy: "Use a percentage above 0% and below 100% with at most six decimals, e.g. 99.9%.",
      },
    ];
  }
  return [];
}

function checkBucketRunbook(path: string, slo: Slo): readonly Problem[] {
  return slo.sli.kind === "latency-ratio" && slo.runbooks.bucketMissing === undefined
    ? [
        {
          code: "runbook-missing",
          path: `${path}.runbooks.bucketMissing`,
          message: "a latency SLO alerts when its bucket is gone, and names no runbook for it",
          remedy: "Name the slug of a runbook, e.g. slo-bucket-missing.",
        },
      ]
    : [];
}

/** Retention must hold the longest SLO window and a margin of a week. */
const RETENTION_MARGIN = "7d";

/** That a retention is long enough for every window; with less the window is silently shorter than it says. */
export function checkRetention(
  path: string,
  retention: string,
  services: readonly Service[],
): readonly Problem[] {
  const slos = services.flatMap((service) =>
    service.slos
      .filter(
        ({ window }) =>
          isDuration(window) &&
          milliseconds(retention) < milliseconds(window) + milliseconds(RETENTION_MARGIN),
      )
      .map((slo) => ({ id: `${service.id}/${slo.id}`, window: slo.window })),
  );
  return [...groupedBy(slos, ({ window }) => window)].map(([window, same]) => ({
    code: "retention-below-window" as const,
    path,
    message: `[${retention}] does not hold ${window} and a margin of ${RETENTION_MARGIN}, the window of [${same
      .map(({ id }) => id)
      .sort(compareText)
      .join(", ")}]`,
    remedy: "Raise the retention, or shorten the windows.",
  }));
}
