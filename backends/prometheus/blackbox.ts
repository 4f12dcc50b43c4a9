import type { MonitoringPlan } from "../../plan/monitoring-plan";
import type { Probe } from "../../slo/telemetry";
import { toYaml } from "../file-set";

/** Shorter than the scrape's own timeout, or the scrape would fail in place of the probe. */
const TIMEOUT = "5s";

/** What a module of the blackbox exporter is called in its configuration. */
export function moduleName(module: Probe["module"]): string {
  return module.replaceAll("-", "_");
}

/** Whether anything in a plan is asked from outside. */
export function probesAnything({ scrape }: MonitoringPlan): boolean {
  return scrape.jobs.some(({ probe }) => probe !== undefined);
}

/**
 * `blackbox.yml`: a request over IPv4 or IPv6 that is answered with 2xx, after redirects, is a success.
 * Source: blackbox_exporter, CONFIGURATION.md.
 */
export function blackboxConfig(): string {
  return toYaml({
    modules: {
      [moduleName("http-2xx")]: {
        prober: "http",
        timeout: TIMEOUT,
        http: { method: "GET", preferred_ip_protocol: "ip4", ip_protocol_fallback: true },
      },
    },
  });
}
