import { homeOf, type MonitoringPlan, type PlannedService } from "../plan/monitoring-plan";
import { ratioOf, type Duration } from "../slo/duration";
import { valuesApart } from "../slo/service";
import { isNative, labelSets, type Metric } from "../slo/telemetry";

/** What a server takes in, as the contracts declare it. */
export interface Volume {
  readonly series: number;
  readonly samplesPerSecond: number;
}

/** What is paid for samples that a cloud keeps, in a month. */
interface Cost {
  readonly currency: string;
  readonly before: number;
  readonly after: number;
}

/** What a million samples cost at a managed backend; from the repository, since prices are agreed upon. */
export interface Price {
  readonly perMillionSamples: number;
  readonly currency: string;
}

/** Series that a scrape makes of each target itself. Source: Prometheus docs, "Jobs and instances". */
const OF_EACH_TARGET = 5;
const SECONDS_A_MONTH = (365.25 * 86_400) / 12;

/**
 * The series that the contracts of services declare on their usual number of targets, and those that rules record; with one
 * server, and every declared value of every label there.
 */
export function expectedVolume(
  plan: MonitoringPlan,
  isCounted: (service: PlannedService) => boolean = () => true,
): Volume {
  const services = plan.services.filter(isCounted);
  const metrics = new Map(
    services
      .flatMap(({ metrics: own }) => own)
      .map((metric) => [`${metric.job.name} ${metric.name}`, metric]),
  );
  const jobs = new Map(services.flatMap(({ jobs: own }) => own).map((job) => [job.name, job.instances]));
  const targets = [...jobs.values()].reduce((sum, instances) => sum + instances, 0);
  const scraped = [...metrics.values()].reduce(
    (sum, metric) => sum + seriesOf(metric) * metric.job.instances,
    targets * OF_EACH_TARGET,
  );
  const sets = new Map(plan.slos.map((slo) => [slo.id, slo.by === undefined ? 1 : valuesApart(slo).length]));
  const ids = services.map(({ id }) => id);
  const recorded = plan.ruleGroups
    .filter(({ file }) => ids.includes(file))
    .map(({ interval, rules }) => ({
      interval,
      count: rules.reduce(
        (sum, rule) => (rule.kind === "record" ? sum + (sets.get(rule.labels["slo_id"] ?? "") ?? 1) : sum),
        0,
      ),
    }));
  const perSecond = (series: number, interval: Duration): number => series / ratioOf(interval, "1s");
  return {
    series: scraped + recorded.reduce((sum, { count }) => sum + count, 0),
    samplesPerSecond: recorded.reduce(
      (sum, { count, interval }) => sum + perSecond(count, interval),
      perSecond(scraped, plan.scrape.interval),
    ),
  };
}

function seriesOf(metric: Metric): number {
  const sets = labelSets(metric.labels).length;
  // A bucket for each bound and for all, the sum and the count.
  return sets * (metric.type === "histogram" && !isNative(metric) ? metric.bounds.length + 3 : 1);
}

/** What the samples of the services of a backend cost in a month. */
function monthlyCost(plan: MonitoringPlan, backend: string, { perMillionSamples }: Price): number {
  const { samplesPerSecond } = expectedVolume(plan, ({ backend: { metrics } }) => metrics === backend);
  return (samplesPerSecond * SECONDS_A_MONTH * perMillionSamples) / 1_000_000;
}

/** What a server takes in before and after, and what that costs a month where somebody else keeps it. */
export interface LoadDiff {
  readonly volume?: { readonly before: Volume; readonly after: Volume };
  /** By backend that has a price. */
  readonly costs?: readonly (Cost & { readonly backend: string })[];
  /** Backends of services that have none. */
  readonly unpriced?: readonly string[];
}

/** Compares what the two sides of an environment take in. */
export function loadDiff(
  before: MonitoringPlan | undefined,
  after: MonitoringPlan | undefined,
  prices: Prices,
): LoadDiff {
  const volume = (plan: MonitoringPlan | undefined): Volume =>
    plan === undefined ? { series: 0, samplesPerSecond: 0 } : expectedVolume(plan);
  const none = { costs: [], unpriced: [] };
  const [was, is] = [before, after].map((plan) => (plan === undefined ? none : managedCosts(plan, prices)));
  const found = [...(was?.costs ?? []), ...(is?.costs ?? [])];
  const backends = [...new Set(found.map(({ of }) => of))].sort();
  const amount = (side: typeof was, backend: string): number =>
    side?.costs.find(({ of }) => of === backend)?.amount ?? 0;
  return {
    volume: { before: volume(before), after: volume(after) },
    costs: backends.map((backend) => ({
      backend,
      currency: prices[backend]?.currency ?? "",
      before: amount(was, backend),
      after: amount(is, backend),
    })),
    unpriced: [...new Set([...(was?.unpriced ?? []), ...(is?.unpriced ?? [])])].sort(),
  };
}

/** By backend. */
type Prices = Readonly<Record<string, Price | undefined>>;

/** What something costs in a month. */
export interface MonthlyCost {
  readonly of: string;
  readonly currency: string;
  readonly amount: number;
}

/** What the samples that a cloud keeps cost in a month, and backends of which nobody says what they cost. */
export function managedCosts(
  plan: MonitoringPlan,
  prices: Prices,
): { readonly costs: readonly MonthlyCost[]; readonly unpriced: readonly string[] } {
  const backends = [...new Set(managedBackends(plan))].sort();
  return {
    costs: backends.flatMap((of) => {
      const price = prices[of];
      return price === undefined
        ? []
        : [{ of, currency: price.currency, amount: monthlyCost(plan, of, price) }];
    }),
    unpriced: backends.filter((of) => prices[of] === undefined),
  };
}

/** Backends that are billed, beside the Prometheus of the stack. */
function managedBackends(plan: MonitoringPlan): readonly string[] {
  const home = homeOf(plan);
  return plan.services.map(({ backend }) => backend.metrics).filter((metrics) => metrics !== home);
}
