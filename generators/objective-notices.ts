import Big from "big.js";
import type { MonitoringPlan, PlannedSlo } from "../plan/monitoring-plan";
import { budgetEvents } from "../slo/budget";
import {
  burnPlan,
  burnThreshold,
  canPage,
  isReachable,
  pairsOf,
  PERIODS,
  type BurnWindow,
} from "../slo/burn-rate";
import { ratioOf, type Duration } from "../slo/duration";
import { GUARDS, guardThreshold } from "../slo/guard";
import { decimal, errorBudget, type Percent } from "../slo/objective";
import type { Problem } from "../slo/problem";
import { leastPagingObjective } from "../slo/time-to-page";
import { eventsPerDay } from "../slo/volume";

/** What an objective cannot do in this environment, though it is built: pairs out of reach, traffic too low to judge. */
export function objectiveNotices(plan: MonitoringPlan): readonly Problem[] {
  return plan.slos.flatMap((slo) => [...unreachable(slo, plan), ...tooLittleTraffic(slo, plan)]);
}

function pathOf({ service, slo }: PlannedSlo): string {
  return `services.${service}.slos.${slo}.objective`;
}

/** Objectives that are to wake somebody, in an environment where people are woken, and never can. */
export function unpageableObjectives(plan: MonitoringPlan): readonly Problem[] {
  return plan.slos
    .filter(
      ({ response, window, objective }) => response === "page" && !canPage(window, errorBudget(objective)),
    )
    .filter(() => plan.environment.paging)
    .map((slo) => ({
      code: "objective-unpageable" as const,
      path: pathOf(slo),
      message: `[${slo.objective}] over ${slo.window} is to page, and no burn rate can: not even a total outage spends its budget fast enough`,
      remedy: `Set ${leastPaging(slo, plan)} or more, or say \`response: "ticket"\` where nobody need be woken.`,
    }));
}

/** The pairs that no error ratio can trip, in one notice, with what fires all the same. */
function unreachable(slo: PlannedSlo, plan: MonitoringPlan): readonly Problem[] {
  const burn = burnPlan(slo.window, plan.scrape.interval);
  const budget = errorBudget(slo.objective);
  const left = burn.windows.filter(({ factor }) => !isReachable(factor, budget));
  const pages = pairsOf(burn, "page", budget);
  return left.length === 0
    ? []
    : [
        {
          code: "burn-threshold-unreachable",
          path: pathOf(slo),
          message:
            `[${slo.objective}] leaves out what would need more than every event to be bad: ` +
            left.map((pair) => needs(pair, budget)).join(", "),
          remedy:
            pages.length === 0
              ? `No burn rate pages: set ${leastPaging(slo, plan)} or more, or declare a threshold alert on the SLI if somebody must be woken. Tickets and budget alerts are there.`
              : `It pages by ${pages.map(({ long, short }) => `${long} and ${short}`).join(", ")}; tickets and budget alerts are there as well.`,
        },
      ];
}

/** The lowest objective with which a total outage pages: 82.15% over 28 days. */
function leastPaging({ window }: PlannedSlo, { scrape }: MonitoringPlan): string {
  return `${decimal(leastPagingObjective({ burn: burnPlan(window, scrape.interval) }, 100))}%`;
}

function needs({ id, factor, long }: BurnWindow, budget: Big): string {
  return `${id} at ${decimal(factor)} times the budget over ${long} (a ratio of ${decimal(burnThreshold(factor, budget))})`;
}

/** With fewer bad events allowed, one of them uses more of the budget than a day's ticket is about. */
const FEWEST_BAD_EVENTS = 10;

/** Objectives that people choose, the highest first. */
const USUAL: readonly Percent[] = ["99.99%", "99.95%", "99.9%", "99.5%", "99%", "98%", "95%", "90%", "80%"];

function tooLittleTraffic(slo: PlannedSlo, plan: MonitoringPlan): readonly Problem[] {
  const perDay = eventsPerDay(slo);
  if (perDay === undefined) {
    return [];
  }
  const { total, bad } = budgetEvents(slo.window, slo.objective, perDay);
  const findings = [
    ...(bad.gte(FEWEST_BAD_EVENTS)
      ? []
      : [`one bad event of the ${decimal(bad.round(2))} that are allowed decides about the budget`]),
    ...(pagingPairs(slo, plan).length === 0 || isAnsweredFor(slo, plan, perDay)
      ? []
      : ["a total outage is too few events to page"]),
  ];
  return findings.length === 0
    ? []
    : [
        {
          code: "traffic-too-low",
          path: pathOf(slo),
          message: `[${slo.objective}] of ${decimal(total.round(0))} events in ${slo.window} cannot be judged: ${findings.join(", and ")}`,
          remedy: wayOut(slo, plan, perDay),
        },
      ];
}

function pagingPairs({ objective, window }: PlannedSlo, { scrape }: MonitoringPlan): readonly BurnWindow[] {
  return pairsOf(burnPlan(window, scrape.interval), "page", errorBudget(objective));
}

/** Whether a pair pages when every event is bad for the length of its long window, or nobody is to be paged. */
function isAnsweredFor(slo: PlannedSlo, plan: MonitoringPlan, perDay: Big): boolean {
  return (
    slo.response === "ticket" ||
    pagingPairs(slo, plan).some(({ long }) => {
      const events = within(perDay, long);
      return events.gt(guardThreshold(GUARDS.strict, events, errorBudget(slo.objective)));
    })
  );
}

function within(perDay: Big, window: Duration): Big {
  return perDay.times(ratioOf(window, "1h")).div(24);
}

/** The highest usual objective, or the shortest other window, that the traffic is enough for. */
function wayOut(slo: PlannedSlo, plan: MonitoringPlan, perDay: Big): string {
  const judged = (candidate: PlannedSlo): boolean =>
    budgetEvents(candidate.window, candidate.objective, perDay).bad.gte(FEWEST_BAD_EVENTS) &&
    isAnsweredFor(candidate, plan, perDay);
  const objective = USUAL.filter((one) => errorBudget(one).gt(errorBudget(slo.objective))).find((one) =>
    judged({ ...slo, objective: one }),
  );
  const window = PERIODS.filter((one) => ratioOf(one, slo.window) > 1).find((one) =>
    judged({ ...slo, window: one }),
  );
  const ways = [
    ...(objective === undefined ? [] : [`an objective of ${objective} over ${slo.window}`]),
    ...(window === undefined ? [] : [`a window of ${window} for ${slo.objective}`]),
  ];
  return ways.length === 0
    ? "No usual objective can be judged by so few events: count the time in which a probe is answered (an SLI of time)."
    : `Use ${ways.join(", or ")}; or count the time in which a probe is answered (an SLI of time).`;
}
