import type { Matcher, Receiver, Route, RoutingPlan } from "../../plan/routing";
import { integrationOf, type IntegrationSettings } from "../../receivers";
import type { PartOfDay } from "../../slo/maintenance";
import { groupedBy } from "../../slo/order";
import { toYaml } from "../file-set";

/** Folders inside the running Alertmanager. */
export interface AlertmanagerPaths {
  /** Holds one file per secret key. */
  readonly secrets: string;
  readonly templates: string;
}

/** Where the cluster mounts them. */
export const MOUNTED_PATHS: AlertmanagerPaths = {
  secrets: "/etc/alertmanager/secrets",
  templates: "/etc/alertmanager/templates",
};

/** How a configuration gets at what is kept apart from it. */
export interface ConfigForm {
  /** Globs of template files. */
  readonly templates: readonly string[];
  /** A field that wants a secret, of which each has a twin, `<field>_file`, that wants a path: its name, and what holds it. */
  readonly secret: (field: string, key: string) => Readonly<Record<string, string>>;
}

/** `alertmanager.yml` of a plan; secrets appear as files only. */
export function alertmanagerConfig(routing: RoutingPlan, paths: AlertmanagerPaths): string {
  return toYaml(
    alertmanagerDocument(routing, {
      templates: [`${paths.templates}/*.tmpl`],
      secret: (field, key) => ({ [`${field}_file`]: `${paths.secrets}/${key}` }),
    }),
  );
}

/** A configuration of Alertmanager as a value. Source: Alertmanager docs, "Configuration". */
export function alertmanagerDocument(routing: RoutingPlan, form: ConfigForm): object {
  return {
    global: { resolve_timeout: routing.resolveTimeout },
    ...(form.templates.length === 0 ? {} : { templates: form.templates }),
    route: route(routing.root),
    receivers: routing.receivers.map((receiver) => receiverConfig(receiver, form)),
    inhibit_rules: routing.inhibitRules.map((rule) => ({
      source_matchers: rule.source.map(matcher),
      target_matchers: rule.target.map(matcher),
      equal: rule.equal,
    })),
    ...timeIntervals(routing),
  };
}

/** Source: Alertmanager docs, "Configuration", `time_interval`. */
function timeIntervals({ silences }: RoutingPlan): object {
  return silences.length === 0
    ? {}
    : {
        time_intervals: silences.map(({ name, parts }) => ({ name, time_intervals: parts.map(interval) })),
      };
}

function interval({ start, end, weekday, date }: PartOfDay): object {
  return {
    times: [{ start_time: start, end_time: end }],
    ...(weekday === undefined ? {} : { weekdays: [weekday] }),
    ...(date === undefined
      ? {}
      : { days_of_month: [String(date.day)], months: [String(date.month)], years: [String(date.year)] }),
  };
}

function matcher({ label, op, value }: Matcher): string {
  return `${label}${op}${JSON.stringify(value)}`;
}

function route(source: Route): object {
  return {
    ...(source.receiver === undefined ? {} : { receiver: source.receiver }),
    ...(source.matchers.length === 0 ? {} : { matchers: source.matchers.map(matcher) }),
    ...(source.groupBy === undefined ? {} : { group_by: source.groupBy }),
    ...(source.groupWait === undefined ? {} : { group_wait: source.groupWait }),
    ...(source.groupInterval === undefined ? {} : { group_interval: source.groupInterval }),
    ...(source.repeatInterval === undefined ? {} : { repeat_interval: source.repeatInterval }),
    ...(source.muteTimeIntervals === undefined ? {} : { mute_time_intervals: source.muteTimeIntervals }),
    ...(source.continue === true ? { continue: true } : {}),
    ...(source.routes.length === 0 ? {} : { routes: source.routes.map(route) }),
  };
}

/** Integrations of one kind stand in one list, those of other kinds beside it. */
function receiverConfig({ name, purpose, integrations }: Receiver, { secret }: ConfigForm): object {
  const lists = groupedBy(integrations, (settings) => integrationOf(settings).alertmanager.list);
  const written = (settings: IntegrationSettings): object => {
    const { fields, secrets } = integrationOf(settings).alertmanager.write(settings, purpose);
    const held = Object.entries(secrets).map(([field, key]) => secret(field, key));
    return Object.assign({}, ...held, { send_resolved: purpose === "alerts" }, fields) as object;
  };
  return { name, ...Object.fromEntries([...lists].map(([list, some]) => [list, some.map(written)])) };
}
