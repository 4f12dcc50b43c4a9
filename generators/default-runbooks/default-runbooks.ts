import type { MonitoringPlan, PlannedAlert } from "../../plan/monitoring-plan";
import { OWN_PROMETHEUS } from "../../plan/backend";
import { alertMetrics } from "../../slo/alert";
import { groupedBy, own, sortedBy } from "../../slo/order";
import { measurementRunbook, type Service } from "../../slo/service";
import { inEnvironment } from "../../slo/telemetry";
import { alertOutsideContract } from "../contract-alerts";
import { sloContext, type SloContext } from "../slo-context";
import { SEVERITIES } from "../runbook-front-matter";
import type { Heading } from "../runbook-sections";
import type { UnplacedPage } from "../runbooks";
import { alertTopic } from "./alert-topics";
import { titleOf, type Topic } from "./page";
import { bucketTopic, contractTopic, dataMissingTopic } from "./measurement-topics";
import { budgetTopic, burnTopic, ticketTopic } from "./objective-topics";
import { sectionsOf } from "./sections";
import { deployedOf, jobsOf, type RunbookSubject } from "./subject";

/** A page that is made from the plan, in its sections; `markdown` is put together once it is known what a file adds. */
export interface DefaultRunbook extends Omit<UnplacedPage, "markdown" | "parts"> {
  readonly sections: Readonly<Record<Heading, readonly string[]>>;
  /** What the service says besides, at the top of its diagnosis. */
  readonly advice: readonly string[];
}

/**
 * A page for every slug that an alert of these services leads to, with the figures of the environment; those of
 * objectives are there also where the objective puts their alert out of reach, since other pages link to them.
 * @param plan what is planned of these services, without runbooks
 * @param isWritten whether a file says all of a page
 */
export function defaultRunbooks(
  services: readonly Service[],
  plan: MonitoringPlan,
  isWritten: (service: string, slug: string) => boolean,
): readonly DefaultRunbook[] {
  const alerts = groupedBy(plan.alerts, ({ service }) => service);
  const slos = groupedBy(plan.slos, ({ service }) => service);
  const bound = new Map(plan.services.map(({ id, backend }) => [id, backend]));
  return services.flatMap((service) => {
    const own: MonitoringPlan = {
      ...plan,
      alerts: alerts.get(service.id) ?? [],
      slos: slos.get(service.id) ?? [],
    };
    const contexts = sortedBy(service.slos, ({ id }) => id).map((slo) =>
      sloContext(service, slo, plan.environment.name, plan.scrape.interval),
    );
    const slugs = slugsOf(service, own.alerts).filter((slug) => !isWritten(service.id, slug));
    return slugs.flatMap((slug) =>
      defaultRunbook(service, own, contexts, slug, bound.get(service.id) ?? OWN_PROMETHEUS),
    );
  });
}

/** Every slug that alerts of a service lead to. */
function slugsOf({ slos }: Service, alerts: readonly PlannedAlert[]): readonly string[] {
  const leading = alerts.map(({ runbook }) => runbook.slug);
  const ofObjectives = slos.flatMap(({ runbooks }) => Object.values(runbooks) as readonly string[]);
  return sortedBy(new Set([...leading, ...ofObjectives]), (slug) => slug);
}

function defaultRunbook(
  service: Service,
  plan: MonitoringPlan,
  contexts: readonly SloContext[],
  slug: string,
  bound: RunbookSubject["bound"],
): readonly DefaultRunbook[] {
  const alerts = plan.alerts.filter(({ runbook }) => runbook.slug === slug);
  // The monitoring's own heartbeat is no measure of a service: its page is written.
  if (alerts.some(({ kind }) => kind === "heartbeat" || kind === "severity")) {
    return [];
  }
  const subject = subjectOf(service, plan, contexts, slug, bound);
  const names = alerts.map(({ alertname }) => alertname);
  return [
    {
      service: service.id,
      slug,
      title: titleOf(slug),
      owner: service.team,
      dashboard: service.dashboard,
      alerts: [...new Set(names)],
      severities: SEVERITIES.filter((one) => alerts.some(({ severity }) => severity === one)),
      sections: sectionsOf(subject, topicsOf(subject)),
      advice: (own(service.advice ?? {}, slug) ?? []).map((text) =>
        inEnvironment(text, plan.environment.name),
      ),
    },
  ];
}

function subjectOf(
  service: Service,
  plan: MonitoringPlan,
  contexts: readonly SloContext[],
  slug: string,
  bound: RunbookSubject["bound"],
): RunbookSubject {
  const declared = service.alerts.filter(({ runbook }) => runbook === slug);
  const counted = contexts.filter(({ slo }) => Object.values(slo.runbooks).includes(slug));
  const checked = leadsOutsideContract(service, slug) ? service.alerts.flatMap(alertMetrics) : [];
  const jobs = new Map(
    [...jobsOf(counted, declared), ...checked.map(({ job }) => job)].map((job) => [job.name, job]),
  );
  return {
    service,
    plan,
    slug,
    alerts: plan.alerts.filter(({ runbook }) => runbook.slug === slug),
    declared,
    contexts,
    jobs: [...jobs.values()],
    deployed: deployedOf([...jobs.values()]),
    bound,
  };
}

function leadsOutsideContract(service: Service, slug: string): boolean {
  return slug === measurementRunbook(service) && alertOutsideContract(service).length > 0;
}

/** What there is to say on a page: first of what may be an outage, then of objectives, last of the measurement. */
function topicsOf(subject: RunbookSubject): readonly Topic[] {
  const { service, slug, declared, contexts } = subject;
  const leading = (role: keyof SloContext["slo"]["runbooks"]): readonly SloContext[] =>
    contexts.filter(({ slo }) => slo.runbooks[role] === slug);
  const together = (
    make: (subject: RunbookSubject, contexts: readonly SloContext[]) => Topic,
    about: readonly SloContext[],
  ): readonly Topic[] => (about.length === 0 ? [] : [make(subject, [...new Set(about)])]);
  return [
    ...declared.map((alert) => alertTopic(subject, alert)),
    ...leading("burn").map((context) => burnTopic(subject, context)),
    ...together(ticketTopic, leading("ticket")),
    ...together(budgetTopic, [...leading("budget"), ...leading("policy")]),
    ...together(dataMissingTopic, leading("dataMissing")),
    ...leading("bucketMissing").map((context) => bucketTopic(subject, context)),
    ...(leadsOutsideContract(service, slug) ? [contractTopic(subject)] : []),
  ];
}
