import { toYaml } from "../../backends/file-set";
import { rulesWithSources } from "../../generators/rule-groups";
import { sloContext, type SloContext } from "../../generators/slo-context";
import { playableGroups } from "../../lab/played-rules";
import { slothRules } from "../../lab/sloth-rules";
import type { RuleGroup } from "../../plan/monitoring-plan";
import { ALERTS } from "../../plan/names";
import type { Service } from "../../slo/service";
import { requestRatio } from "../../slo/sli";
import { where, type Counter } from "../../slo/telemetry";
import { catalogue } from "./catalogue";

/** The one SLO that is compared: so many per cent of requests are answered without an error. */
const OBJECTIVE = "99.9%";

/** Its error budget. */
export const BUDGET = 0.001;

/** Seconds between scrapes and between evaluations. */
export const STEP = 30;

/** Rules of one SLO, by whoever generates them. */
export interface Contender {
  readonly name: "Tocsin" | "Sloth";
  readonly groups: readonly RuleGroup[];
  /** Selects its page among firing alerts. */
  readonly page: string;
}

/** How the counters of the SLI come into being, and the name of its job and service. */
export interface Subject {
  readonly id: string;
  readonly initialisedToZero: boolean;
}

/** The SLO as it is declared here. */
export function contextOf({ id, initialisedToZero }: Subject): SloContext {
  const [service] = catalogue(1);
  const slo = service?.slos.find((one) => one.id === "availability");
  if (service === undefined || slo === undefined) {
    throw new RangeError("the first service of the catalogue has no availability");
  }
  const job = { name: id, namespace: id, port: "metrics", path: "/metrics", instances: 20 };
  const requests: Counter<{ route: string[]; status: string[] }> = {
    type: "counter",
    name: "requests_total",
    help: "Requests.",
    job,
    labels: { route: [], status: ["200", "500"] },
    initialisedToZero,
  };
  const own: Service = { ...service, id, slos: [] };
  const sli = requestRatio({ total: requests, errors: where(requests, { status: "500" }) });
  return sloContext(own, { ...slo, sli, objective: { default: OBJECTIVE } }, "prod", `${STEP}s`);
}

/** What this repository generates. */
export function tocsin(subject: Subject): Contender {
  return { name: "Tocsin", groups: playableGroups(contextOf(subject)), page: `alertname="${ALERTS.burn}"` };
}

/** The same SLI in Sloth's words. Source: Sloth v0.16.0, "prometheus/v1" specification. */
function specification({ id }: Subject): object {
  const rate = (more: string): string =>
    `sum by (cluster, environment) (rate(requests_total{job="${id}"${more}}[{{.window}}]))`;
  return {
    version: "prometheus/v1",
    service: id,
    slos: [
      {
        name: "availability",
        objective: Number.parseFloat(OBJECTIVE),
        sli: { events: { error_query: rate(',status="500"'), total_query: rate("") } },
        alerting: { name: "Burn" },
      },
    ],
  };
}

/**
 * What Sloth generates for the same SLI.
 * @param sloth its program
 * @throws Error with what it said when it refuses
 */
export async function slothOf(sloth: string, subject: Subject): Promise<Contender> {
  const groups = await slothRules(sloth, toYaml(specification(subject)), {
    interval: `${STEP}s`,
    period: "28d",
  });
  return {
    name: "Sloth",
    groups: groups.map((group) => ({ ...group, file: subject.id })),
    page: SLOTH_PAGE,
  };
}

const SLOTH_PAGE = 'sloth_severity="page"';

/** The rules that a page needs: those that it reads, those that they read, and itself, in their groups and order. */
export function rulesOfPage({ groups, page }: Contender): readonly RuleGroup[] {
  return rulesWithSources(
    groups,
    (rule) =>
      rule.kind === "alert" &&
      (page === SLOTH_PAGE ? rule.labels["sloth_severity"] === "page" : page.includes(`"${rule.alert}"`)),
  );
}
