import type { RoutingPlan } from "../../plan/routing";
import { alertmanagerDocument } from "../alertmanager/config";
import { NOTIFICATION_TEMPLATES } from "../alertmanager/templates";
import { toYaml } from "../file-set";
import { own } from "../../slo/order";

/** Where Google's operator looks for it. Source: OperatorConfig, `managedAlertmanager.configSecret`. */
export const ALERTMANAGER_SECRET = { name: "tocsin-alertmanager", key: "alertmanager.yaml" } as const;

/**
 * `alertmanager.yaml` for the managed Alertmanager. It mounts no files but its configuration: secrets stand in the
 * text, which is a secret therefore, and templates stand where they are used.
 */
export function managedAlertmanagerConfig(
  routing: RoutingPlan,
  secrets: Readonly<Record<string, string>>,
): string {
  const document = alertmanagerDocument(routing, {
    templates: [],
    secret: (field, key) => ({ [field]: own(secrets, key) ?? "" }),
  });
  return toYaml(inlined(document));
}

const BODIES = new Map(
  NOTIFICATION_TEMPLATES.trimEnd()
    .split("\n\n")
    .map((definition) => {
      const [, name = "", body = ""] =
        /^\{\{ define "([^"]+)" \}\}(.*)\{\{ end \}\}$/s.exec(definition) ?? [];
      return [name, body] as const;
    }),
);

const CALL = /\{\{ template "([^"]+)" \. \}\}/g;

/** A text with the body of every template in place of its call. */
export function withoutCalls(text: string): string {
  return text.replaceAll(CALL, (call, name: string) => {
    const body = BODIES.get(name);
    return body === undefined ? call : withoutCalls(body);
  });
}

function inlined(value: unknown): unknown {
  if (typeof value === "string") {
    return withoutCalls(value);
  }
  if (Array.isArray(value)) {
    return value.map(inlined);
  }
  return typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, inlined(inner)]))
    : value;
}
