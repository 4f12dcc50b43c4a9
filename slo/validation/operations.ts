import Big from "big.js";
import { milliseconds } from "../duration";
import { exactRatio, ratioOfPercent } from "../objective";
import type {
  BurnAnswers,
  IncidentProcess,
  OnCall,
  Operations,
  ResponseTargets,
  TimelineStep,
  Toil,
} from "../operations";
import { groupedBy } from "../order";
import type { Problem } from "../problem";
import type { Service } from "../service";
import { checkBudgetPolicy } from "./budget-policy";
import { checkDuration } from "./identifiers";
import { checkProcesses } from "./processes";

/** Every problem of how people run a service. */
export function checkOperations(service: Pick<Service, "id" | "operations">): readonly Problem[] {
  const { operations } = service;
  if (operations === undefined) {
    return [];
  }
  const path = `services.${service.id}.operations`;
  const { budgetPolicy, processes = [], toil } = operations;
  const unreadable = durations(path, operations).flatMap(([where, duration]) =>
    checkDuration(where, duration),
  );
  return [
    ...unreadable,
    ...(toil === undefined ? [] : checkDuration(`${path}.toil.workWeek`, toil.workWeek, ["1h", "7d"])),
    ...twice(`${path}.onCall.rotations`, operations.onCall?.rotations ?? []),
    ...twice(`${path}.budgetPolicy`, budgetPolicy ?? []),
    ...(budgetPolicy === undefined ? [] : checkBudgetPolicy(`${path}.budgetPolicy`, budgetPolicy)),
    ...(toil === undefined ? [] : checkToil(`${path}.toil`, toil)),
    ...checkProcesses(`${path}.processes`, processes),
    ...checkNumbers(path, operations),
    // Durations that cannot be read cannot be compared either.
    ...(unreadable.length > 0 ? [] : checkTimes(path, operations)),
  ];
}

/** People are told apart by the names of what they do, and states of a budget by theirs. */
function twice(path: string, named: readonly { readonly name: string }[]): readonly Problem[] {
  return [...groupedBy(named, ({ name }) => name)]
    .filter(([, same]) => same.length > 1)
    .map(([name]) =>
      problem(`${path}.${name}`, `[${name}] is there twice`, "Rename one, or keep one of the two."),
    );
}

function checkTimes(path: string, { incidents, onCall }: Operations): readonly Problem[] {
  return [
    ...(onCall === undefined
      ? []
      : [
          ...checkRotations(`${path}.onCall.rotations`, onCall),
          ...checkTargets(`${path}.onCall.targets`, onCall.targets),
        ]),
    ...(incidents === undefined ? [] : checkTimeline(`${path}.incidents.timeline`, incidents.timeline)),
  ];
}

function problem(path: string, message: string, remedy: string): Problem {
  return { code: "operations-invalid", path, message, remedy };
}

type Stated = readonly (readonly [path: string, duration: string])[];

function durations(path: string, operations: Operations): Stated {
  const { onCall, incidents } = operations;
  return [
    ...(onCall === undefined ? [] : onCallDurations(`${path}.onCall`, onCall)),
    ...(incidents === undefined ? [] : incidentDurations(`${path}.incidents`, incidents)),
    ...answersOf(operations).flatMap(([id, { investigateWithin }]) =>
      investigateWithin === undefined
        ? []
        : [[`${path}.burnAnswers.${id}.investigateWithin`, investigateWithin] as const],
    ),
  ];
}

function onCallDurations(path: string, { rotations, targets }: OnCall): Stated {
  const { acknowledge, engage, statusUpdate, resolveOrEscalate, report } = targets;
  return [
    ...rotations.flatMap(({ name, shift }) =>
      Object.entries(shift ?? {}).map(([key, value]) => [`${path}.rotations.${name}.${key}`, value] as const),
    ),
    ...Object.entries({ acknowledge, engage, statusUpdate, resolveOrEscalate, report }).map(
      ([key, value]) => [`${path}.targets.${key}`, value] as const,
    ),
  ];
}

function incidentDurations(path: string, { severities, timeline }: IncidentProcess): Stated {
  return [
    ...Object.entries(severities).flatMap(([id, { escalation }]) =>
      escalation.within === undefined
        ? []
        : [[`${path}.severities.${id}.escalation.within`, escalation.within] as const],
    ),
    ...timeline.map(({ after }, index) => [`${path}.timeline.${index}.after`, after] as const),
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

function checkNumbers(path: string, operations: Operations): readonly Problem[] {
  const { toil, volumes = [] } = operations;
  const counts = [
    ...(toil === undefined ? [] : toilNumbers(`${path}.toil`, toil)),
    ...volumes.map(
      ({ events, perDay }) => [`${path}.volumes.${events}.perDay`, perDay, MOST.perDay] as const,
    ),
  ];
  return [
    ...counts
      .filter(([, count, most]) => !(Number.isInteger(count) && count >= 1 && count <= most))
      .map(([where, count, most]) =>
        problem(where, `[${count}] is not a whole number from 1 to ${most}`, "Count whole ones."),
      ),
    ...answersOf(operations)
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

type Answer = BurnAnswers[keyof BurnAnswers];

function answersOf({ burnAnswers }: Operations): readonly (readonly [pair: string, answer: Answer])[] {
  return burnAnswers === undefined ? [] : Object.entries(burnAnswers);
}

/** A week has no more of any of them. */
const MOST = { perDay: 1_000_000_000_000, perWeek: 10_000, minutes: 10_080, workDays: 7 } as const;

function toilNumbers(
  path: string,
  { tasks, workDays }: Toil,
): readonly (readonly [path: string, count: number, most: number])[] {
  return [
    ...tasks.flatMap(({ task, timesPerWeek, minutes }) => [
      ...(timesPerWeek === "daily"
        ? []
        : [[`${path}.${task}.timesPerWeek`, timesPerWeek, MOST.perWeek] as const]),
      [`${path}.${task}.minutes`, minutes, MOST.minutes] as const,
    ]),
    [`${path}.workDays`, workDays, MOST.workDays],
  ];
}

function isPositive(text: string): boolean {
  return /^\d+(?:\.\d+)?$/.test(text) && new Big(text).gt(0);
}
