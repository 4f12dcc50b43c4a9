import { writeFileSync } from "node:fs";
import type { Labels } from "../plan/monitoring-plan";
import { reportSettings, type ReportSettings } from "../plan/report";
import type { ReportPeriod } from "../plan/report-period";
import { pageOf } from "../reports/page";
import { spanOf } from "../reports/period";
import { reportOf, type Report } from "../reports/report";
import { sourceAt, StrangeServer, type ReportSource } from "../reports/server";
import { linesOf } from "../reports/text";
import { summaryOf } from "../reports/words";
import { monthBefore, monthIn, type Span } from "../slo/calendar";
import type { Catalogue } from "../slo/catalogue";
import { faultAndRemedy } from "../lab/file-fault";
import { say } from "./notice";
import { placesOf } from "./places";
import { prometheusAddress, strangeServer } from "./prometheus-address";
import { requireStack } from "./stack";
import { timeGiven } from "./time-given";
import { UsageError, UserError } from "./user-error";

export interface ReportOptions {
  readonly prometheus: string;
  readonly alertmanager?: string;
  readonly period: ReportPeriod;
  readonly month?: string;
  readonly at?: string;
  readonly zone?: string;
  /** A file. */
  readonly html?: string;
  readonly json: boolean;
}

/**
 * `tocsin report`: what became of an environment in a day, a week or a month, from what the rules recorded.
 * @throws UsageError where a time, a zone or an address is none; UserError where a server is none
 */
export async function reportCommand(
  catalogue: Catalogue,
  stack: string,
  options: ReportOptions,
): Promise<void> {
  checkTimes(options);
  const prometheus = prometheusAddress(options.prometheus);
  const alertmanager =
    options.alertmanager === undefined ? undefined : prometheusAddress(options.alertmanager, "Alertmanager");
  const { plan } = requireStack(catalogue, stack);
  const settings = reportSettings(plan);
  const { period, zone = settings.onCall.zone } = options;
  const asked = { ...spanAsked(options, zone), period, zone };
  const source = sourceAt(prometheus, alertmanager);
  const report = await reportOf(settings, source, asked).catch(async (error: unknown) => {
    throw error instanceof StrangeServer ? await strangeServer(error.address, error.what) : error;
  });
  const others = await watchedInstead(source, settings, asked.to);
  if (others.length > 0) {
    throw new UserError(
      `[${prometheus}] watches ${others.join(", ")}, and nothing of [${stack}]: name the server of [${stack}], or another stack`,
    );
  }
  const written = options.html === undefined ? linesOf(report) : writePage(options.html, report);
  say(options.json ? [JSON.stringify(placed(report, catalogue, stack), null, 2)] : written);
}

/** Other places whose targets a server knows, at the end of the time or now, where it knows none of this one. */
async function watchedInstead(
  source: ReportSource,
  { place }: ReportSettings,
  at: number,
): Promise<readonly string[]> {
  const asked = [at, Date.now() / 1_000].map((time) =>
    source.at("group by (cluster, environment) (up)", time),
  );
  const places = (await Promise.all(asked)).flat().map(({ labels }) => labels);
  const isHere = (labels: Labels): boolean =>
    labels["environment"] === place.environment && labels["cluster"] === place.cluster;
  const others = places
    .filter(({ environment = "" }) => environment !== "")
    .map(({ cluster = "", environment = "" }) => `[${[cluster, environment].join(" ").trim()}]`);
  return places.some(isHere) ? [] : [...new Set(others)].sort();
}

function checkTimes({ month, zone, period }: ReportOptions): void {
  if (month !== undefined && !/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) {
    throw new UsageError(`[${month}] is not a month: write year and month, such as 2026-11`);
  }
  if (month !== undefined && period !== "month") {
    throw new UsageError(`--month [${month}] is of --period month, not [${period}]: name a time by --at`);
  }
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
  } catch {
    throw new UsageError(`[${zone}] is not a time zone: write a name such as Europe/Berlin or UTC`);
  }
}

/** A month that is not over ends now. */
function spanAsked({ period, month, at }: ReportOptions, zone: string): Span {
  const instant = at === undefined ? new Date() : new Date(timeGiven(at));
  if (instant.getTime() > Date.now()) {
    throw new UsageError(`--at [${at}] is not over: name a time that is, or leave it out`);
  }
  if (month === undefined) {
    return spanOf(period, instant, zone);
  }
  const { from, to } = monthIn(month, zone);
  const until = Math.min(to, Math.floor(instant.getTime() / 1_000));
  if (until <= from) {
    throw new UsageError(
      `[${month}] has not begun in ${zone}: name a month that has, such as ${monthBefore(instant, zone)}`,
    );
  }
  return { from, to: until };
}

/** @returns what is said of it */
function writePage(file: string, report: Report): readonly string[] {
  try {
    writeFileSync(file, pageOf(report));
  } catch (error) {
    throw new UserError(`[${file}] cannot be written ${faultAndRemedy(error)}, or name another file`);
  }
  return [`${summaryOf(report)}: written to ${file}`];
}

/** Each objective with where it is declared. */
function placed(report: Report, catalogue: Catalogue, stack: string): object {
  const placeOf = placesOf(catalogue, stack);
  return {
    ...report,
    objectives: report.objectives.map((line) => ({
      ...line,
      place: placeOf(`services.${line.service}.slos.${line.slo.slice(`${line.service}-`.length)}`),
    })),
  };
}
