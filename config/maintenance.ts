import { isDay } from "../slo/calendar";
import { milliseconds, type Duration } from "../slo/duration";
import { RECURRENCES } from "../slo/maintenance";
import { duration, filled, identifier, list, oneOf, section, text } from "./fields";
import { misfit, shown } from "./wording";

const INSTANT = "an instant of whole minutes such as 2027-01-09T22:00Z or 2027-01-09T23:00+01:00";
/** Seconds would make it a timestamp of YAML, which the engine hands on in another form. */
const instant = text(
  /^20\d\d-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/,
  INSTANT,
).refine((value) => isDay(value.slice(0, "2027-01-09".length)), { error: (seen) => misfit(seen, INSTANT) });

const SETTLE = "a duration of whole minutes from 1m to 1d such as 15m";
const settleTime = duration("1m", "1d", SETTLE).refine((value) => milliseconds(value) % 60_000 === 0, {
  error: (seen) => misfit(seen, SETTLE),
});

/** Longer work is none that alarms can be silent for. */
const LONGEST_MAINTENANCE: Duration = "7d";

const work = section({
  services: list(identifier, "a list of services")
    .min(1, { error: "[] names no service; expected a list of services" })
    .describe("ids of the services"),
  reason: filled.describe("what is done"),
  from: instant.describe("when it begins; the first one, where it comes back"),
  to: instant.describe("when it ends"),
  every: oneOf(RECURRENCES)
    .exactOptional()
    .describe("how often it comes back, by the clocks of UTC; once where absent"),
  settle: settleTime
    .default("15m")
    .describe("how long after the end alerts stay silent, as long as they look back at it"),
}).superRefine(({ from, to, every = LONGEST_MAINTENANCE, settle }, context) => {
  const length = Date.parse(to) - Date.parse(from);
  const most = milliseconds(every);
  if (length <= 0 || length + milliseconds(settle) > most) {
    context.addIssue({
      code: "custom",
      path: ["to"],
      message:
        length <= 0
          ? `${shown(to)} is not after the beginning, ${shown(from)}`
          : `${shown(to)} is, with ${shown(settle)} to settle, more than ${every} after the beginning, ${shown(from)}`,
    });
  }
});

const FORM = "a list of mappings with the keys [services, reason, from, to]";

/** Planned work, as a stack file says it. */
export const maintenance = list(work, FORM).meta({ form: FORM });
