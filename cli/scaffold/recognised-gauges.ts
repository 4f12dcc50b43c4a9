import { gaugeOf } from "../../parts/watch";
import type { Alert } from "../../slo/alert";
import type { Percent } from "../../slo/objective";
import { camelOf, slugOf } from "../../slo/slug";
import type { Gauge } from "../../slo/telemetry";
import type { Family } from "./exposition";
import { RUNTIME, labelsOf, named, shown, sumOf, valuesOf, type Page, type Recogniser } from "./page";
import { helpOf } from "./recognised-objectives";

/** Seconds since the epoch between 2001 and 2286; the same in milliseconds is a thousand times more. */
const isTime = (value: number): boolean => value > 1e9 && value < 1e10;

const LAST_SUCCESS = /last_?(?:successful|success|completed|completion|finished)(?:_|$)|last_run_timestamp/;

/** Work that says when it last succeeded. */
export const batchOn: Recogniser = (page) => {
  const all = page.families.filter(
    ({ name, type }) => LAST_SUCCESS.test(name) && (type === "gauge" || type === "unknown"),
  );
  const times = all.filter(({ samples }) => samples.every(({ value }) => isTime(value)));
  const ours = times.flatMap(({ name, samples }) =>
    samples
      .filter(({ labels }) => samples.length === 1 || Object.values(labels).includes(page.service.id))
      .map(({ labels }) => ({ name, labels })),
  );
  return {
    found: ours.map(({ name, labels }) => ({
      call: {
        part: "batchJob",
        own: {
          ...named(ours, name),
          lastSuccess: name,
          ...(Object.keys(labels).length === 0 ? {} : { labels }),
          every: "1d",
          late: "26h",
          overdue: "50h",
        },
      },
      says: `${name}; that it succeeds every day is a guess`,
      takes: [name],
    })),
    unsaid: all
      .filter(({ name }) => !ours.some((one) => one.name === name))
      .map((family) => ({ names: [family.name], why: whyNoBatch(family) })),
  };
};

function whyNoBatch({ samples }: Family): string {
  const [first] = samples.filter(({ value }) => !isTime(value));
  if (first === undefined) {
    return "has the times of several batches; call the service like the value of a label, or declare batchJob({ labels }) for each";
  }
  return first.value === 0
    ? "is 0: nothing has succeeded yet; read the page again when it has"
    : `is ${shown(first.value)}, which is no time in seconds since the epoch`;
}

/** What is used and how much there is, by the words of their names. */
const USED = ["active", "acquired", "busy", "current", "in_use", "open", "used", "size"];
const THERE = ["max", "limit", "capacity", "max_open", "total"];

const WAITING = /(?:^|_)(?:backlog|depth|lag|outstanding|pending|queued?|waiting)(?:_|$)/;

/** An alert, the gauges that it reads, and by what it was recognised. */
export interface Watched {
  readonly alert: Alert;
  readonly gauges: readonly Gauge[];
  readonly says: string;
}

/** Alerts on gauges whose limit is on the page, or has a name that everybody gives it. */
export function watchedOn(page: Page): readonly Watched[] {
  const gauges = page.families.filter(({ type }) => type === "gauge" || type === "unknown");
  const shares = gauges.flatMap((part) => {
    const whole = gauges.find((other) => isWhole(part, other));
    return whole === undefined ? [] : sharedBy(page, part, whole);
  });
  const others = gauges
    .filter(({ name }) => !shares.some((one) => one.gauges.some((gauge) => gauge.name === name)))
    .filter(({ name }) => !RUNTIME.test(name))
    .flatMap((family) => [...downOn(page, family), ...waitingOn(page, family)]);
  return [...shares, ...others];
}

function isWhole(part: Family, whole: Family): boolean {
  const stem = ({ name }: Family, words: readonly string[]): string | undefined => {
    const word = words.find((one) => new RegExp(`(?:^|_)${one}(?:_|$)`).test(name));
    return word === undefined ? undefined : name.replace(new RegExp(`(?:^|_)${word}(?=_|$)`), "");
  };
  const own = stem(part, USED);
  return own !== undefined && own !== "" && part !== whole && own === stem(whole, THERE);
}

/** Beyond this somebody should make room. */
const FULL: Percent = "80%";

function sharedBy(page: Page, part: Family, whole: Family): readonly Watched[] {
  const [used, there] = [sumOf(part.samples), sumOf(whole.samples)];
  const isLimit =
    whole.samples.every(({ value }) => value > 0) && labelsOf(part).join() === labelsOf(whole).join();
  if (!isLimit || used / there > 0.8) {
    return [];
  }
  const [some, all] = [gaugeOn(page, part, used), gaugeOn(page, whole, there)];
  return [
    {
      alert: alertOn(page, part, "High", {
        severity: "warning",
        category: "saturation",
        measure: { kind: "gauge-share", part: some, whole: all, of: "highest" },
        when: { above: FULL },
        for: "10m",
        description: `{{ $value | humanizePercentage }} of ${whole.name} are in use; ${FULL} may.`,
      }),
      gauges: [some, all],
      says: `${part.name} as a share of ${whole.name}, ${FULL} may be in use`,
    },
  ];
}

/** Whether somebody is reached: 0 or 1, and now 1. */
function downOn(page: Page, family: Family): readonly Watched[] {
  if (!/_up$/.test(family.name) || !family.samples.every(({ value }) => value === 1)) {
    return [];
  }
  const gauge = gaugeOn(page, family, 1);
  return [
    {
      alert: alertOn(page, { name: family.name.replace(/_up$/, "") }, "Down", {
        severity: "critical",
        category: "down",
        measure: { kind: "level", gauge, of: "min" },
        when: { equals: "0" },
        for: "2m",
        description: `${family.name} is 0.`,
      }),
      gauges: [gauge],
      says: `${family.name}, which should be 1`,
    },
  ];
}

function waitingOn(page: Page, family: Family): readonly Watched[] {
  const now = sumOf(family.samples);
  if (!WAITING.test(family.name) || /_(?:bytes|capacity|limit|max|seconds)$/.test(family.name) || now < 0) {
    return [];
  }
  const limit = String(Math.max(100, 10 ** Math.ceil(Math.log10(Math.max(1, 10 * now)))));
  const gauge = gaugeOn(page, family, now);
  return [
    {
      alert: alertOn(page, family, "High", {
        severity: "warning",
        category: "saturation",
        measure: { kind: "level", gauge, of: "sum" },
        when: { above: limit },
        for: "10m",
        description: `{{ $value | humanize }} wait; ${limit} may.`,
      }),
      gauges: [gauge],
      says: `${family.name}, which is ${shown(now)} now; that ${limit} may wait is a guess`,
    },
  ];
}

function gaugeOn({ job }: Page, family: Family, normal: number): Gauge {
  const labels = labelsOf(family).map((label): [string, readonly string[]] => [
    label,
    valuesOf(family, label),
  ]);
  // A label of many values would only make the lab play many.
  const few = labels.filter(([, values]) => values.length > 0 && values.length <= 8);
  return gaugeOf(job, family.name, helpOf(family), normal, Object.fromEntries(few));
}

type Facts = Pick<
  Extract<Alert, { measure: unknown }>,
  "category" | "description" | "for" | "measure" | "severity" | "when"
>;

function alertOn({ service }: Page, { name }: Pick<Family, "name">, suffix: string, facts: Facts): Alert {
  const alert = `${camelOf(name)}${suffix}`;
  return {
    name: alert,
    ...facts,
    summary: `${name.replaceAll(/[_:]+/g, " ")} of ${service.title} is ${suffix.toLowerCase()}`,
    runbook: slugOf(alert),
  };
}
