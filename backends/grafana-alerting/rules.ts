import type { Query, RelativeTimeRange, Rule } from "@grafana/grafana-foundation-sdk/alerting";
import type { TypeMath, TypeThreshold } from "@grafana/grafana-foundation-sdk/expr";
import type { Dataquery } from "@grafana/grafana-foundation-sdk/prometheus";
import type { AlertingRule, MonitoringPlan, RuleGroup } from "../../plan/monitoring-plan";
import { titleIn, uidIn } from "../../plan/dashboard";
import { placeOf } from "../../plan/environment";
import { DATA_SOURCE } from "../../plan/names";
import { milliseconds } from "../../slo/duration";
import { rulesOn } from "../binding";
import { sourcesOf, type Source } from "../grafana/content";
import { grafanaAnnotations, QUERY } from "./annotations";
import { ruleUid } from "./uid";

/** What stands in JSON of a type of the SDK. */
type Plain<T> = Omit<T, "_implementsDataqueryVariant">;

/** One step of a rule; the form of the provisioning API, so that the SDK's types hold it. */
interface RuleStep extends Required<Pick<Query, "datasourceUid" | "refId">> {
  readonly relativeTimeRange: Required<RelativeTimeRange>;
  readonly model: Plain<Dataquery> | Plain<TypeMath> | Plain<TypeThreshold>;
}

/** A Grafana-managed alert; the organisation is the token's. */
export interface GrafanaRule extends Required<
  Pick<
    Rule,
    | "annotations"
    | "condition"
    | "execErrState"
    | "for"
    | "labels"
    | "missingSeriesEvalsToResolve"
    | "noDataState"
    | "title"
    | "uid"
  >
> {
  readonly data: readonly RuleStep[];
}

/** Rules of one folder that are evaluated at one interval. */
export interface GrafanaRuleGroup {
  readonly name: string;
  readonly intervalSeconds: number;
  readonly rules: readonly GrafanaRule[];
}

/** The folder of the rules, apart from the dashboards, so that each can be given away. */
export function rulesFolder({ environment, platform }: Pick<MonitoringPlan, "environment" | "platform">): {
  readonly title: string;
  readonly uid: string;
} {
  const place = placeOf(environment);
  return {
    title: titleIn(`${platform.grafana.folder} alerts`, place),
    uid: uidIn("tocsin-alerts", place),
  };
}

/** The Grafana-managed rules of a plan. */
export function grafanaRuleGroups(plan: MonitoringPlan): readonly GrafanaRuleGroup[] {
  const source = sourcesOf(plan);
  return rulesOn(plan, "grafana").map((group) => ruleGroup(group, source(group.file)));
}

function ruleGroup({ name, interval, rules }: RuleGroup, source: Source): GrafanaRuleGroup {
  return {
    // The provider splits ids at colons (terraform-provider-grafana #1621), and the API paths at slashes.
    name: name.replaceAll(/[:/]/g, "-"),
    intervalSeconds: milliseconds(interval) / 1_000,
    rules: rules.flatMap((rule) => (rule.kind === "alert" ? [grafanaRule(rule, source)] : [])),
  };
}

const CONDITION = "C";

/**
 * The expression as its Prometheus gets it, byte for byte, so that its rule tests prove this rule as well. It filters by
 * itself: any series is a breach, whatever its value, and none is health. Source: Grafana's own conversion of
 * Prometheus rules (grafana/grafana, pkg/services/ngalert/prom).
 */
function grafanaRule(rule: AlertingRule, source: Source): GrafanaRule {
  const { alert, expr, labels } = rule;
  return {
    uid: ruleUid({ alertname: alert, service: labels["service"] ?? "", slo: labels["slo"] ?? "" }),
    title: alert,
    condition: CONDITION,
    data: [query(expr, source), presence(), threshold()],
    for: rule.for,
    // Silence of the data is what SLIDataMissing is for; here it means that nothing is wrong.
    noDataState: "OK",
    execErrState: "Error",
    // As in Prometheus, an alert ends with its series; Grafana would wait for a second evaluation.
    missingSeriesEvalsToResolve: 1,
    labels: { ...labels },
    annotations: { ...grafanaAnnotations(rule) },
  };
}

/** Grafana looks this far back for nothing: an instant query has a time, not a range. It asks for one all the same. */
const RANGE_SECONDS = 600;

function query(expr: string, { uid, dialect }: Source): RuleStep {
  return {
    refId: QUERY,
    datasourceUid: uid,
    relativeTimeRange: { from: RANGE_SECONDS, to: 0 },
    model: {
      datasource: { type: DATA_SOURCE.type, uid },
      expr: dialect(expr),
      instant: true,
      range: false,
      refId: QUERY,
    },
  };
}

const EXPRESSIONS = "__expr__";
const PRESENCE = "B";

/** 1 for every series: a reduction would leave values as they are, and 0 is a breach where a target is down. */
function presence(): RuleStep {
  return step(PRESENCE, {
    ...expressionSource(PRESENCE),
    type: "math",
    expression: `is_number($${QUERY}) || is_nan($${QUERY}) || is_inf($${QUERY})`,
  });
}

function threshold(): RuleStep {
  return step(CONDITION, {
    ...expressionSource(CONDITION),
    type: "threshold",
    expression: PRESENCE,
    conditions: [{ evaluator: { type: "gt", params: [0] } }],
  });
}

function step(refId: string, model: RuleStep["model"]): RuleStep {
  return { refId, datasourceUid: EXPRESSIONS, relativeTimeRange: { from: 0, to: 0 }, model };
}

function expressionSource(refId: string): Pick<Plain<TypeMath>, "datasource" | "refId"> {
  return { datasource: { type: EXPRESSIONS, uid: EXPRESSIONS }, refId };
}
