import type { MonitoringPlan } from "../../plan/monitoring-plan";
import type { Service } from "../../slo/service";
import type { Evidence } from "./coverage";
import { DOCUMENTS } from "./documents";
import { filesBelow } from "./files";
import { idsIn } from "./ids";
import { sourceTags, SOURCES } from "./source-tags";
import { testTags, TESTS, type DeclaredSources } from "./test-tags";

/** What the files of a checkout, its services and the plan of prod say of the documents. */
export function evidenceOf(root: string, services: readonly Service[], plan: MonitoringPlan): Evidence {
  return {
    documents: DOCUMENTS,
    // A service that was made without a document has no ids to build and prove.
    services: services.filter(({ document }) => document !== undefined).map(({ id }) => id),
    built: sourceTags(filesBelow(root, SOURCES)),
    proved: testTags(filesBelow(root, TESTS), declaredSources(plan)),
  };
}

/** The ids that alerts and SLOs of a plan name as their source, by service. */
function declaredSources({ alerts, slos }: MonitoringPlan): DeclaredSources {
  const owners = [...new Set([...alerts, ...slos].map(({ service }) => service))];
  return new Map(
    owners.map((owner) => [
      owner,
      [...alerts, ...slos].filter(({ service }) => service === owner).flatMap(({ source }) => idsIn(source)),
    ]),
  );
}
