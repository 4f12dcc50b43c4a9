import Big from "big.js";
import { readOverrides, OVERRIDES_FILE, type BudgetOverride } from "../config/budget-overrides";
import { gateQueries } from "../generators/budget-gate";
import { query, type QueryResult } from "../lab/prometheus-api";
import type { MonitoringPlan, PlannedSlo } from "../plan/monitoring-plan";
import { judgeGate, type Gate, type Measured } from "../review/budget-gate";
import { aligned } from "../slo/aligned";
import { budgetUsed } from "../slo/budget";
import type { Catalogue } from "../slo/catalogue";
import type { Duration } from "../slo/duration";
import { suggestion } from "../slo/nearest";
import { formatProblems } from "../slo/problem";
import { say } from "./notice";
import { placesOf } from "./places";
import { prometheusAddress, strangeServer } from "./prometheus-address";
import { requireStack } from "./stack";
import { timeGiven } from "./time-given";
import { UsageError, UserError } from "./user-error";
import { DOCS } from "../slo/command";

export interface BudgetOptions {
  readonly env: string;
  readonly prometheus: string;
  /** When the last deploy was. */
  readonly since?: string;
  readonly json: boolean;
}

/** What a server says of an objective, and of it since a deploy. */
interface Answer extends Measured {
  readonly burn?: number;
  /** Share of the whole window's budget that was spent since. */
  readonly spent?: number;
  /** Share of the time since then that was measured. */
  readonly known?: number;
}

/** What is said of one service. */
interface Verdict {
  readonly service: string;
  readonly gate: Gate<Answer>;
  readonly override: Overridden;
  readonly isOpen: boolean;
}

/**
 * `tocsin budget [service]`: whether what is left of the error budgets of a service, or of each, lets it be deployed. Ends
 * with 1 where it does not, and nobody has taken that upon himself.
 * @throws UsageError where service, time or address is none; UserError where the server is none
 */
export async function budgetCommand(
  catalogue: Catalogue,
  id: string | undefined,
  options: BudgetOptions,
): Promise<void> {
  const address = prometheusAddress(options.prometheus);
  const since = options.since === undefined ? undefined : elapsed(options.since, Date.now());
  const { plan } = requireStack(catalogue, options.env);
  const withObjectives = [...new Set(plan.slos.map(({ service }) => service))];
  if (id !== undefined && !withObjectives.includes(id)) {
    throw new UsageError(
      `[${id}] is no service with objectives in [${options.env}]. ${suggestion(id, withObjectives)}`,
    );
  }
  const verdicts: Verdict[] = [];
  for (const service of id === undefined ? withObjectives : [id]) {
    const override = overrideOf(catalogue.root, service, options.env);
    const answers: Answer[] = [];
    for (const slo of plan.slos.filter((one) => one.service === service)) {
      answers.push(...(await answersOf(plan, slo, address, since)));
    }
    const declared = catalogue.services.find((one) => one.id === service);
    const gate = judgeGate(answers, declared?.budgetPolicy);
    verdicts.push({ service, gate, override, isOpen: gate.isOpen || override.holds !== undefined });
  }
  if (options.json) {
    sayJson(catalogue, options.env, verdicts);
  } else {
    verdicts.forEach((verdict) => {
      sayGate(options.env, verdict, address);
    });
  }
  if (verdicts.some(({ isOpen }) => !isOpen)) {
    process.exitCode = 1;
  }
}

/** How long ago a time was, in whole seconds. */
function elapsed(time: string, now: number): Duration {
  const at = timeGiven(time);
  if (at > now) {
    throw new UsageError(`[${time}] is still to come, and nothing can have been spent since`);
  }
  return `${Math.max(1, Math.round((now - at) / 1_000))}s`;
}

interface Overridden {
  readonly holds?: BudgetOverride | undefined;
  /** One that has ended. */
  readonly ended?: BudgetOverride | undefined;
}

function overrideOf(root: string, service: string, stack: string): Overridden {
  const read = readOverrides(root);
  if (!read.ok) {
    throw new UserError(formatProblems(read.problems));
  }
  const today = new Date().toISOString().slice(0, 10);
  const own = read.overrides.filter((one) => one.service === service && one.stack === stack);
  return {
    holds: own.find(({ expires }) => expires >= today),
    ended: own.findLast(({ expires }) => expires < today),
  };
}

async function answersOf(
  plan: MonitoringPlan,
  slo: PlannedSlo,
  address: string,
  since: Duration | undefined,
): Promise<readonly Answer[]> {
  const asked = gateQueries(plan, slo, since);
  const ask = async (expr: string | undefined): Promise<ReadonlyMap<string, number>> => {
    const found: readonly QueryResult[] | undefined = expr === undefined ? [] : await query(address, expr);
    if (found === undefined) {
      throw await strangeServer(address);
    }
    const apart = ({ labels }: QueryResult): string =>
      (slo.by ?? []).map((label) => labels[label] ?? "").join(" ");
    return new Map(found.map((one) => [apart(one), one.value]));
  };
  const [remaining, coverage, burn, known] = [
    await ask(asked.remaining),
    await ask(asked.coverage),
    await ask(asked.since?.burn),
    await ask(asked.since?.known),
  ];
  const values = remaining.size === 0 ? [""] : [...remaining.keys()].sort();
  return values.map((apart) => {
    const rate = burn.get(apart);
    const sinceKnown = part(known.get(apart)) ?? 0;
    return {
      slo,
      apart,
      remaining: remaining.get(apart),
      coverage: part(coverage.get(apart)),
      ...(since === undefined ? {} : { known: sinceKnown }),
      ...(since === undefined || rate === undefined
        ? {}
        : { burn: rate, spent: spentOf(slo, rate, since, sinceKnown) }),
    };
  });
}

/** Samples that come a little early make it more than all. */
function part(share: number | undefined): number | undefined {
  return share === undefined ? undefined : Math.min(1, share);
}

/** The share of the budget that is gone; of the time of which nobody knows, nothing is counted. */
function spentOf({ window }: PlannedSlo, rate: number, since: Duration, known: number): number {
  return budgetUsed(window, new Big(rate), since).times(known).toNumber();
}

function sayJson(catalogue: Catalogue, environment: string, verdicts: readonly Verdict[]): void {
  const placeOf = placesOf(catalogue, environment);
  const services = verdicts.map(({ service, gate, override, isOpen }) => ({
    service,
    state: gate.state,
    deploy: isOpen,
    override: override.holds,
    objectives: gate.objectives.map(({ measured: { slo, apart, ...numbers }, state, policy }) => ({
      objective: slo.id,
      apart,
      promised: slo.objective,
      state,
      ...numbers,
      policy,
      place: placeOf(`services.${slo.service}.slos.${slo.slo}`),
    })),
  }));
  const deploy = verdicts.every(({ isOpen }) => isOpen);
  say([JSON.stringify({ environment, deploy, services }, null, 2)]);
}

function sayGate(environment: string, verdict: Verdict, address: string): void {
  const { service, gate, isOpen } = verdict;
  const { state, objectives } = gate;
  const percent = (value: number | undefined): string =>
    value === undefined ? "nothing recorded" : `${(100 * value).toFixed(1)} %`;
  const rows = objectives.map(({ measured, state: one, policy }) => [
    [measured.slo.id, measured.apart].filter((text) => text !== "").join(" "),
    one,
    percent(measured.remaining),
    percent(measured.coverage),
    ...(measured.known === undefined ? [] : [sinceSays(measured)]),
    policy === undefined ? "" : `${policy.name}: ${policy.action}`,
  ]);
  const isAsked = objectives.some(({ measured }) => measured.known !== undefined);
  say([
    `${isOpen ? "✓" : "✗"} ${service} in ${environment}: ${state}, ${isOpen ? "deploy" : "deploy nothing but fixes"}`,
    ...aligned([
      ["objective", "state", "budget left", "window known", ...(isAsked ? ["since then"] : []), "policy"],
      ...rows,
    ]),
    ...(objectives.every(({ measured }) => measured.remaining === undefined)
      ? [
          `[${address}] has no record of any of them: is it the Prometheus of this stack, and does it run the rules?`,
        ]
      : []),
    ...overrideSays(verdict),
  ]);
}

function overrideSays({ gate, isOpen, override: { holds, ended } }: Verdict): readonly string[] {
  if (holds !== undefined) {
    const { owner, expires, reason } = holds;
    return [
      gate.isOpen
        ? `The override of ${owner} until ${expires} is not needed.`
        : `${owner} has it deployed all the same, until ${expires}: ${reason}`,
    ];
  }
  return isOpen
    ? []
    : [
        ...(ended === undefined ? [] : [`The override of ${ended.owner} ended on ${ended.expires}.`]),
        `A fix that cannot wait: say whose word it is in ${OVERRIDES_FILE} (${DOCS}/pull-requests.md).`,
      ];
}

/** Less of the time than this is said to be known. */
const MOST_KNOWN = 0.9;

function sinceSays({ burn, spent, known = 0 }: Answer): string {
  const part = known < MOST_KNOWN ? ` (${(100 * known).toFixed(0)} % of the time known)` : "";
  return burn === undefined || spent === undefined
    ? `nothing counted${part}`
    : `burns ${burn.toFixed(1)} times, ${(100 * spent).toFixed(1)} % of the budget${part}`;
}
