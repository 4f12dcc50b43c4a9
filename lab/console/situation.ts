import type { AlertNow, ConsoleSlo, Setting, Situation, SloNow } from "../../console/answers";
import { RECORDS } from "../../plan/names";
import { heartbeatPlan, heartbeatProblem } from "../heartbeat";
import { activeAlerts, alertsSent, isHealthy, query, type QueryResult } from "../prometheus-api";
import type { Inbox } from "../receivers/inbox";
import { hasLabels } from "../workload/labels";
import { alertKey, type Played } from "./setting";

interface Watched extends Played {
  readonly inbox: Inbox;
  /** When the lab's server began to listen, in milliseconds since the epoch. */
  readonly since: number;
}

/** How everything stands at this moment. */
export async function situationOf(watched: Watched, { slos }: Setting): Promise<Situation> {
  const { incidents, inbox } = watched;
  const [values, alerts, problems] = await Promise.all([
    sloValues(watched, slos),
    alertsNow(watched),
    problemsOf(watched),
  ]);
  return {
    time: Date.now(),
    problems: alerts === undefined ? ["Prometheus does not answer", ...problems] : problems,
    slos: values,
    alerts: alerts ?? [],
    broken: incidents.broken(),
    deeds: incidents.deeds(),
    notifications: inbox.all().length,
  };
}

async function problemsOf({ alertmanager, inbox, plan, since }: Watched): Promise<readonly string[]> {
  const { last } = inbox.heartbeat();
  const heard = Math.max(since, last === "" ? 0 : Date.parse(last));
  const stopped = heartbeatProblem(heartbeatPlan(plan.routing), heard, Date.now());
  return [
    ...((await isHealthy(alertmanager)) ? [] : ["Alertmanager does not answer"]),
    ...(stopped === undefined ? [] : [stopped]),
  ];
}

/** Four questions for all SLOs together, however many there are. */
async function sloValues(
  { prometheus }: Watched,
  slos: readonly ConsoleSlo[],
): Promise<Readonly<Record<string, SloNow>>> {
  const latest = (name: string): string => `last_over_time({__name__=~"${name}"}[1h])`;
  const periods = [...new Set(slos.map(({ window }) => window))];
  const [budgets, ratios, errors, totals] = await Promise.all(
    [
      latest(RECORDS.budgetRemaining),
      latest(`slo:sli_error:ratio(${periods.join("|")})`),
      `{__name__=~"slo:sli_error:increase[0-9]+[a-z]+"}`,
      `{__name__=~"slo:sli_total:increase[0-9]+[a-z]+"}`,
    ].map((expr) => query(prometheus, expr)),
  );
  const burns = (errors ?? []).flatMap(({ labels, value }) => {
    const { __name__: _, ...own } = labels;
    const total = totals?.find((other) => hasLabels(other.labels, own))?.value ?? 0;
    return total > 0 ? [{ labels, value: value / total }] : [];
  });
  return Object.fromEntries(
    slos.map(({ id, budget: allowed }) => {
      const [budget, bad, burn] = [
        worst(budgets, id, false),
        worst(ratios, id, true),
        worst(burns, id, true),
      ];
      return [
        id,
        {
          ...(bad === undefined ? {} : { good: 1 - bad }),
          ...(budget === undefined ? {} : { budget }),
          ...(burn === undefined ? {} : { burn: burn / allowed }),
        },
      ];
    }),
  );
}

function worst(of: readonly QueryResult[] | undefined, id: string, most: boolean): number | undefined {
  const own = (of ?? []).filter(({ labels }) => labels["slo_id"] === id).map(({ value }) => value);
  const value = own.length === 0 ? undefined : most ? Math.max(...own) : Math.min(...own);
  return Number.isFinite(value) ? value : undefined;
}

async function alertsNow({
  prometheus,
  alertmanager,
  plan,
}: Watched): Promise<readonly AlertNow[] | undefined> {
  const [active, sent = []] = await Promise.all([activeAlerts(prometheus), alertsSent(alertmanager)]);
  const known = new Set(plan.alerts.map(alertKey));
  const nameOf = (fingerprint: string): string => {
    const { alertname = fingerprint, service = "" } =
      sent.find((each) => each.fingerprint === fingerprint)?.labels ?? {};
    return `${service} ${alertname}`.trim();
  };
  return active
    ?.filter(({ labels }) => known.has(alertKey(labels)))
    .map(({ labels, annotations, state, activeAt }) => {
      const told = sent.find((each) => hasLabels(labels, each.labels));
      return {
        key: alertKey(labels),
        state,
        since: Date.parse(activeAt),
        labels,
        summary: annotations["summary"] ?? "",
        description: annotations["description"] ?? "",
        generatorUrl: told?.generatorURL ?? "",
        inhibitedBy: (told?.status.inhibitedBy ?? []).map(nameOf),
        isSilenced: (told?.status.silencedBy ?? []).length > 0,
      };
    });
}
