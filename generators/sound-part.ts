import type { RunbookPage } from "../plan/runbook";
import type { Problem } from "../slo/problem";
import { runbookSlugs, type Service } from "../slo/service";

/** Services as far as they can be planned, and pages of which the rest would have to say what leads to them. */
export interface SoundPart {
  readonly services: readonly Service[];
  readonly open: readonly Pick<RunbookPage, "service" | "slug">[];
}

/** Parts of a service without which the rest of it is the same. */
const SEPARATE = ["advice", "budgetPolicy", "autoscaling", "capacity", "backups"];

/**
 * What is left of services without what has problems: alerts, autoscalers and backups one by one, and for any other
 * fault the whole service, since rules, panels and pages hang on it.
 */
export function soundPart(services: readonly Service[], problems: readonly Problem[]): SoundPart {
  const faulty = new Set(problems.flatMap(({ path }) => faultyPart(path)));
  return {
    services: services
      .filter(({ id }) => !faulty.has(id))
      .map((service) => ({
        ...service,
        alerts: service.alerts.filter(({ name }) => !faulty.has(`${service.id}.alerts.${name}`)),
        autoscaling: faulty.has(`${service.id}.autoscaling`) ? [] : service.autoscaling,
        backups: faulty.has(`${service.id}.backups`) ? [] : service.backups,
      })),
    open: services.flatMap((service) =>
      openSlugs(service, faulty).map((slug) => ({ service: service.id, slug })),
    ),
  };
}

/** The pages of what is left out. */
function openSlugs(service: Service, faulty: ReadonlySet<string>): readonly string[] {
  const { id, alerts } = service;
  return faulty.has(id)
    ? runbookSlugs(service)
    : alerts.filter(({ name }) => faulty.has(`${id}.alerts.${name}`)).map(({ runbook }) => runbook);
}

/** `shop.alerts.TargetsDown`, `shop.backups`, or `shop` where the problem concerns all of it. */
function faultyPart(path: string): readonly string[] {
  const [root, service, part = "", name = ""] = path.split(".");
  if (root !== "services" || service === undefined) {
    return [];
  }
  return part === "alerts"
    ? [`${service}.alerts.${name}`]
    : [SEPARATE.includes(part) ? `${service}.${part}` : service];
}
