import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { runbookFile, type RunbookPage } from "../../plan/runbook";
import { PROGRAMS } from "../../plan/names";
import { compareText } from "../../slo/order";
import type { Problem } from "../../slo/problem";
import { checkSlug } from "../../slo/validation/identifiers";
import { hostAndPath } from "./site";

/** A host name in the form of an Ingress, and a path that is the same in a URL, in nginx and as the name of a key. */
const SERVABLE = /^(?=[a-z0-9.-]{1,253}\/)[a-z0-9]+(?:[.-]+[a-z0-9]+)*(?:\/[a-z0-9.-]+)*\/$/;
const IP_ADDRESS = /^[\d.]+\//;

/** Runbooks that the site could not serve, or could serve in the place of another one. */
export function checkRunbookSite(plan: MonitoringPlan): readonly Problem[] {
  return [
    ...plan.platform.runbookSite.addresses.flatMap(unservable),
    ...plan.runbooks.flatMap((page) => [
      ...checkSlug(runbookFile(page), page.service),
      ...checkSlug(runbookFile(page), page.slug),
    ]),
    ...duplicates(plan.runbooks),
  ];
}

/**
 * What a deployment alone does not do: without an Ingress the links in notifications are dead until somebody routes
 * their host names to the site.
 * @param path the key of the configuration that names the ingress class
 */
export function runbookNotices(plan: MonitoringPlan, path: string): readonly Problem[] {
  const { kubernetes, runbookSite } = plan.platform;
  return runbookSite.ingress !== undefined
    ? []
    : [
        {
          code: "runbook-unrouted",
          path,
          message: `is not set, and alerts link to runbooks at [${siteHosts(plan).join(", ")}]`,
          remedy:
            `Name an ingress class, or route these host names to the Service [${PROGRAMS.runbooks}] in the ` +
            `namespace [${kubernetes.namespace}] yourself.`,
        },
      ];
}

/** Host names of the site, sorted. */
export function siteHosts({ platform }: Pick<MonitoringPlan, "platform">): readonly string[] {
  const hosts = platform.runbookSite.addresses.map((address) => new URL(address).hostname);
  return [...new Set(hosts)].sort(compareText);
}

function unservable(address: string): readonly Problem[] {
  const seen = hostAndPath(address);
  return SERVABLE.test(seen) && !IP_ADDRESS.test(seen)
    ? []
    : [
        {
          code: "runbook-address-unservable",
          path: "configuration.runbooks",
          message: `[${address}] is not an address that the runbook site can serve`,
          remedy: "Use a host name, and small letters, digits, dots and hyphens in the path.",
        },
      ];
}

function duplicates(pages: readonly RunbookPage[]): readonly Problem[] {
  const first = new Map<string, RunbookPage>();
  return pages.flatMap((page) => {
    const address = hostAndPath(page.url);
    const other = first.get(address);
    if (other === undefined) {
      first.set(address, page);
      return [];
    }
    return [
      {
        code: "runbook-address-duplicate" as const,
        path: runbookFile(page),
        message: `[${page.url}] is the address of ${runbookFile(other)} as well`,
        remedy: "Give one of the services a base address of its own, or none, or rename a page.",
      },
    ];
  });
}
