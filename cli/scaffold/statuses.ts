import type { LabelMatch } from "../../slo/telemetry";
import { GRPC_FAULTS, GRPC_OTHERS } from "../../parts/servers";
import type { Family } from "./exposition";
import { counts, labelsOf, valuesOf } from "./page";

/** A label that says how something ended. */
export interface Status {
  readonly label: string;
  readonly kind: "http" | "other";
  /** For a contract: those that the page has, and the others of their family. */
  readonly values: readonly string[];
  readonly errors: LabelMatch;
}

const NAMED =
  /(?:^|_)(?:code|error|exception|failed|grpc_status|ok|outcome|result|state|status|status_class|success)(?:_|$)|status/;

const BAD =
  /^(?:abort(?:ed)?|bad|crash(?:ed)?|dead|denied|dropped|err|errors?|exception|expired|fail(?:ed|ure|ures)?|fatal|internal|invalid|ko|lost|nok|panic(?:ked)?|refused|rejected|server_error|time(?:d_?)?out|unavailable|unknown|unsuccessful)$/i;
const GOOD =
  /^(?:accepted|cached|client_error|complete[d]?|delivered|done|finished|good|handled|hit|informational|none|ok|okay|passed|processed|redirection|sent|success(?:es|ful)?|succeeded|skipped|stored)$/i;

/** As gRPC itself writes them, where Go writes `Canceled`. Source: io.grpc.Status.Code. */
const SNAKE = (name: string): string =>
  name
    .replace(/(?<=[a-z])(?=[A-Z])/g, "_")
    .toUpperCase()
    .replace("CANCELED", "CANCELLED");
const GRPC_FORMS = [(name: string) => name, SNAKE].map((form) => {
  const faults = GRPC_FAULTS.map(form);
  return { faults, all: [...faults, ...GRPC_OTHERS.map(form)] };
});
/** Nothing but OK is of both forms. */
const grpcForms = (values: readonly string[]) =>
  GRPC_FORMS.filter(({ all }) => values.every((value) => all.includes(value)));
const GRPC_NUMBERS = {
  all: Array.from({ length: 17 }, (_, code) => String(code)),
  faults: [2, 4, 12, 13, 14, 15],
};

interface Vocabulary {
  readonly kind: Status["kind"];
  readonly fits: (label: string, values: readonly string[]) => boolean;
  readonly values: (seen: readonly string[]) => readonly string[];
  readonly bad: (values: readonly string[]) => LabelMatch["value"];
}

const every = (pattern: RegExp) => (_label: string, values: readonly string[]) =>
  values.every((value) => pattern.test(value));
const listed = (all: readonly string[], faults: readonly string[]): Omit<Vocabulary, "fits"> => ({
  kind: "other",
  values: () => [...all].sort(),
  bad: () => [...faults].sort().join("|"),
});
const among = (all: readonly string[]) => (_label: string, values: readonly string[]) =>
  values.every((value) => all.includes(value));

/** Ways in which programs say how something ended, the more exact first. */
const VOCABULARIES: readonly Vocabulary[] = [
  {
    kind: "http",
    fits: every(/^[1-5]\d\d$/),
    values: (seen) => (seen.some((value) => value.startsWith("5")) ? seen : [...seen, "500"]),
    bad: () => "5..",
  },
  {
    kind: "other",
    fits: (_label, values) => grpcForms(values).length > 0,
    values: (seen) => [...new Set(grpcForms(seen).flatMap(({ all }) => all))].sort(),
    bad: (seen) => [...new Set(grpcForms(seen).flatMap(({ faults }) => faults))].sort().join("|"),
  },
  {
    fits: (label, values) => label.includes("grpc") && among(GRPC_NUMBERS.all)(label, values),
    ...listed(GRPC_NUMBERS.all, GRPC_NUMBERS.faults.map(String)),
  },
  { fits: every(/^[1-5]xx$/), ...listed(["1xx", "2xx", "3xx", "4xx", "5xx"], ["5xx"]) },
  {
    fits: (label, values) =>
      /^(?:success|ok)$|_(?:success|ok)$/.test(label) && among(["true", "false"])(label, values),
    ...listed(["true", "false"], ["false"]),
  },
  {
    fits: (label, values) =>
      /(?:^|_)(?:error|failed)$/.test(label) && among(["true", "false"])(label, values),
    ...listed(["true", "false"], ["true"]),
  },
  {
    kind: "other",
    fits: (_label, values) =>
      values.some((value) => BAD.test(value)) &&
      values.some((value) => GOOD.test(value)) &&
      values.every((value) => BAD.test(value) || GOOD.test(value)),
    values: (seen) => seen,
    bad: (values) => values.filter((value) => BAD.test(value)).join("|"),
  },
];

/** The label of a metric that says how something ended, the one of HTTP first. */
export function statusOf(family: Family): Status | undefined {
  const counted = { ...family, samples: counts(family) };
  const all = labelsOf(counted)
    .filter((label) => NAMED.test(label))
    .flatMap((label): readonly Status[] => {
      const seen = valuesOf(counted, label);
      const vocabulary = seen.length === 0 ? undefined : VOCABULARIES.find(({ fits }) => fits(label, seen));
      return vocabulary === undefined
        ? []
        : [
            {
              label,
              kind: vocabulary.kind,
              values: vocabulary.values(seen),
              errors: { label, op: "=~", value: vocabulary.bad(seen) },
            },
          ];
    });
  return all.find(({ kind }) => kind === "http") ?? all[0];
}
