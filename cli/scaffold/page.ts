import Big from "big.js";
import type { ServiceHead } from "../../parts/define-service";
import type { RequestObjectives } from "../../parts/requests";
import { decimal, errorBudget, type Percent } from "../../slo/objective";
import { camelOf } from "../../slo/slug";
import type { Job } from "../../slo/telemetry";
import type { Exposition, Family, Sample } from "./exposition";
import type { PartCall } from "./part-calls";

/** A page, and the service that is made of it. */
export interface Page extends Exposition {
  readonly service: ServiceHead;
  /** Who exposes it, if it is the service itself. */
  readonly job: Job;
  readonly promised: Required<Pick<RequestObjectives, "availability" | "latency">>;
  readonly requestsPerSecond: number;
  /** What a blackbox exporter was asked, where the address of the page says it. */
  readonly target?: string;
}

/** What was recognised. */
export interface Found {
  readonly call: PartCall;
  /** By what, and what was chosen. */
  readonly says: string;
  /** Families that it reads, which nothing else needs to look at. */
  readonly takes: readonly string[];
}

/** What was recognised and cannot be said, and what to do. */
export interface Unsaid {
  readonly names: readonly string[];
  readonly why: string;
}

/** What a recogniser makes of a page. */
export interface Recognised {
  readonly found?: readonly Found[];
  readonly unsaid?: readonly Unsaid[];
}

/** One part, and by what it was recognised. */
export function foundOne(call: PartCall, says: string, takes: readonly string[]): Recognised {
  return { found: [{ call, says, takes }] };
}

/** Nothing that could be said of metrics, and why. */
export function unsaid(names: readonly string[], why: string): Recognised {
  return { unsaid: [{ names, why }] };
}

/** Names before those of alerts: none where there is but one. */
export function named(all: readonly unknown[], name: string): { readonly named?: string } {
  return all.length === 1 ? {} : { named: camelOf(name) };
}

/** Which of several is meant, is not said; or none is there, where a label of a metric should name it. */
export function undecided(
  names: readonly string[],
  of: string,
  values: readonly string[],
  [metric, label]: readonly [metric: string, label: string],
): Recognised {
  if (values.length === 0) {
    return unsaid(names, `names none of its ${of}: no series of ${metric} with [${label}] is on the page`);
  }
  const listed = values.slice(0, 12).join(", ");
  return unsaid(
    names,
    `has several ${of}: [${listed}${values.length > 12 ? ", ..." : ""}]; call the service like the one that it is`,
  );
}

export type Recogniser = (page: Page) => Recognised;

/** What libraries count of the process, which nobody asked for. */
export const RUNTIME =
  /^(?:cpython|dotnet|erlang|go|jvm|nodejs|otel|process|promhttp|python|ruby|scrape|system|target|tomcat)_/;

export function familyNamed({ families }: Exposition, name: string): Family | undefined {
  return families.find((family) => family.name === name);
}

/** Values of a label, sorted; of some samples only, where a test is given. */
export function valuesOf(
  family: Family | undefined,
  label: string,
  test: (sample: Sample) => boolean = () => true,
): readonly string[] {
  const values = (family?.samples ?? []).filter(test).flatMap(({ labels }) => labels[label] ?? []);
  return [...new Set(values)].sort();
}

/** Labels that every series of a family has, but for bounds and quantiles. */
export function labelsOf({ samples }: Family): readonly string[] {
  const [first] = samples;
  return Object.keys(first?.labels ?? {})
    .filter((label) => label !== "le" && label !== "quantile")
    .filter((label) => samples.every(({ labels }) => label in labels))
    .sort();
}

/** The samples that count: of a histogram or a summary its `_count`. */
export function counts({ name, type, samples }: Family): readonly Sample[] {
  const counted = type === "histogram" || type === "summary" ? `${name}_count` : name;
  return samples.filter((sample) => sample.name === counted);
}

/** What series add up to; what is no number adds nothing. */
export function sumOf(samples: readonly Sample[]): number {
  return samples.reduce((sum, { value }) => sum + (Number.isFinite(value) ? value : 0), 0);
}

/** A number of a page in three figures, as a person reads it. */
export function shown(value: number): string {
  return Number.isFinite(value) ? decimal(new Big(value).prec(3)) : String(value);
}

/** A share as a percentage of three figures. */
export function share(part: number, whole: number): string {
  return `${shown((100 * part) / whole)} %`;
}

/** Whether the errors of a page are more than an objective allows; nothing was counted: no. */
export function breaks(errors: number, total: number, objective: Percent): boolean {
  return total > 0 && errors / total > errorBudget(objective).toNumber();
}

/** Bounds of a histogram as a contract has them; one that is printed in another form than decimal is left out. */
export function boundsOf(family: Family): readonly string[] {
  const printed = valuesOf(family, "le").filter((bound) => /^(?:0|[1-9]\d*)(?:\.\d+)?$/.test(bound));
  const canonical = printed
    .map((bound) => [bound, decimal(new Big(bound))] as const)
    .filter(([bound, exact]) => bound === exact || bound === `${exact}.0`)
    .map(([, exact]) => exact);
  return [...new Set(canonical)].filter((bound) => bound !== "0").sort((a, b) => new Big(a).cmp(b));
}

/** Where a latency objective may be: the lowest bound from a threshold on that the page keeps; why none is, otherwise. */
export function boundKept(
  family: Family,
  { threshold, objective }: Page["promised"]["latency"],
): { readonly bound: string; readonly says: string } | { readonly why: string } {
  const total = sumOf(counts(family));
  const bounds = boundsOf(family);
  const within = (bound: string): number =>
    sumOf(
      family.samples.filter(
        ({ name, labels }) => name === `${family.name}_bucket` && Number(labels["le"]) === Number(bound),
      ),
    );
  const from = bounds.filter((bound) => new Big(bound).gte(threshold));
  const bound = from.find((one) => total === 0 || !breaks(total - within(one), total, objective));
  if (bound === undefined) {
    return {
      why:
        bounds.length === 0
          ? "it has no buckets on the page"
          : from.length === 0
            ? `its bounds [${bounds.join(", ")}] are all below ${threshold}; choose one with --latency`
            : `no bound of it from ${threshold} on has ${objective} of what it counted; choose another --latency or --latency-objective`,
    };
  }
  const seen = total === 0 ? "nothing is counted yet" : `${share(within(bound), total)} are now`;
  return { bound, says: `${objective} within ${bound} (${seen})` };
}
