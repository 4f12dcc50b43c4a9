import { SPEED } from "./stage";
import type { Fault } from "./faults";
import { ALL_MOMENTS, CHANNEL_TITLES, CHANNELS, MOMENTS } from "./incidents";
import type { Played } from "./script";
import { effectsOf, REPEATS, type Effect, type Told } from "./verdict";

/** What a fault does to one receiver's messages of an incident: every time, or by chance. */
function known({ channel, ...fault }: Fault, how: "does" | "may", told: Told): readonly Effect[] {
  return channel === undefined || channel === told.channel ? (fault[how][told.moment] ?? []) : [];
}

/** What came of a fault that is not known of it, and what is known of it and did not come, one sentence each. */
export function surprises({ fault, told }: Pick<Played, "fault" | "told">): readonly string[] {
  return told.flatMap((one) => {
    const expected = known(fault, "does", one);
    const possible = [...expected, ...known(fault, "may", one), ...(fault.twice ? REPEATS : [])];
    const seen = effectsOf(one);
    const about = `of what ${MOMENTS[one.moment]}, at ${CHANNEL_TITLES[one.channel]}`;
    return [
      ...seen
        .filter((effect) => !possible.includes(effect))
        .map((effect) => `${fault.says}: ${effect} ${about}`),
      ...expected
        .filter((effect) => !seen.includes(effect))
        .map((effect) => `${fault.says}: no ${effect} ${about}, though the page says so`),
    ];
  });
}

const HEAD = [
  "fault",
  ...CHANNELS.map((channel) => `${CHANNEL_TITLES[channel]}: pages, resolves`),
  "lost",
  "false all-clear",
  "may come twice",
];

/** A row of `docs/delivery.md`, as cells: counts and verdicts, nothing that differs from run to run. */
export function cells({ fault, told }: Pick<Played, "fault" | "told">): readonly string[] {
  const counts = CHANNELS.map((channel) => {
    const own = told.filter((one) => one.channel === channel);
    const of = (messages: (one: Told) => readonly number[], lost: Effect): string => {
      // What may be lost came in this run or not: it is not counted on.
      const sure = own.filter((one) => !known(fault, "may", one).includes(lost));
      const came = sure.filter((one) => messages(one).length > 0).length;
      return `${sure.length < own.length ? "at least " : ""}${came} of ${own.length}`;
    };
    return `${of(({ pages }) => pages, "page lost")}, ${of(({ resolves }) => resolves, "resolve lost")}`;
  });
  return [
    fault.says,
    ...counts,
    named(fault, { "page lost": "page", "resolve lost": "resolve" }) ?? "nothing",
    named(fault, { "false all-clear": "" }) ?? "none",
    fault.twice ? "yes" : "no",
  ];
}

/** Which incidents a fault does something to, and what, in words: `page and resolve of what begins and ends in it`. */
function named(fault: Fault, words: Partial<Record<Effect, string>>): string | undefined {
  const texts = (["does", "may"] as const).flatMap((how) =>
    ALL_MOMENTS.flatMap((moment) => {
      const found = (fault[how][moment] ?? []).flatMap((effect) => words[effect] ?? []);
      const what = [found.join(" and "), `of what ${MOMENTS[moment]}`]
        .filter((text) => text !== "")
        .join(" ");
      return found.length === 0 ? [] : [how === "may" ? `perhaps ${what}` : what];
    }),
  );
  return texts.length === 0 ? undefined : texts.join("; ");
}

/** The table of `docs/delivery.md`. */
export function markdownTable(played: readonly Played[]): string {
  const row = (texts: readonly string[]): string => `| ${texts.join(" | ")} |`;
  return [row(HEAD), row(HEAD.map(() => "---")), ...played.map((one) => row(cells(one)))].join("\n");
}

/** Everything that was seen, with how late it came, for people who look at a run. */
export function printedTable(played: readonly Played[]): string {
  const lines = played.flatMap(({ fault, told }) =>
    told.map((one) => {
      const { moment, channel, pages, resolves, early, begun, ended } = one;
      return [
        fault.says.padEnd(52),
        moment.padEnd(7),
        channel.padEnd(10),
        messages("page", pages, begun).padEnd(26),
        messages("resolve", resolves, ended).padEnd(29),
        early.length === 0 ? "" : `${early.length} false all-clear`,
        pages.length === 0 || resolves.length === 0 ? "LOST" : "",
      ].join(" ");
    }),
  );
  return `${lines.map((line) => line.trimEnd()).join("\n")}\n`;
}

/** Expected, delivered and sent again, and how long the first took, in seconds of life. */
function messages(what: string, times: readonly number[], since: number): string {
  const [first] = times;
  const again = times.length > 1 ? ` +${times.length - 1}` : "";
  return first === undefined
    ? `${what} 0 of 1`
    : `${what} 1 of 1${again} ${Math.round(((first - since) * SPEED) / 1_000)} s`;
}
