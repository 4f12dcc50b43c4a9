import type { Alert } from "./alert";
import type { Autoscaling } from "./autoscaling";
import type { Backup } from "./backup";
import type { BudgetState } from "./budget-policy";
import type { BurnResponse, Period } from "./burn-rate";
import type { Capacity } from "./capacity";
import type { Dashboard, DashboardRow } from "./dashboard";
import type { GuardProfile } from "./guard";
import type { Incident } from "./incident";
import type { Percent } from "./objective";
import { valueIn, type PerEnvironment } from "./per-environment";
import { metricOf, type Sli } from "./sli";
import { labelSets, type TelemetryContract } from "./telemetry";

/** The runbooks, by slug, of the alerts that an SLO generates. */
export interface SloRunbooks {
  readonly burn: string;
  readonly ticket: string;
  readonly budget: string;
  /** What to do in each state of the error budget policy. */
  readonly policy: string;
  readonly dataMissing: string;
  /** Needed for latency SLOs: the bucket of the objective is gone. */
  readonly bucketMissing?: string;
}

/** What services call the runbooks of an SLO, where they have no other name for them. */
const SLO_RUNBOOKS = {
  ticket: "error-budget-burn-ticket",
  budget: "low-error-budget",
  dataMissing: "sli-data-missing",
  bucketMissing: "slo-bucket-missing",
} as const;

/**
 * The runbooks of an SLO by their usual names.
 * @param burn each SLO has its own
 * @param others names that differ; what to do in each state of the budget is said on the page of a low budget, or elsewhere
 */
export function sloRunbooks(burn: string, others: Partial<SloRunbooks> = {}): SloRunbooks {
  const { ticket, budget, dataMissing } = SLO_RUNBOOKS;
  return { burn, ticket, budget, policy: others.budget ?? budget, dataMissing, ...others };
}

/** The runbook on what rules are measured on: that of the first SLO, or one of its own where there is none. */
export function measurementRunbook({ slos: [first] }: Pick<Service, "slos">): string {
  return first?.runbooks.dataMissing ?? "metrics-outside-contract";
}

/** Slugs of the pages that alerts of a service lead to, each once; some only where an objective can be missed so fast. */
export function runbookSlugs(service: Pick<Service, "alerts" | "slos">): readonly string[] {
  return [
    ...new Set([
      ...service.alerts.map(({ runbook }) => runbook),
      ...service.slos.flatMap(({ runbooks }) => Object.values(runbooks) as readonly string[]),
      measurementRunbook(service),
    ]),
  ];
}

/** A service level objective: what is promised over a rolling window, and who hears of it. */
export interface Slo {
  /** Unique in its service; the label `slo`. `<service>-<id>` is the label `slo_id`. */
  readonly id: string;
  /** A noun, e.g. `API Gateway availability`. */
  readonly title: string;
  /** What is counted, as a plural: requests, workflows, minutes. */
  readonly population: string;
  /** What a bad one is, e.g. `slower than 500 ms`: completes "2 % of requests are ...". */
  readonly breach: string;
  readonly sli: Sli;
  readonly objective: PerEnvironment<Percent>;
  /**
   * Labels of what the SLI reads whose values are judged apart, e.g. `region`: each has an error budget and alerts of its
   * own, from one set of rules, and what fires of them together is one incident.
   */
  readonly by?: readonly string[];
  readonly window: Period;
  /** `page` wakes a person at a fast burn, `ticket` writes to chat. */
  readonly response: BurnResponse;
  /** @default "strict" */
  readonly guard?: GuardProfile;
  readonly runbooks: SloRunbooks;
  /** How many events it counts in a day, where its job does not say so in requests per second: `events` is a plural noun. */
  readonly volume?: { readonly events: string; readonly perDay: number };
}

/** An objective that nothing measures yet; it is shown as such and alerts nobody. */
export interface UnmeasuredSlo {
  /** Unique among the SLOs of its service. */
  readonly id: string;
  readonly title: string;
  readonly objective: Percent;
  /** Why it cannot be measured. */
  readonly why: string;
  /** What has to be there before it can. */
  readonly needs: string;
}

/** Everything that a team declares of one system. */
export interface Service {
  /** The label `service` and the folder of its runbooks. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** The label `team`, which routes. */
  readonly team: string;
  readonly tier: 1 | 2 | 3;
  /** Environments that it lives in. */
  readonly environments: readonly string[];
  readonly telemetry: TelemetryContract;
  readonly slos: readonly Slo[];
  readonly unmeasured?: readonly UnmeasuredSlo[];
  readonly alerts: readonly Alert[];
  /** What can happen to it, for the lab. What raises none of its alerts otherwise follows from what they measure. */
  readonly incidents?: readonly Incident[];
  readonly autoscaling: readonly Autoscaling[];
  /** What it is expected to carry, and what has to carry that. */
  readonly capacity?: readonly Capacity[];
  readonly backups: readonly Backup[];
  /** Uid of the dashboard of its SLOs; an alert whose subject no panel shows links to it. */
  readonly dashboard: string;
  /** Rows of that dashboard between latency and errors, for what the SLOs do not show. */
  readonly sloRows?: readonly DashboardRow[];
  /** Dashboards besides it. */
  readonly dashboards?: readonly Dashboard[];
  /** What the team does while so much of an error budget is left, from the best state to the worst. */
  readonly budgetPolicy?: readonly BudgetState[];
  /**
   * What the service knows of the way to a cause: paragraphs of Markdown by the slug of a runbook. Its default page shows
   * them at the top of its diagnosis.
   */
  readonly advice?: Readonly<Record<string, readonly string[]>>;
}

/** The objective of an SLO in an environment. */
export function objectiveIn(slo: Slo, environment: string): Percent {
  return valueIn(slo.objective, environment);
}

/** The label `slo_id` of the records and alerts of an SLO. */
export function sloId(service: Pick<Service, "id">, slo: Pick<Slo, "id">): string {
  return `${service.id}-${slo.id}`;
}

/** The values that an SLO judges apart, each as labels; of one that judges all together no labels. */
export function valuesApart({
  sli,
  by = [],
}: Pick<Slo, "by" | "sli">): readonly Readonly<Record<string, string>>[] {
  const { labels } = metricOf(sli);
  return labelSets(Object.fromEntries(by.map((label) => [label, labels[label] ?? []])));
}
