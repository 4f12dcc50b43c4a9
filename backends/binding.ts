import { OWN_PROMETHEUS, type Backend, type Binding } from "../plan/backend";
import { SELF } from "../plan/names";
import type { MonitoringPlan, PlannedService, RuleGroup, ScrapeJob } from "../plan/monitoring-plan";

type Services = Pick<MonitoringPlan, "services">;

/** The rules of a plan that one backend evaluates, in their groups and order; every rule has exactly one backend. */
export function rulesOn(
  { ruleGroups, services }: Pick<MonitoringPlan, "ruleGroups"> & Services,
  backend: Backend,
): readonly RuleGroup[] {
  const binding = bindingsOf({ services });
  return ruleGroups.flatMap((group) => {
    const { metrics, alerts } = binding(group.file);
    const rules = group.rules.filter(({ kind }) => (kind === "record" ? metrics : alerts) === backend);
    return rules.length === 0 ? [] : [{ ...group, rules }];
  });
}

/** The jobs that one backend scrapes; one that services of two backends share, both do. */
export function jobsOn({ scrape, services }: MonitoringPlan, backend: Backend): readonly ScrapeJob[] {
  const binding = bindingsOf({ services });
  return scrape.jobs.filter((job) => job.services.some((service) => binding(service).metrics === backend));
}

/** The services of which one backend evaluates some rules. */
export function servicesOn({ services }: Services, backend: Backend): readonly PlannedService[] {
  return services.filter((service) => Object.values(service.backend).includes(backend));
}

/** A plan as the stack's own Prometheus is told it. */
export function ownPrometheusPart<P extends MonitoringPlan>(plan: P): P {
  return {
    ...plan,
    ruleGroups: rulesOn(plan, "kubernetes"),
    scrape: { ...plan.scrape, jobs: jobsOn(plan, "kubernetes") },
  };
}

/** The binding of a service by its id; of what is none, that of the monitoring itself. */
export function bindingsOf({ services }: Services): (service: string) => Binding {
  const known = new Map(services.map(({ id, backend }) => [id, backend]));
  return (service) => known.get(service) ?? known.get(SELF.service) ?? OWN_PROMETHEUS;
}
