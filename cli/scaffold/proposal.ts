import { sliReadings } from "../../slo/measure";
import { compareText, distinctBy } from "../../slo/order";
import type { Metric } from "../../slo/telemetry";
import type { Page, Unsaid } from "./page";
import type { PartCall, PartName } from "./part-calls";
import { recognised, SERVERS, type Recognition } from "./recognised";
import { declared, type NewService } from "./service";

/** What becomes of a page of metrics, and lines for the person who asked. */
export interface Proposal {
  /** None where nothing was recognised. */
  readonly proposed: NewService | undefined;
  readonly said: readonly string[];
  readonly left: readonly string[];
}

/**
 * A service of what is recognised on a page.
 * @param faultOf what validation would say of a service, if anything: what makes it say so is left out
 */
export function proposal(
  page: Page,
  faultOf: (service: NewService) => string | undefined = () => undefined,
): Proposal {
  const { recognition, refused } = soundOn(page, faultOf);
  const { found, outage, watched } = recognition;
  const proposed = found.length + watched.length === 0 ? undefined : serviceOf(page, recognition);
  const missing = proposed === undefined ? [] : notOn(page, proposed);
  return {
    proposed,
    said: [
      ...found.map(({ call: { part }, says }) => `  ${part}: ${says}`),
      ...watched.map(({ alert: { name }, says }) => `  alert ${name}: ${says}`),
      ...(outage === undefined
        ? []
        : [`  alert ${outage.name}: no target of ${page.job.name} answers, which wakes somebody`]),
      ...(missing.length === 0 ? [] : [`  not on the page, and read as well: ${missing.join(", ")}`]),
    ],
    left: [...refused, ...recognition.left].map(lineOf),
  };
}

interface Sound {
  readonly recognition: Recognition;
  readonly refused: readonly Unsaid[];
}

/**
 * What is recognised once the metrics are gone of which validation would refuse what is made of them. Of what was found
 * they go one by one, since the next may take the place of the one before it.
 */
function soundOn(page: Page, faultOf: (service: NewService) => string | undefined): Sound {
  const recognition = recognised(page);
  const { found, watched } = recognition;
  const faulty = (names: readonly string[], only: Partial<Recognition>): readonly Unsaid[] => {
    const fault = faultOf(serviceOf(page, { found: [], watched: [], left: [], ...only }));
    return fault === undefined ? [] : [{ names, why: `would be refused: ${fault}` }];
  };
  const isSound = faulty([], recognition).length === 0;
  const ofFound = isSound ? [] : found.flatMap((one) => faulty(one.takes, { found: [one] })).slice(0, 1);
  const refused =
    isSound || ofFound.length > 0
      ? ofFound
      : watched.flatMap((one) =>
          faulty(
            one.gauges.map(({ name }) => name),
            { watched: [one] },
          ),
        );
  if (refused.length === 0) {
    return { recognition, refused };
  }
  const gone = refused.flatMap(({ names }) => names);
  const families = page.families.filter(({ name }) => !gone.includes(name));
  const rest = soundOn({ ...page, families }, faultOf);
  return { ...rest, refused: [...refused, ...rest.refused] };
}

/** Metrics that parts know of the exporter whose page it is, and that it does not show. */
function notOn({ families }: Page, service: NewService): readonly string[] {
  return declared(service)
    .telemetry.metrics.filter(({ job }) => job.name !== "cadvisor")
    .map(({ name }) => name)
    .filter((name) => !families.some((family) => family.name === name || `${family.name}_count` === name))
    .sort(compareText);
}

/** Names of one line. */
const MOST_NAMED = 6;

function lineOf({ names, why }: Unsaid): string {
  const more = names.length - MOST_NAMED;
  return `  ${names.slice(0, MOST_NAMED).join(", ")}${more > 0 ? ` and ${more} more` : ""}: ${why}`;
}

function serviceOf(page: Page, { found, watched, outage }: Recognition): NewService {
  const alerts = [...(outage === undefined ? [] : [outage]), ...watched.map(({ alert }) => alert)];
  const metrics = distinctBy(
    [
      ...found.flatMap(({ call }) => metricsOf(call)),
      ...watched.flatMap(({ gauges }): readonly Metric[] => gauges),
    ],
    ({ name }) => name,
  );
  const own = found.filter(({ call }) => OWN.includes(call.part));
  const isShared = alerts.length > 0 || metrics.length > 0 || own.length > 1;
  return {
    head: page.service,
    origin: "as its page of metrics shows it",
    calls: found.map(({ call }) => withJob(call, page, isShared)),
    ...(isShared ? { job: page.job, metrics, alerts } : {}),
  };
}

function metricsOf(call: PartCall): readonly Metric[] {
  return call.part === "objective" ? sliReadings(call.own.sli).map(({ metric }) => metric) : [];
}

/** Parts of the process whose page it is; an exporter's page is of somebody else. */
const OWN: readonly PartName[] = [...SERVERS, "batchJob"];

/** One page is one job: parts share it, or say what differs from that of their own. */
function withJob(call: PartCall, { job }: Page, isShared: boolean): PartCall {
  const { path, createdTimestamps } = job;
  const differs = {
    ...(path === "/metrics" ? {} : { path }),
    ...(createdTimestamps === undefined ? {} : { createdTimestamps }),
  };
  const its = isShared ? { job } : Object.keys(differs).length === 0 ? {} : { job: differs };
  return OWN.includes(call.part) ? ({ ...call, own: { ...call.own, ...its } } as PartCall) : call;
}
