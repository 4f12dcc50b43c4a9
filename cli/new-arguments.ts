import { InvalidArgumentError } from "commander";
import { suggestion } from "../slo/nearest";
import { canPage } from "../slo/burn-rate";
import { errorBudget, type Percent } from "../slo/objective";
import type { Problem } from "../slo/problem";
import { ALERT_WAIT } from "../slo/validation/alert";
import { checkCount, checkThreshold } from "../slo/validation/condition";
import { MEASURE_WINDOW } from "../slo/validation/measure";
import { checkAlertName, checkDuration, checkPlainText, checkSlug } from "../slo/validation/identifiers";
import { checkObjective } from "../slo/validation/slo";
import { slugOf } from "../slo/slug";

const METRIC = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/;
const DECIMAL = /^(?=.{1,20}$)(?:0|[1-9]\d*)(?:\.\d+)?$/;

/** What an HTTP server may do in a day is more than any does in a second. */
const MOST_PER_SECOND = 100_000_000;

/** Nobody waits longer for an answer. */
const MOST_SECONDS = 3_600;

/*
 * The arguments of `tocsin new`. What a service or an alert could not be made of is said once, with the argument that it
 * came by, and not of every part of the service that it would be in.
 */

type Check = (path: string, text: string) => readonly Problem[];

/** A text of which validation would have nothing to say. */
function sound(...checks: readonly Check[]): (text: string) => string {
  return (text) => {
    const [problem] = checks.flatMap((check) => check("", text));
    if (problem !== undefined) {
      throw new InvalidArgumentError(`${problem.message}. ${problem.remedy}`);
    }
    return text;
  };
}

function matching(fits: (text: string) => boolean, what: string): (text: string) => string {
  return (text) => {
    if (!fits(text)) {
      throw new InvalidArgumentError(`[${text}] is not ${what}`);
    }
    return text;
  };
}

function within(least: number, most: number): (text: string) => boolean {
  return (text) => DECIMAL.test(text) && Number(text) >= least && Number(text) <= most;
}

export const slug = sound(checkSlug);

/** A namespace is `<id>-<environment>`, and has 63 characters at most. */
export function serviceId(known: readonly string[]): (text: string) => string {
  const longest = 63 - Math.max(...known.map((environment) => `-${environment}`.length));
  return (text) => {
    if (text.length > longest) {
      throw new InvalidArgumentError(`[${text}] is longer than the ${longest} characters of a service's id`);
    }
    return slug(text);
  };
}

/** Its runbook is called like it. */
export const alertName = sound(checkAlertName, (path, name) => checkSlug(path, slugOf(name)));

export const title = sound((path, text) =>
  checkPlainText(path, matching(isLine, "a line of text without blanks around it")(text)),
);

function isLine(text: string): boolean {
  return text.length <= 100 && /^\S(?:[^\p{C}]*\S)?$/u.test(text);
}

export const objective = sound((path, text) => checkObjective(path, text as Percent));

/** An objective over 28 days whose alert wakes somebody. */
export const pagingObjective = (text: string): string =>
  matching(
    (percent) => canPage("28d", errorBudget(percent as Percent)),
    "an objective that could page: not even a total outage burns its budget fast enough; 82.15% would",
  )(objective(text));

export const share = sound(checkThreshold);

export const holding = sound((path, text) => checkDuration(path, text, ALERT_WAIT));
export const window = sound((path, text) => checkDuration(path, text, MEASURE_WINDOW));

export const seconds = matching(
  within(0.000_001, MOST_SECONDS),
  `a number of seconds above 0 and up to ${MOST_SECONDS}, such as 0.3`,
);

export const metric = matching(
  (text) => METRIC.test(text) && text.length <= 100,
  "the name of a metric, such as shop_queue_depth",
);

export const limit = matching((text) => DECIMAL.test(text), "a decimal number from 0 on, such as 100 or 0.5");

export function perSecond(text: string): number {
  const what = `a number above 0 and up to ${MOST_PER_SECOND}, such as 50`;
  return Number(matching(within(0.000_001, MOST_PER_SECOND), what)(text));
}

export function events(text: string): number {
  const fits = (digits: string): boolean =>
    /^\d{1,10}$/.test(digits) && checkCount("", Number(digits)).length === 0;
  return Number(matching(fits, "a whole number of events from 0 to a billion, such as 5")(text));
}

/** In the tables of a service, `default` stands for every environment that is not named. */
export function environmentName(text: string): string {
  return matching((name) => name !== "default", "the name of an environment")(slug(text));
}

/** Each once, sorted. */
export function environments(known: readonly string[]): (text: string) => readonly string[] {
  return (text) => {
    const names = text.split(",").map((name) => name.trim());
    for (const name of names) {
      if (!known.includes(name)) {
        throw new InvalidArgumentError(`[${name}] is not an environment. ${suggestion(name, known)}`);
      }
    }
    return [...new Set(names)].sort();
  };
}
