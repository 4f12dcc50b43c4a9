import type { Environment } from "../plan/environment";
import { compareText } from "../slo/order";

/** The address of a runbook: what alerts link to, and what the site serves. */
export function runbookAddress(environment: Environment, service: string, slug: string): string {
  return new URL(slug, runbookBase(environment, service)).href;
}

/** Every base address of an environment, sorted. */
export function runbookBases({ runbooks }: Environment): readonly string[] {
  return [...new Set(Object.values(runbooks).map(withSlash))].sort(compareText);
}

/** The service's own base address, or its folder below the default one. */
function runbookBase({ runbooks }: Environment, service: string): string {
  const own = runbooks[service];
  return own === undefined
    ? new URL(`${service}/`, withSlash(runbooks["default"] ?? "")).href
    : withSlash(own);
}

/** An address that relative paths are appended to. */
export function withSlash(address: string): string {
  return address.endsWith("/") ? address : `${address}/`;
}
