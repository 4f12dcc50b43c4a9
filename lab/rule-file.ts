import { parseAllDocuments } from "yaml";
import { z } from "zod";
import type { RuleGroup } from "../plan/monitoring-plan";
import { durationOf, type Duration } from "../slo/duration";

const texts = z.record(z.string(), z.coerce.string()).nullish();
const span = z.coerce.string().transform((text) => durationOf(millisecondsIn(text)));
const rule = z.object({
  record: z.string().optional(),
  alert: z.string().optional(),
  /** A number of a custom resource is an expression as well. */
  expr: z.coerce.string(),
  for: span.default("0s"),
  keep_firing_for: span.optional(),
  labels: texts,
  annotations: texts,
});
const group = z.object({
  name: z.string(),
  interval: span.optional(),
  labels: texts,
  rules: z.array(rule).nullish(),
});
const groups = z.array(group).nullish();

const list = z.object({ items: z.array(z.unknown()) });
const file = z.object({ groups: z.unknown() });
const object = z.object({ spec: file });

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000, y: 31_536_000_000 };

/** Milliseconds of a duration as others write it: `1h30m`, `4w`. Source: Prometheus docs, "Querying basics". */
export function millisecondsIn(text: string): number {
  return [...text.matchAll(/(\d+)(ms|[smhdwy])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * UNITS[unit as keyof typeof UNITS],
    0,
  );
}

/**
 * The lists of groups in a text: of a rule file of Prometheus, of PrometheusRule objects, or of a list of them, as
 * `kubectl get -o yaml` prints it. Other objects are passed over.
 * @throws Error where it is no YAML
 */
export function groupListsIn(text: string): readonly unknown[] {
  return parseAllDocuments(text)
    .map((one): unknown => {
      const [fault] = one.errors;
      if (fault !== undefined) throw fault;
      return one.toJS() as unknown;
    })
    .flatMap((one) => list.safeParse(one).data?.items ?? [one])
    .flatMap((one) => [file.safeParse(one).data?.groups ?? object.safeParse(one).data?.spec.groups ?? []]);
}

/**
 * A list of groups as a plan has them.
 * @param interval of groups that name none
 * @throws Error where it is none
 */
export function ruleGroups(
  given: unknown,
  { from, interval }: { readonly from: string; readonly interval: Duration },
): readonly RuleGroup[] {
  return (groups.parse(given) ?? []).map(({ name, rules, labels: shared, ...own }) => ({
    name,
    file: from,
    interval: own.interval ?? interval,
    rules: (rules ?? []).map(({ record, alert = "", expr, labels: some, annotations, ...alerting }) => {
      const labels = { ...shared, ...some };
      return record === undefined
        ? {
            ...{ kind: "alert", alert, expr, for: alerting.for, labels, annotations: annotations ?? {} },
            ...(alerting.keep_firing_for === undefined ? {} : { keep_firing_for: alerting.keep_firing_for }),
          }
        : { kind: "record", record, expr, labels };
    }),
  }));
}
