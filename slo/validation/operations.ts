import Big from "big.js";
import { milliseconds } from "../duration";
import { exactRatio, ratioOfPercent } from "../objective";
import type { OnCall, Operations, ResponseTargets, TimelineStep, Toil } from "../operations";
import type { Problem } from "../problem";
import type { Service } from "../service";
import { checkBudgetPolicy } from "./budget-policy";
import { checkDuration } from "./identifiers";

/** Every problem of how people run a service. */
export function checkOperations(service: Pick<Service, "id" | "operations">): readonly Problem[] {
  const { operations } = service;
  if (operations === undefined) {
    return [];
  }
  const path = `services.${service.id}.operations`;
  const { onCall, incidents, budgetPolicy, toil } = operations;
  const unreadable = durations(path, operations).flatMap(([where, duration]) =>
    checkDuration(where, duration),
  );
  return [
    ...unreadable,
    ...checkBudgetPolicy(`${path}.budgetPolicy`, budgetPolicy),
    ...checkToil(`${path}.toil`, toil),
    ...checkNumbers(path, operations),
    // Durations that cannot be read cannot be compared either.
    ...(unreadable.length > 0
      ? []
      : [
          ...checkRotations(`${path}.onCall.rotations`, onCall),
          ...checkTargets(`${path}.onCall.targets`, onCall.targets),
          ...checkTimeline(`${path}.incidents.timeline`, incidents.timeline),
        ]),
  ];
}

function problem(path: string, message: string, remedy: string): Problem {
  return { code: "operations-invalid", path, message, remedy };
}

function durations(path: string, operations: Operations): readonly (readonly [string, string])[] {
  const { onCall, incidents, burnAnswers, toil } = operations;
  const { acknowledge, engage, statusUpdate, resolveOrEscalate, report } = onCall.targets;
  return [
    ...onCall.rotations.flatMap(({ name, shift }) =>
      Object.entries(shift ?? {}).map(
        ([key, value]) => [`${path}.onCall.rotations.${name}.${key}`, value] as const,
      ),
    ),
    ...Object.entries({ acknowledge, engage, statusUpdate, resolveOrEscalate, report }).map(
      ([key, value]) => [`${path}.onCall.targets.${key}`, value] as const,
    ),
    ...Object.entries(incidents.severities).flatMap(([id, { escalation }]) =>
      escalation.within === undefined
        ? []
        : [[`${path}.incidents.severities.${id}.escalation.within`, escalation.within] as const],
    ),
    ...incidents.timeline.map(
      ({ after }, index) => [`${path}.incidents.timeline.${index}.after`, after] as const,
    ),
    ...Object.entries(burnAnswers).flatMap(([id, { investigateWithin }]) =>
      investigateWithin === undefined
        ? []
        : [[`${path}.burnAnswers.${id}.investigateWithin`, investigateWithin] as const],
    ),
    [`${path}.toil.workWeek`, toil.workWeek],
  ];
}

function checkRotations(path: string, { rotations }: OnCall): readonly Problem[] {
  return rotations.flatMap(({ name, shift }) =>
    shift === undefined || milliseconds(shift.offset) < milliseconds(shift.length)
      ? []
      : [
          problem(
            `${path}.${name}.offset`,
            `an offset of [${shift.offset}] is not shorter than the shift of [${shift.length}]`,
            "Give the part of a shift by which its change is later than that of the first rotation.",
          ),
        ],
  );
}

/** A page is acknowledged before somebody is at work on it, and so on (OMNIHUB-ERR-14). */
function checkTargets(path: string, targets: ResponseTargets): readonly Problem[] {
  const order = ["acknowledge", "engage", "statusUpdate", "resolveOrEscalate"] as const;
  return order.slice(1).flatMap((later, index) => {
    const earlier = order[index] ?? "acknowledge";
    return milliseconds(targets[earlier]) < milliseconds(targets[later])
      ? []
      : [
          problem(
            `${path}.${later}`,
            `${later} after [${targets[later]}] is not later than ${earlier} after [${targets[earlier]}]`,
            `The order is ${order.join(", ")}.`,
          ),
        ];
  });
}

/** First the steps from the alert, then those from the resolution, each no earlier than the one before. */
function checkTimeline(path: string, timeline: readonly TimelineStep[]): readonly Problem[] {
  return timeline.slice(1).flatMap((step, index) => {
    const before = timeline[index] ?? step;
    const ordered =
      before.from === step.from
        ? milliseconds(before.after) <= milliseconds(step.after)
        : before.from === "alert";
    return ordered
      ? []
      : [
          problem(
            `${path}.${index + 1}`,
            `[${step.after} from ${step.from}] stands after [${before.after} from ${before.from}]`,
            "Order the steps by time, those from the alert before those from the resolution.",
          ),
        ];
  });
}

function checkToil(path: string, toil: Toil): readonly Problem[] {
  const shares = [
    ["target", toil.target],
    ["cap.share", toil.cap.share],
  ] as const;
  const unreadable = shares
    .filter(([, share]) => ratioOfPercent(share)?.lte(1) !== true)
    .map(([key, share]) =>
      problem(`${path}.${key}`, `[${share}] is not a share of a week`, "Write a percentage from 0% to 100%."),
    );
  return unreadable.length > 0 || exactRatio(toil.target).lte(exactRatio(toil.cap.share))
    ? unreadable
    : [
        problem(
          `${path}.target`,
          `a target of [${toil.target}] is above the cap of [${toil.cap.share}]`,
          "Aim below what is called the most that is bearable.",
        ),
      ];
}

function checkNumbers(path: string, { burnAnswers, toil, volumes }: Operations): readonly Problem[] {
  const counts = [
    ...toil.tasks.flatMap(({ task, timesPerWeek, minutes }) => [
      ...(timesPerWeek === "daily" ? [] : [[`${path}.toil.${task}.timesPerWeek`, timesPerWeek] as const]),
      [`${path}.toil.${task}.minutes`, minutes] as const,
    ]),
    [`${path}.toil.workDays`, toil.workDays] as const,
    ...volumes.map(({ events, perDay }) => [`${path}.volumes.${events}.perDay`, perDay] as const),
  ];
  return [
    ...counts
      .filter(([, count]) => !(Number.isInteger(count) && count >= 1))
      .map(([where, count]) =>
        problem(where, `[${count}] is not a whole number from 1`, "Count whole ones."),
      ),
    ...Object.entries(burnAnswers)
      .filter(([, { stated }]) => !isPositive(stated))
      .map(([id, { stated }]) =>
        problem(
          `${path}.burnAnswers.${id}.stated`,
          `[${stated}] is not a burn rate`,
          "Write a decimal above 0, e.g. 14.4.",
        ),
      ),
  ];
}

function isPositive(text: string): boolean {
  return /^\d+(?:\.\d+)?$/.test(text) && new Big(text).gt(0);
}
