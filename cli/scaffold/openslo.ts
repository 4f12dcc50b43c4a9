import Big from "big.js";
import { decimal } from "../../slo/objective";
import { slugFrom } from "../../slo/slug";
import { periodOf } from "./openslo-window";
import { alertsOf } from "./openslo-alerts";
import { indicatorOf, type Indicator } from "./openslo-indicator";
import { ALPHA, openSloOf } from "./openslo-alpha";
import {
  fields,
  listIn,
  numberIn,
  shownIn,
  specificationIn,
  textIn,
  type Fields,
  type Specification,
  type SpecifiedService,
  type SpecifiedSli,
  type SpecifiedSlo,
} from "./specified";

/** Objects of a file by kind and name, to which others refer. */
export type Referred = (kind: string, name: string | undefined) => Fields | undefined;

/**
 * Services of OpenSLO `v1` and `v1alpha`, with what they refer to in the same file.
 * Source: OpenSLO, README of September 2025, "Object Types".
 * @returns what is wrong with it, where it is none
 */
export function readOpenSlo(text: string): Specification | string {
  return specificationIn(text, {
    read: openSloOf,
    what: "object of openslo/v1 or openslo/v1alpha",
    missing: "it is no specification of OpenSLO: no [apiVersion: openslo/v1] or [openslo/v1alpha] is there",
    specified,
  });
}

function specified(known: readonly Fields[]): Specification {
  const named = new Map(
    known.map((object) => [`${shownIn(object, "kind") ?? ""} ${nameOf(object) ?? ""}`, object]),
  );
  const referred: Referred = (kind, name) => (name === undefined ? undefined : named.get(`${kind} ${name}`));
  const slos = known.filter(({ kind }) => kind === "SLO");
  return {
    services: slos.map((slo) => serviceOf(slo, referred)),
    left: slos.length === 0 ? ["no object of [kind: SLO] is in it; name the file that has them"] : [],
  };
}

function nameOf(object: Fields): string | undefined {
  return textIn(fields(object["metadata"]), "name");
}

function serviceOf(slo: Fields, referred: Referred): SpecifiedService {
  const spec = fields(slo["spec"]);
  const service = textIn(spec, "service");
  const title = textIn(fields(fields(referred("Service", service))["metadata"]), "displayName");
  return {
    id: slugFrom(service ?? ""),
    ...(title === undefined ? {} : { title }),
    slos: objectivesOf(slo, spec, referred),
  };
}

function objectivesOf(slo: Fields, spec: Fields, referred: Referred): readonly SpecifiedSlo[] {
  const name = nameOf(slo) ?? "";
  const objectives = listIn(spec, "objectives");
  if (objectives.length === 0) {
    const sli = { kind: "none", why: "has no objectives: add one with a target" } as const;
    return [{ name, id: slugFrom(name), objective: "", description: "", sli, pages: false, lost: [] }];
  }
  const isOwn = objectives.some((one) => "indicator" in one || "indicatorRef" in one);
  const isComposite = isOwn && slo["apiVersion"] !== ALPHA;
  const { window, lost: ofWindow } = periodOf(spec);
  const { pages, lost: ofAlerts } = alertsOf(spec, referred);
  return objectives.map((objective, index) => {
    const shown = textIn(objective, "displayName") ?? String(index + 1);
    const { sli, lost } = sliOf(spec, objective, indicatorOf(isOwn ? objective : spec, referred));
    const own = objectives.length === 1 ? name : `${name} ${shown}`;
    return {
      name: own,
      id: slugFrom(own),
      objective: targetOf(objective),
      description: descriptionOf(slo, objectives.length === 1 ? "" : shown),
      sli,
      pages,
      window,
      lost: [
        ...lost,
        ...ofWindow,
        ...ofAlerts,
        ...(isComposite
          ? [
              "it was a part of a composite: it is an objective of its own, and the composite and its weights are not carried over",
            ]
          : []),
      ],
    };
  });
}

function descriptionOf(slo: Fields, more: string): string {
  const title = textIn(fields(slo["metadata"]), "displayName") ?? "";
  return title === "" ? "" : `${title}${more === "" ? "" : `: ${more}`}`;
}

/** `0.9995` and `99.95` are 99.95%. What is neither is refused as it was written. */
function targetOf(objective: Fields): string {
  const [target, percent] = [numberIn(objective, "target"), numberIn(objective, "targetPercent")];
  const value = percent ?? target?.times(100);
  return value === undefined
    ? (shownIn(objective, "target") ?? shownIn(objective, "targetPercent") ?? "no target")
    : `${decimal(value)}%`;
}

interface Said {
  readonly sli: SpecifiedSli;
  readonly lost: readonly string[];
}

function none(why: string): Said {
  return { sli: { kind: "none", why }, lost: [] };
}

function sliOf(spec: Fields, objective: Fields, indicator: Indicator): Said {
  const method = textIn(spec, "budgetingMethod") ?? "Occurrences";
  switch (indicator.kind) {
    case "none":
      return { sli: indicator, lost: [] };
    case "threshold":
      return thresholdOf(objective, indicator.query, method);
    case "raw":
      return rawOf(objective, indicator, method);
    case "ratio":
      return ratioOf(objective, indicator, method);
  }
}

const EVALUATIONS = "what was looked at in its slices is looked at in every evaluation";

/** What is good in OpenSLO is `<value> <op> <limit>`; what is bad here is beyond a limit. */
function thresholdOf(objective: Fields, query: string, method: string): Said {
  const value = numberIn(objective, "value");
  const op = textIn(objective, "op");
  if (value === undefined || (op !== "lt" && op !== "lte" && op !== "gt" && op !== "gte")) {
    return none("compares a threshold and has no op of lt, lte, gt, gte with a value: add both");
  }
  const limit = decimal(value);
  return {
    sli: { kind: "level", query, bad: op.startsWith("l") ? { above: limit } : { below: limit } },
    lost: [
      ...(op.endsWith("e") ? [] : [`[${op}] ${limit} leaves just ${limit} out, which is good here`]),
      ...(method === "Occurrences" ? [] : [`[${method}]: ${EVALUATIONS}`]),
    ],
  };
}

/** The share of its events that a slice may lose, where the slice has an objective of its own. */
function sliceBudget(objective: Fields): string | undefined {
  const target = numberIn(objective, "timeSliceTarget");
  return target === undefined || target.lt(0) || target.gt(1) ? undefined : decimal(new Big(1).minus(target));
}

function rawOf(
  objective: Fields,
  { query, isFailure }: Extract<Indicator, { kind: "raw" }>,
  method: string,
): Said {
  const budget = sliceBudget(objective);
  if (method !== "Timeslices" || budget === undefined) {
    return none(
      "is a ratio that was divided already, in which one request at night weighs as much as all at noon: say good and total",
    );
  }
  return {
    sli: {
      kind: "level",
      query,
      bad: isFailure ? { above: budget } : { below: decimal(new Big(1).minus(budget)) },
    },
    lost: [`[Timeslices]: ${EVALUATIONS}`],
  };
}

function ratioOf(
  objective: Fields,
  { events, lost }: Extract<Indicator, { kind: "ratio" }>,
  method: string,
): Said {
  switch (method) {
    case "Occurrences":
      return { sli: { kind: "events", ...events }, lost };
    case "RatioTimeslices":
      return {
        sli: { kind: "events", ...events },
        lost: [...lost, "[RatioTimeslices] weighs every slice alike; here every event weighs alike"],
      };
    case "Timeslices": {
      const badAbove = sliceBudget(objective);
      return badAbove === undefined
        ? none("counts slices and has no timeSliceTarget from 0 to 1: add it")
        : {
            sli: { kind: "slices", badAbove, ...events },
            lost: [...lost, `[Timeslices]: ${EVALUATIONS}, over its last five minutes`],
          };
    }
    default:
      return none(
        `has [budgetingMethod: ${method}], which is none of Occurrences, Timeslices, RatioTimeslices`,
      );
  }
}
