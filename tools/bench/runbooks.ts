import type { RunbookSource } from "../../plan/content";
import { ALERTS } from "../../plan/names";
import { SEVERITIES } from "../../generators/runbooks";
import type { Severity } from "../../slo/alert";
import type { Service, Slo } from "../../slo/service";
import { metricOf } from "../../slo/sli";

/** An alert and the page that it leads to. */
interface Lead {
  readonly slug: string;
  readonly alert: string;
  readonly severity: Severity;
}

/**
 * A page for every alert of generated services, as long as a real one.
 * @param template the text of runbooks/_template.md, which stands for what a team writes
 */
export function catalogueRunbooks(services: readonly Service[], template: string): readonly RunbookSource[] {
  const [, body = ""] = template.split(/\n(?=# )/);
  return services.flatMap((service) => {
    const leads = [
      ...service.slos.flatMap(sloLeads),
      ...service.alerts.map(({ name, runbook, severity }) => ({ slug: runbook, alert: name, severity })),
    ];
    return [...new Set(leads.map(({ slug }) => slug))].map((slug) => ({
      service: service.id,
      slug,
      text: `${frontMatter(
        service,
        leads.filter((lead) => lead.slug === slug),
      )}\n${body}`,
    }));
  });
}

function sloLeads({ response, runbooks, sli }: Slo): readonly Lead[] {
  const { burn, ticket, budget, policy, dataMissing, bucketMissing } = runbooks;
  return [
    { slug: burn, alert: ALERTS.burn, severity: response === "page" ? "critical" : "warning" },
    { slug: ticket, alert: ALERTS.ticket, severity: "warning" },
    { slug: budget, alert: ALERTS.budget, severity: "warning" },
    { slug: policy, alert: ALERTS.budgetCaution, severity: "info" },
    { slug: policy, alert: ALERTS.budgetExhausting, severity: "warning" },
    { slug: dataMissing, alert: ALERTS.dataMissing, severity: "warning" },
    ...(Object.keys(metricOf(sli).labels).length === 0
      ? []
      : [{ slug: dataMissing, alert: ALERTS.outsideContract, severity: "warning" as const }]),
    ...(bucketMissing === undefined
      ? []
      : [{ slug: bucketMissing, alert: ALERTS.bucketMissing, severity: "warning" as const }]),
  ];
}

function frontMatter({ team, dashboard }: Service, leads: readonly Lead[]): string {
  const severities = SEVERITIES.filter((one) => leads.some(({ severity }) => severity === one));
  return [
    "---",
    `owner: ${team}`,
    `dashboard: ${dashboard}`,
    "last_review: 2026-01-01",
    `alerts: [${[...new Set(leads.map(({ alert }) => alert))].join(", ")}]`,
    `severity: [${severities.join(", ")}]`,
    "---\n",
  ].join("\n");
}
