import { MAIL_DUE } from "../plan/digest";
import { REPORT_PERIODS, type ReportPeriod } from "../plan/report-period";
import { byValue, type Alert } from "../slo/alert";
import { where } from "../slo/telemetry";
import type { SelfTelemetry } from "./self-telemetry";

const TEXTS = {
  day: { name: "DigestTooOld", report: "daily digest" },
  week: { name: "WeeklyReportTooOld", report: "weekly report" },
  month: { name: "MonthlyReportTooOld", report: "monthly report" },
} as const satisfies Readonly<Record<ReportPeriod, object>>;

/** What people would not notice: a mail that does not come looks like a day without news. */
export function digestAlerts({ mailed }: SelfTelemetry): readonly Alert[] {
  return mailed === undefined
    ? []
    : REPORT_PERIODS.map((period): Alert => ({
        name: TEXTS[period].name,
        severity: "warning",
        category: "meta",
        measure: { kind: "age", gauge: mailed, where: where(mailed, { period }), of: "newest" },
        when: { above: MAIL_DUE[period] },
        for: "5m",
        orAbsent: true,
        summary: `The ${TEXTS[period].report} was not sent`,
        description: `${byValue([[0, "Nobody reports that one was ever sent"]], "The last one was sent {{ $value | humanizeDuration }} ago")}: who waits for news hears of none.`,
        runbook: "digest-missing",
      }));
}
