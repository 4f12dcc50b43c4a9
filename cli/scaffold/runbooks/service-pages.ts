import { HTTP_SLOS } from "../../../slo/http-service";
import type { Service, Slo } from "../../../slo/service";
import { subjectOf, type Subject } from "./common";
import { serviceDownPage, targetsDownPage } from "./down-pages";
import { highErrorRatePage, highLatencyPage } from "./burn-pages";
import { bucketMissingPage, dataMissingPage } from "./measurement-pages";
import { budgetPage, ticketPage } from "./budget-pages";
import type { Page } from "./page";

/** A service of `httpService`, in the parts that its pages speak of. */
export interface HttpSubject extends Subject {
  readonly availability: Slo;
  readonly latency: Slo;
}

/**
 * The runbooks that the alerts of such a service lead to, complete, sorted by slug.
 * @throws Error where the service is not one of `httpService`
 */
export function servicePages(service: Service): readonly Page[] {
  const subject = httpSubject(service);
  if (subject === undefined) {
    throw new Error(`[${service.id}] has no job, or not the SLOs of an HTTP service`);
  }
  return [
    ticketPage(subject),
    highErrorRatePage(subject),
    highLatencyPage(subject),
    budgetPage(subject),
    serviceDownPage(subject),
    dataMissingPage(subject),
    bucketMissingPage(subject),
    targetsDownPage(subject),
  ];
}

/** One of these pages; undefined where the service is none of `httpService`, or has no page of that slug. */
export function servicePage(service: Service, slug: string): Page | undefined {
  return httpSubject(service) === undefined
    ? undefined
    : servicePages(service).find((page) => page.slug === slug);
}

function httpSubject(service: Service): HttpSubject | undefined {
  const [job] = service.telemetry.jobs;
  const sloOf = (id: string): Slo | undefined => service.slos.find((slo) => slo.id === id);
  const [availability, latency] = [sloOf(HTTP_SLOS.availability), sloOf(HTTP_SLOS.latency)];
  return job === undefined || availability === undefined || latency?.sli.kind !== "latency-ratio"
    ? undefined
    : { ...subjectOf(service, job), availability, latency };
}
