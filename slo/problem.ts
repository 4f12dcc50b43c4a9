import { compareText } from "./order";

/** Something wrong with the data that a person wrote: what, where, the value seen, and the way out. */
export interface Problem {
  /** Stable name of the kind of problem; one test provokes each. */
  readonly code: ProblemCode;
  /** Where it stands, e.g. `services.shop.slos.api-availability.objective.prod`. */
  readonly path: string;
  /** What is wrong, in one sentence, with the value seen in [brackets]. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** Every kind of problem that validation can report; tests prove that each can be provoked. */
export const PROBLEM_CODES = [
  "alert-identity-duplicate",
  "alert-name-two-meanings",
  "autoscaling-invalid",
  "backend-differs",
  "backend-unable",
  "backup-homeless",
  "backup-invalid",
  "backup-unable",
  "budget-policy-invalid",
  "burn-threshold-unreachable",
  "capacity-exceeded",
  "capacity-invalid",
  "condition-unfit",
  "config-map-too-large",
  "configuration-invalid",
  "dashboard-uid-duplicate",
  "duration-invalid",
  "environment-unknown",
  "errors-unselected",
  "event-value-invalid",
  "file-refused",
  "file-unread",
  "group-wait-ignored",
  "identifier-invalid",
  "image-foreign",
  "incident-unplayable",
  "job-name-duplicate",
  "journey-invalid",
  "kubeconfig-unusable",
  "label-reserved",
  "label-undeclared",
  "label-value-undeclared",
  "latency-bound-missing",
  "long-term-apart",
  "maintenance-settles-early",
  "matcher-foreign",
  "matcher-invalid",
  "matcher-matches-nothing",
  "metric-undeclared",
  "metric-wrong-type",
  "minimum-invalid",
  "namespace-shared",
  "objective-invalid",
  "objective-unpageable",
  "policy-config-invalid",
  "probe-address-invalid",
  "query-invalid",
  "query-unproven",
  "replica-alone",
  "retention-below-window",
  "runbook-address-duplicate",
  "runbook-address-unservable",
  "runbook-invalid",
  "runbook-missing",
  "runbook-query-invalid",
  "runbook-unrouted",
  "secret-invalid",
  "secret-unset",
  "secret-unused",
  "service-malformed",
  "service-undeclared",
  "shard-invalid",
  "slo-identity-duplicate",
  "slo-undeclared",
  "stack-conflict",
  "storage-claims-differ",
  "storage-claims-unknown",
  "summary-templated",
  "telemetry-invalid",
  "template-invalid",
  "threshold-invalid",
  "traffic-too-low",
  "window-unsupported",
] as const;

export type ProblemCode = (typeof PROBLEM_CODES)[number];

/**
 * What is wrong and what to do, of each problem, sorted by path, as every command prints them.
 * @param placeOf where it is declared, such as `services/shop/index.ts:12`
 */
export function formatProblems<P extends Problem>(
  problems: readonly P[],
  placeOf: (problem: P) => string | undefined = () => undefined,
): string {
  return sortProblems(problems)
    .flatMap((problem) => {
      const { path, message, remedy } = problem;
      const place = placeOf(problem);
      return [
        `${cut(path)}: ${cut(message)}`,
        `    ${remedy}`,
        ...(place === undefined ? [] : [`    see ${place}`]),
      ];
    })
    .join("\n");
}

/** More of what was seen tells nobody more. */
const LONGEST = 600;

function cut(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** Sorted by path, then code, so that two runs report in the same order. */
export function sortProblems<P extends Problem>(problems: readonly P[]): readonly P[] {
  const key = (problem: Problem): string => `${problem.path}\u0000${problem.code}\u0000${problem.message}`;
  return [...problems].sort((a, b) => compareText(key(a), key(b)));
}
