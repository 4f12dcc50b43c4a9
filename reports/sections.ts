import { spanSays } from "../plan/page-times";
import type { ReportPeriod } from "../plan/report-period";
import { HOURS, type TeamLoad } from "../review/backtest/pages";
import { happened, noisiest, quiet } from "./alert-sections";
import type { ObjectivePast } from "./objectives";
import type { Report } from "./report";
import { more, MOST_ROWS, type Section } from "./section";
import { dayAndTime, hourIn, share, spentSays } from "./words";

type Part = (report: Report) => readonly Section[];

/** The sections of each kind of report, in their order. */
const SECTIONS = {
  day: [objectives, happened, silences, elsewhere],
  week: [objectives, incidents, pagesByHour, teams, noisiest, silences, quiet, reviews, changes, elsewhere],
  month: [objectives, incidents, pagesByHour, teams, noisiest, silences, quiet, reviews, changes, elsewhere],
} as const satisfies Readonly<Record<ReportPeriod, readonly Part[]>>;

/** What a report says, for whoever writes it down. */
export function sectionsOf(report: Report): readonly Section[] {
  return SECTIONS[report.period].flatMap((part) => part(report));
}

function objectives(report: Report): readonly Section[] {
  const isPlanned = report.objectives.some(({ goodWithMaintenance }) => goodWithMaintenance !== undefined);
  const planned = (text: string): readonly string[] => (isPlanned ? [text] : []);
  return [
    {
      title: "Objectives",
      chart: {
        kind: "bars",
        says: "Share of the error budget that was spent",
        limit: 1,
        bars: report.objectives.flatMap((one) =>
          one.spent === undefined
            ? []
            : [{ label: nameOf(one), value: one.spent, says: spentSays(one.spent) }],
        ),
      },
      head: [
        ...["objective", "promised", "good", ...planned("with maintenance"), "budget spent", "bad events"],
        ...["measured", "budget left", "change"],
      ],
      rows: report.objectives.map((one) => [
        nameOf(one),
        one.objective,
        one.good === undefined ? "nothing counted" : share(one.good, 3),
        ...planned(one.goodWithMaintenance === undefined ? "" : share(one.goodWithMaintenance, 3)),
        one.spent === undefined ? "" : spentSays(one.spent),
        `${one.bad.toFixed(0)} of ${one.events.toFixed(0)}`,
        share(one.measured, 1),
        one.left === undefined ? "" : share(one.left, 1),
        one.change === undefined ? "" : `${one.change > 0 ? "+" : ""}${share(one.change, 1)}`,
      ]),
      links: report.objectives.map(({ service }) => report.dashboards[service]),
      none: "No objective is measured here.",
      note: report.objectives.every(({ events }) => events === 0)
        ? "Nothing was counted in this time: the server may be younger, or keep less. `tocsin doctor` says what it knows."
        : "Budget spent is of the budget of this time; budget left is of the objective's own window.",
    },
  ];
}

function nameOf({ slo, apart }: ObjectivePast): string {
  return [slo, apart].filter((text) => text !== "").join(" ");
}

function incidents(report: Report): readonly Section[] {
  const shown = report.incidents.slice(0, MOST_ROWS);
  return [
    {
      title: "Budget spent by incident",
      chart: {
        kind: "bars",
        says: "Share of the error budget that each incident spent",
        bars: shown.flatMap(({ slo, from, spent }) =>
          spent === undefined
            ? []
            : [
                {
                  label: `${dayAndTime(from, report.zone).slice("Mon 2026-".length)} ${slo}`,
                  value: spent,
                  says: share(spent, 1),
                },
              ],
        ),
      },
      head: ["objective", "from", "for", "budget spent", "bad events", "alerts"],
      rows: shown.map(({ slo, from, to, spent, bad, alerts }) => [
        slo,
        dayAndTime(from, report.zone),
        to === undefined ? "not over" : spanSays(to - from),
        spent === undefined ? "" : share(spent, 1),
        bad.toFixed(0),
        alerts.join(", "),
      ]),
      none: "No alert said that a budget burns.",
      ...more(report.incidents.length),
    },
  ];
}

function pagesByHour({ pages, zone }: Report): readonly Section[] {
  const hours = Array.from({ length: 24 }, (_, hour) => ({
    hour,
    own: pages.filter(({ opened }) => hourIn(opened, zone) === hour),
  }));
  const label = (hour: number): string => `${String(hour).padStart(2, "0")}:00`;
  return [
    {
      title: `Pages by hour of the day: ${pages.length}`,
      chart: {
        kind: "columns",
        says: `Pages by hour of the day, ${zone}`,
        bars: hours.map(({ hour, own }) => ({
          label: label(hour),
          value: own.length,
          says: String(own.length),
        })),
      },
      head: ["hour", "pages", "teams"],
      rows: hours
        .filter(({ own }) => own.length > 0)
        .map(({ hour, own }) => [
          label(hour),
          String(own.length),
          [...new Set(own.map(({ team }) => team))].sort().join(", "),
        ]),
      none: "Nobody was paged.",
    },
  ];
}

function teams(report: Report): readonly Section[] {
  const paged = report.teams;
  const sum = ({ weeks }: TeamLoad, hours: (typeof HOURS)[number]): number =>
    weeks.reduce((all, week) => all + week[hours], 0);
  return [
    {
      title: "Pages by team",
      head: ["team", ...HOURS.map((hours) => `${hours} hours`), "open for", "weeks over budget"],
      rows: paged.map((team) => [
        team.team,
        ...HOURS.map((hours) => String(sum(team, hours))),
        spanSays(team.open),
        team.budget === undefined ? "no budget" : `${team.over} of ${team.weeks.length}`,
      ]),
      none: "No team was paged.",
    },
  ];
}

/** A silence of more than this is forgotten more often than meant. */
const LONG_SILENCE_MS = 7 * 86_400_000;
const DAY_MS = 86_400_000;

function silences({ silences: all, to, zone, period }: Report): readonly Section[] {
  const now = to * 1_000;
  const isShown = ({ from, to: end }: { readonly from: number; readonly to: number }): boolean =>
    period === "day" ? end - now <= DAY_MS : now - from > LONG_SILENCE_MS;
  return [
    {
      title: period === "day" ? "Silences that end within a day" : "Silenced for more than a week",
      head: ["alerts", "since", "until", "by", "why"],
      rows: (all ?? [])
        .filter(isShown)
        .map((one) => [one.of, dayAndTime(one.from, zone), dayAndTime(one.to, zone), one.by, one.comment]),
      none: all === undefined ? "Not known: Alertmanager was not asked (--alertmanager)." : "None.",
    },
  ];
}

function reviews({ unreviewed }: Report): readonly Section[] {
  return [
    {
      title: "Runbooks that nobody has reviewed for half a year",
      head: ["runbook", "owner", "last review"],
      rows: unreviewed.map(({ file, owner, reviewed }) => [
        file,
        owner,
        reviewed === "" ? "never" : reviewed,
      ]),
      none: "None.",
    },
  ];
}

function changes({ changed }: Report): readonly Section[] {
  const rows = [
    ...(changed?.added ?? []).map((id) => [id, "new"]),
    ...(changed?.gone ?? []).map((id) => [id, "no longer measured"]),
  ];
  return [
    {
      title: "What changed",
      head: ["objective", "change"],
      rows,
      none:
        changed === undefined
          ? "Not known: the server has no records of the beginning."
          : "No objective came or went.",
      note: "Prometheus keeps no past of its rules: what else changed is said by `tocsin diff`.",
    },
  ];
}

function elsewhere({ elsewhere: services }: Report): readonly Section[] {
  return services.length === 0
    ? []
    : [
        {
          title: "Not looked at",
          head: ["service", "why"],
          rows: services.map((service) => [service, "another backend evaluates its rules"]),
          none: "",
        },
      ];
}
