import type { Subject } from "../../generators/operations/subject";

/** Heading and origin of a page of a service. */
export function title(what: string, { service, plan }: Subject): readonly string[] {
  return [
    `# ${service.title}: ${what}`,
    `Generated from \`services/${service.id}*.ts\` and the plan of ${plan.environment.name}; change those, not this page.`,
  ];
}
