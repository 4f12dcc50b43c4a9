import { BACKENDS, type Capability } from "../backends/table";
import { table } from "../generators/operations/markdown";
import { INTEGRATIONS } from "../receivers";
import { sortedBy } from "../slo/order";

/** Which backend sends to which kind of receiver, as the table of backends and the integrations have it. */
export function receiversTable(): string {
  const backends = Object.values(BACKENDS);
  return table(
    ["kind", "is", "may wake somebody", ...backends.map(({ title }) => title)],
    sortedBy(Object.values(INTEGRATIONS), ({ kind }) => kind).map((integration) => [
      `\`${integration.kind}\``,
      integration.title,
      integration.wakes ? "yes" : "no",
      ...backends.map(({ sends }) => words(sends(integration))),
    ]),
  );
}

function words(capability: Capability): string {
  return "unable" in capability
    ? `no: ${capability.unable}`
    : `yes${capability.note === undefined ? "" : `, ${capability.note}`}`;
}
