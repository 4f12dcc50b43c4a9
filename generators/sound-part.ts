import type { RunbookPage } from "../plan/monitoring-plan";
import type { Problem } from "../slo/problem";
import type { Service } from "../slo/service";

/** Services as far as they can be planned, and pages of which the rest would have to say what leads to them. */
interface SoundPart {
  readonly services: readonly Service[];
  readonly isOpen: (page: Pick<RunbookPage, "service" | "slug">) => boolean;
}

/** Parts of a service without which the rest of it is the same. */
const SEPARATE = ["operations", "corrections", "autoscaling", "backups"];

/**
 * What is left of services without what has problems: alerts, autoscalers and backups one by one, and for any other
 * fault the whole service, since rules, panels and pages hang on it.
 */
export function soundPart(services: readonly Service[], problems: readonly Problem[]): SoundPart {
  const faulty = new Set(problems.flatMap(({ path }) => faultyPart(path)));
  const open = new Set(
    services.flatMap(({ id, alerts }) =>
      alerts
        .filter(({ name }) => faulty.has(`${id}.alerts.${name}`))
        .map(({ runbook }) => `${id}/${runbook}`),
    ),
  );
  return {
    services: services
      .filter(({ id }) => !faulty.has(id))
      .map((service) => ({
        ...service,
        alerts: service.alerts.filter(({ name }) => !faulty.has(`${service.id}.alerts.${name}`)),
        autoscaling: faulty.has(`${service.id}.autoscaling`) ? [] : service.autoscaling,
        backups: faulty.has(`${service.id}.backups`) ? [] : service.backups,
      })),
    isOpen: ({ service, slug }) => open.has(`${service}/${slug}`),
  };
}

/** `omnihub.alerts.TargetsDown`, `omnihub.backups`, or `omnihub` where the problem concerns all of it. */
function faultyPart(path: string): readonly string[] {
  const [root, service, part = "", name = ""] = path.split(".");
  if (root !== "services" || service === undefined) {
    return [];
  }
  return part === "alerts"
    ? [`${service}.alerts.${name}`]
    : [SEPARATE.includes(part) ? `${service}.${part}` : service];
}
