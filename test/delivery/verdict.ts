import type { Delivery } from "../../lab/receivers/inbox";
import { CHANNELS, incidentName, incidentOf, type Channel, type Moment } from "./incidents";

/** What can go wrong with the two messages of an incident. */
const EFFECTS = [
  "page lost",
  "resolve lost",
  "false all-clear",
  "page repeated",
  "resolve repeated",
] as const;

export type Effect = (typeof EFFECTS)[number];

/** Of these nobody has to be warned: somebody is told what is true, twice. */
export const REPEATS: readonly Effect[] = ["page repeated", "resolve repeated"];

/** What one receiver was told of one incident; times in milliseconds since the epoch. */
export interface Told {
  readonly moment: Moment;
  readonly channel: Channel;
  readonly pages: readonly number[];
  /** Resolves after the end of the incident. */
  readonly resolves: readonly number[];
  /** Resolves while the incident went on. */
  readonly early: readonly number[];
  readonly begun: number;
  readonly ended: number;
}

/** Whom an incident concerns, and which it is. */
interface About {
  readonly service: string;
  readonly receiver: string;
  readonly moment: Moment;
}

/** What of all that arrived was about an incident, by channel. */
export function whatWasTold(
  deliveries: readonly Delivery[],
  { service, receiver, moment }: About,
  { begun, ended = Number.POSITIVE_INFINITY }: { readonly begun: number; readonly ended?: number },
): readonly Told[] {
  const own = deliveries.filter(
    (each) => each.receiver === receiver && incidentOf(each.title) === incidentName(service, moment),
  );
  return CHANNELS.map((channel) => {
    const times = (status: Delivery["status"]): readonly number[] =>
      own
        .filter((each) => each.channel === channel && each.status === status)
        .map(({ time }) => Date.parse(time));
    const resolved = times("resolved");
    return {
      moment,
      channel,
      begun,
      ended,
      pages: times("firing"),
      resolves: resolved.filter((time) => time >= ended),
      early: resolved.filter((time) => time < ended),
    };
  });
}

/** What went wrong with one incident at one receiver. */
export function effectsOf({ pages, resolves, early }: Told): readonly Effect[] {
  const found: Readonly<Record<Effect, boolean>> = {
    "page lost": pages.length === 0,
    "resolve lost": resolves.length === 0,
    "false all-clear": early.length > 0,
    "page repeated": pages.length > 1,
    "resolve repeated": resolves.length > 1,
  };
  return EFFECTS.filter((effect) => found[effect]);
}
