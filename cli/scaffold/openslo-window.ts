import { PERIODS, type Period } from "../../slo/burn-rate";
import { ratioOf } from "../../slo/duration";
import { fields, listIn, textIn, type Fields } from "./specified";

/** Days of each unit; a month and its multiples in the mean. Source: OpenSLO, "duration-shorthand". */
const DAYS: Readonly<Record<string, number>> = {
  m: 1 / 1_440,
  h: 1 / 24,
  d: 1,
  w: 7,
  M: 30.44,
  Q: 91.31,
  Y: 365.25,
};

/** The window of an objective, and what of its own is lost; one that there is none of becomes the nearest. */
export function periodOf(spec: Fields): { readonly window: Period; readonly lost: readonly string[] } {
  const [own] = listIn(spec, "timeWindow");
  const duration = own === undefined ? undefined : textIn(own, "duration");
  const [, count = "", unit = ""] = /^(\d+)([mhdwMQY])$/.exec(duration ?? "") ?? [];
  if (own === undefined || unit === "") {
    return {
      window: "28d",
      lost: [`its window [${duration ?? "none"}] is no duration such as 4w: 28d stands in its place`],
    };
  }
  const isCalendar = own["isRolling"] === false || own["calendar"] !== undefined;
  // Some write a month of a calendar as minutes, which no calendar has.
  const days = Number(count) * (isCalendar && unit === "m" ? (DAYS["M"] ?? 0) : (DAYS[unit] ?? 0));
  const window = nearest(days);
  const zone = textIn(fields(own["calendar"]), "timeZone");
  return {
    window,
    lost: [
      ...(isCalendar
        ? [
            `its calendar window [${duration}${zone === undefined ? "" : `, ${zone}`}] is a rolling one of ${window}: the budget comes back day by day, and never all at once`,
          ]
        : []),
      ...(isCalendar || ratioOf(window, "1d") === days ? [] : [`its window [${duration}] is ${window}`]),
    ],
  };
}

function nearest(days: number): Period {
  const distance = (period: Period): number => Math.abs(Math.log(ratioOf(period, "1d") / days));
  // Of two that are as near the longer one, in which a budget holds more.
  return [...PERIODS].reverse().sort((a, b) => distance(a) - distance(b))[0] ?? "28d";
}
