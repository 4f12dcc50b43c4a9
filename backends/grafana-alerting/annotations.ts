import type { AlertingRule, Labels } from "../../plan/monitoring-plan";

/** The query whose value an alert is about. */
export const QUERY = "A";

/** What Prometheus and Grafana both know under one name. Source: Grafana docs, "Annotation template reference". */
const SHARED_FUNCTIONS: readonly string[] = [
  "humanize",
  "humanize1024",
  "humanizeDuration",
  "humanizePercentage",
  "humanizeTimestamp",
];

const ACTION = /\{\{(.*?)\}\}/gs;

/** A value, or a label, and functions that it is piped through. */
const FORM = /^ ?(?:\$value|\$labels\.[A-Za-z_]\w*)((?: \| \w+)*) ?$/;

/** A choice by the value. */
const CHOICE = /^ (?:(?:else )?if eq \$value -?\d+\.\d+|else|end) $/;

/** What Grafana cannot know: it has no `query`. */
const ASKING: readonly string[] = ["budget_left", "budget_spent"];

/** Actions of a template that mean something else to Grafana, or nothing. */
export function untranslatable(template: string): readonly string[] {
  return [...template.matchAll(ACTION)]
    .filter(([, action = ""]) => {
      if (CHOICE.test(action)) {
        return false;
      }
      const [, pipes = ""] = FORM.exec(action) ?? [undefined, " | unknown"];
      const functions = pipes.split(" | ").filter((name) => name !== "");
      return !functions.every((name) => SHARED_FUNCTIONS.includes(name));
    })
    .map(([whole]) => whole);
}

/**
 * The annotations of a rule as Grafana reads them: `$value` is a text about all queries there, so the number is taken
 * from the query. The panel that an alert links to is named as well, for Grafana's own views.
 */
export function grafanaAnnotations({ annotations }: Pick<AlertingRule, "annotations">): Labels {
  return { ...panel(annotations["dashboard_url"] ?? ""), ...mapped(annotations) };
}

/** The annotations that Grafana can fill in. */
export function told(annotations: Labels): readonly (readonly [name: string, text: string])[] {
  return Object.entries(annotations).filter(([name]) => !ASKING.includes(name));
}

function mapped(annotations: Labels): Labels {
  return Object.fromEntries(
    told(annotations).map(([name, text]) => [
      name,
      text.replaceAll(ACTION, (action) => action.replace("$value", `$values.${QUERY}.Value`)),
    ]),
  );
}

/** Grafana wants both or none of them. */
function panel(address: string): Labels {
  const { pathname, searchParams } = new URL(address);
  const [, dashboard] = /\/d\/([\w-]+)$/.exec(pathname) ?? [];
  const id = searchParams.get("viewPanel");
  return dashboard === undefined || id === null ? {} : { __dashboardUid__: dashboard, __panelId__: id };
}
