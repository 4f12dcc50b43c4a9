import { sloRunbooks, type Service, type Slo } from "../../slo/service";
import { alerts } from "./alerts";
import { operationsDashboard } from "./dashboards";
import { ENVSYNC_INCIDENTS } from "./incidents";
import { serverErrors, slowReads, slowWrites } from "./slis";
import { telemetry } from "./telemetry";

const slos: readonly Slo[] = [
  {
    id: "api-availability",
    title: "EnvSync Cloud availability",
    population: "requests",
    breach: "answered with a server error",
    sli: serverErrors,
    objective: { default: "99.9%" },
    window: "28d", // "monthly"
    response: "page",
    runbooks: sloRunbooks("high-error-rate"),
  },
  {
    id: "store-read-latency",
    title: "Store read latency",
    population: "reads",
    breach: "slower than 300 ms",
    sli: slowReads,
    objective: { default: "95%" },
    window: "28d",
    response: "ticket",
    runbooks: sloRunbooks("high-latency", { bucketMissing: "slo-bucket-missing" }),
  },
  {
    id: "store-write-latency",
    title: "Store write latency",
    population: "writes",
    breach: "slower than 500 ms",
    sli: slowWrites,
    objective: { default: "95%" },
    window: "28d",
    response: "ticket",
    runbooks: sloRunbooks("high-latency", { bucketMissing: "slo-bucket-missing" }),
  },
];

/** EnvSync Cloud, from "EnvSync Cloud Operations"; what it asks for is in `requirements.md`. */
export const envsync: Service = {
  id: "envsync",
  title: "EnvSync Cloud",
  description: "The cloud sync endpoints of EnvSync: accounts, the store of environments, and access tokens.",
  team: "envsync",
  tier: 2,
  environments: ["dev", "prod", "staging"],
  dashboard: "envsync-slo",
  dashboards: [operationsDashboard],
  telemetry,
  slos,
  alerts,
  incidents: ENVSYNC_INCIDENTS,
  autoscaling: [],
  backups: [],
};
