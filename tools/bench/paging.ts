import { rulesOfPage, STEP, type Contender } from "./contenders";
import type { InputSeries } from "../../plan/rule-test";
import type { Question } from "../../lab/played-rules";
import { played } from "./promtool";

/** An incident: so many per cent of 100 requests a second fail for so many minutes. */
interface Incident {
  readonly percent: number;
  readonly lasts: number;
}

/** What burns slowly is seen after hours. */
const INCIDENTS: readonly Incident[] = [
  { percent: 1, lasts: 360 },
  { percent: 2, lasts: 120 },
  { percent: 5, lasts: 60 },
  { percent: 10, lasts: 60 },
  { percent: 100, lasts: 60 },
];

/** When a contender pages for an incident, in minutes; undefined where it never does. */
export interface Paging extends Incident {
  readonly by: Contender["name"];
  /** After its beginning. */
  readonly pages?: number;
  /** After its end. */
  readonly letsGo?: number;
}

/** Minutes: long windows are full by then, and the last pages have let go at the end. */
const BEFORE = 8 * 60;
const AFTER = 3 * 60;

const PER_SCRAPE = 100 * STEP;
/** The share that fails before and after. */
const USUAL = 0.000_1;

const LONGEST = Math.max(...INCIDENTS.map(({ lasts }) => lasts));
const END = BEFORE + LONGEST + AFTER;

/** Each incident in a cluster of its own. */
function seriesOf({ percent, lasts }: Incident): readonly InputSeries[] {
  const scrapes = (minutes: number): number => (minutes * 60) / STEP;
  const counter = (share: (failing: number) => number): string => {
    let value = 0;
    return [
      [USUAL, BEFORE],
      [percent / 100, lasts],
      [USUAL, END - BEFORE - lasts],
    ]
      .map(([failing = 0, minutes = 0]) => {
        const step = Math.round(PER_SCRAPE * share(failing) * 1_000) / 1_000;
        const part = `${value}+${step}x${scrapes(minutes) - 1}`;
        value = Math.round((value + step * scrapes(minutes)) * 1_000) / 1_000;
        return part;
      })
      .join(" ");
  };
  const labels = (status: string): string =>
    `requests_total{cluster="${percent}",environment="prod",job="api",status="${status}"}`;
  return [
    { series: labels("200"), values: counter((failing) => 1 - failing) },
    { series: labels("500"), values: counter((failing) => failing) },
  ];
}

/** The first and the last minute in which a page fires, or -1. */
function questionsOf({ page }: Contender, { percent }: Incident): readonly Question[] {
  const firing = `timestamp(ALERTS{alertstate="firing",${page},cluster="${percent}"})`;
  return ["min", "max"].map((which) => ({
    expr: `max(${which}_over_time(${firing}[${END}m:${STEP}s])) / 60 or vector(-1)`,
    at: `${END}m`,
  }));
}

/** Time to page and to let go, in a server's own rule manager. */
export async function paging(
  promtool: string,
  contenders: readonly Contender[],
  say: (line: string) => void,
): Promise<readonly Paging[]> {
  const all: Paging[] = [];
  for (const contender of contenders) {
    say(`paging: ${contender.name}`);
    const values = await played(
      promtool,
      rulesOfPage(contender),
      INCIDENTS.flatMap(seriesOf),
      INCIDENTS.flatMap((incident) => questionsOf(contender, incident)),
    );
    INCIDENTS.forEach((incident, index) => {
      const [first = -1, last = -1] = values.slice(2 * index);
      const over = BEFORE + incident.lasts;
      all.push({
        ...incident,
        by: contender.name,
        ...(first < 0 ? {} : { pages: first - BEFORE, letsGo: last + STEP / 60 - over }),
      });
    });
  }
  return all;
}
