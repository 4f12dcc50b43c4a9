import { PLACE_LENGTH, type PlannedDashboard } from "../../plan/dashboard";
import type { Problem } from "../../slo/problem";
import { checkSlug } from "../../slo/validation/identifiers";
import { duplicates } from "../../slo/order";

/** Grafana refuses a uid of more than 40 characters. Source: Grafana docs, "Dashboard JSON model". */
const LONGEST_UID = 40 - PLACE_LENGTH;

/** A uid leads to one dashboard, and Grafana takes it. */
export function checkDashboards(dashboards: readonly PlannedDashboard[]): readonly Problem[] {
  const claimed = duplicates(dashboards.map(({ uid }) => uid)).map((uid) => ({
    code: "dashboard-uid-duplicate" as const,
    path: `dashboards.${uid}`,
    message: `dashboard [${uid}] is claimed by [${dashboards
      .filter((dashboard) => dashboard.uid === uid)
      .map(({ service }) => service)
      .join(", ")}]`,
    remedy: "Give each service a dashboard of its own, e.g. <service>-slo.",
  }));
  return [...claimed, ...dashboards.flatMap(checkUid)];
}

function checkUid({ service, uid }: PlannedDashboard): readonly Problem[] {
  const path = `services.${service}.dashboard`;
  const long = {
    code: "identifier-invalid" as const,
    path,
    message: `[${uid}] has [${uid.length}] characters`,
    remedy: `Use at most ${LONGEST_UID}; Grafana refuses a uid above 40, and [${PLACE_LENGTH}] tell clusters apart.`,
  };
  return [...checkSlug(path, uid), ...(uid.length > LONGEST_UID ? [long] : [])];
}
