import Big from "big.js";
import { ratioOf } from "../../slo/duration";
import { exactRatio } from "../../slo/objective";
import { toilMinutes, type Toil, type ToilTask } from "../../slo/operations";
import { grouped, page, share, spoken, table } from "./markdown";
import type { Subject } from "./subject";
import { title } from "./title";

const WHOLE_WEEK = 7;

/** The inventory of toil, its sum, and its share of a week of work. */
export function toilPage(subject: Subject, toil: Toil): string {
  return page([
    ...title("toil", subject),
    "Toil is manual, repetitive work that a machine could do and that leaves nothing behind.",
    "## Inventory",
    table(
      ["task", "how often", "minutes each", "minutes a week", "instead", "source"],
      inventory(toil).map((task) => [
        task.task,
        task.timesPerWeek === "daily" ? "daily" : `${task.timesPerWeek} a week`,
        String(task.minutes),
        minutesAWeek(task, toil),
        task.remedy,
        task.source,
      ]),
    ),
    "## Sum",
    table(
      ["daily means", "minutes a week", `share of a week of ${spoken(toil.workWeek)}`],
      [toil.workDays, WHOLE_WEEK].map((days) => sum(toil, days)),
    ),
    "## Goal",
    `Below ${share(toil.target)} of a person's week (${toil.source}). The most that is called bearable is ${share(toil.cap.share)} (${toil.cap.source}).`,
    verdict(toil),
    toil.measured,
  ]);
}

/** What takes most of a week comes first, because it is automated first. */
function inventory({ tasks, workDays }: Toil): readonly ToilTask[] {
  return [...tasks].sort((a, b) => toilMinutes([b], workDays) - toilMinutes([a], workDays));
}

function minutesAWeek(task: ToilTask, { workDays }: Toil): string {
  const counts = [toilMinutes([task], workDays), toilMinutes([task], WHOLE_WEEK)];
  return [...new Set(counts)].join(" or ");
}

function shareOfWeek(toil: Toil, days: number): Big {
  return new Big(toilMinutes(toil.tasks, days)).div(ratioOf(toil.workWeek, "1m"));
}

function sum(toil: Toil, days: number): readonly string[] {
  return [
    `${days} days a week`,
    String(toilMinutes(toil.tasks, days)),
    `${grouped(shareOfWeek(toil, days).times(100), 1)} %`,
  ];
}

function verdict(toil: Toil): string {
  return shareOfWeek(toil, WHOLE_WEEK).lt(exactRatio(toil.target))
    ? "The inventory alone stays below the goal."
    : "The inventory alone reaches the goal: automate before anything else.";
}
