import type { RoutingPlan } from "../../plan/routing";
import { toYaml } from "../file-set";
import { alertmanagerDocument, type ConfigForm } from "./config";
import { NOTIFICATION_TEMPLATES } from "./templates";

/** A configuration for an Alertmanager that has no template files of ours: they stand where they are used. */
export function selfContainedConfig(routing: RoutingPlan, secret: ConfigForm["secret"]): string {
  return toYaml(inlined(alertmanagerDocument(routing, { templates: [], secret })));
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
