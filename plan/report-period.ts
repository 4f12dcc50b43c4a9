/** What a report is about: 24 hours, a week that begins on Monday, a calendar month. */
export const REPORT_PERIODS = ["day", "week", "month"] as const;
export type ReportPeriod = (typeof REPORT_PERIODS)[number];
