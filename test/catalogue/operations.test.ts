import { omnihubOperations } from "../../services/omnihub/operations";
import type {
  BudgetState,
  OnCall,
  Operations,
  ProcessSection,
  TimelineStep,
  Toil,
} from "../../slo/operations";
import { toilMinutes } from "../../slo/operations";
import { checkOperations } from "../../slo/validation/operations";

const { budgetPolicy, burnAnswers, incidents, onCall, toil, volumes } = omnihubOperations;

/** What is wrong, as `code path: message`, below `services.omnihub.operations`. */
function problemsOf(change: Partial<Operations>): readonly string[] {
  const operations = { ...omnihubOperations, ...change };
  return checkOperations({ id: "omnihub", operations }).map(
    ({ code, path, message }) => `${code} ${path.replace("services.omnihub.operations.", "")}: ${message}`,
  );
}

function policyOf(...bounds: readonly (readonly [string, string])[]): Pick<Operations, "budgetPolicy"> {
  return {
    budgetPolicy: bounds.map(
      ([from, to]) => ({ name: `${from}-${to}`, from, to, action: "Wait", source: "X" }) as BudgetState,
    ),
  };
}

function withTargets(change: Partial<OnCall["targets"]>): Pick<Operations, "onCall"> {
  return { onCall: { ...onCall, targets: { ...onCall.targets, ...change } } };
}

function withShift(length: string, offset: string): Pick<Operations, "onCall"> {
  const rotation = { name: "Primary", calledFor: "Pages", shift: { length, offset }, source: "X" };
  return { onCall: { ...onCall, rotations: [rotation as OnCall["rotations"][number]] } };
}

function withTimeline(...steps: readonly (readonly [string, string])[]): Pick<Operations, "incidents"> {
  const timeline = steps.map(([after, from]) => ({ after, from, step: "Wait" }) as TimelineStep);
  return { incidents: { ...incidents, timeline } };
}

function withToil(change: Partial<Toil>): Pick<Operations, "toil"> {
  return { toil: { ...toil, ...change } };
}

function withTask(timesPerWeek: number | "daily", minutes: number): Pick<Operations, "toil"> {
  return withToil({ tasks: [{ task: "T", timesPerWeek, minutes, remedy: "Automate it", source: "X" }] });
}

/** Every state below the best one, as alerts announce them. */
const BELOW = [
  ["25%", "50%"],
  ["10%", "25%"],
  ["0%", "10%"],
] as const;

const UNANNOUNCED = ["50%", "25%", "10%"].map(
  (bound) => `an alert warns below [${bound}] of the budget, where no state begins`,
);

describe("the check of operations", () => {
  it("finds nothing wrong with those of OmniHub, and nothing where there are none", () => {
    expect(problemsOf({})).toEqual([]);
    expect(checkOperations({ id: "omnihub" })).toEqual([]);
  });

  it.each([
    ["a gap", policyOf(["60%", "100%"], ...BELOW), ["no state covers [50%..60%] of the budget"]],
    ["an overlap", policyOf(["40%", "100%"], ...BELOW), ["two states cover [40%..50%] of the budget"]],
    ["a gap above", policyOf(["50%", "99.5%"], ...BELOW), ["no state covers [99.5%..100%] of the budget"]],
    ["nothing at all", policyOf(), ["no state covers [0%..100%] of the budget", ...UNANNOUNCED]],
    ["no state that an alert announces", policyOf(["30%", "100%"], ["0%", "30%"]), UNANNOUNCED],
  ])("reports of a policy with %s that it is one", (_, change, messages) => {
    expect(problemsOf(change)).toEqual(
      messages.map((message) => `budget-policy-invalid budgetPolicy: ${message}`),
    );
  });

  it("reports a state that is upside down at its own path, and does not go on from there", () => {
    expect(problemsOf(policyOf(["25%", "100%"], ["25%", "0%"]))).toEqual([
      "budget-policy-invalid budgetPolicy.25%-0%: [25%..0%] is an empty range",
    ]);
  });

  it.each(["101%", "half", "-1%"])("refuses [%s] as the bound of a state", (bound) => {
    expect(problemsOf(policyOf(["25%", "100%"], [bound, "25%"]))).toEqual([
      `budget-policy-invalid budgetPolicy.${bound}-25%: [${bound}] is not a share of an error budget`,
    ]);
  });

  it("takes states that meet at the bounds of the alerts, with exact decimals elsewhere", () => {
    expect(problemsOf(policyOf(["50.0%", "100%"], ...BELOW))).toEqual([]);
    expect(problemsOf(policyOf(["66.6667%", "100%"], ["50%", "66.6667%"], ...BELOW))).toEqual([]);
  });

  it("refuses to acknowledge after the work has begun (OMNIHUB-ERR-14), and takes it a minute before", () => {
    expect(problemsOf(withTargets({ acknowledge: "10m", engage: "5m" }))).toEqual([
      "operations-invalid onCall.targets.engage: engage after [5m] is not later than acknowledge after [10m]",
    ]);
    expect(problemsOf(withTargets({ acknowledge: "4m", engage: "5m" }))).toEqual([]);
  });

  it("refuses an offset as long as the shift, and takes one that is shorter", () => {
    expect(problemsOf(withShift("7d", "168h"))).toEqual([
      "operations-invalid onCall.rotations.Primary.offset: " +
        "an offset of [168h] is not shorter than the shift of [7d]",
    ]);
    expect(problemsOf(withShift("7d", "167h"))).toEqual([]);
  });

  it.each([
    [
      "goes back in time",
      [
        ["15m", "alert"],
        ["5m", "alert"],
      ],
      "[5m from alert] stands after [15m from alert]",
    ],
    [
      "goes back to the alert",
      [
        ["1h", "resolution"],
        ["2h", "alert"],
      ],
      "[2h from alert] stands after [1h from resolution]",
    ],
  ] as const)("refuses a timeline that %s", (_, steps, message) => {
    expect(problemsOf(withTimeline(...steps))).toEqual([
      `operations-invalid incidents.timeline.1: ${message}`,
    ]);
  });

  it("takes a timeline whose clock starts anew at the resolution", () => {
    expect(problemsOf(withTimeline(["5m", "alert"], ["5m", "alert"], ["0s", "resolution"]))).toEqual([]);
  });

  it("reports every duration that is none, and compares nothing with it", () => {
    expect(
      problemsOf({ ...withTargets({ engage: "10 min" as "10m" }), ...withToil({ workWeek: "1w" as "1h" }) }),
    ).toEqual([
      "duration-invalid onCall.targets.engage: [10 min] is not a duration",
      "duration-invalid toil.workWeek: [1w] is not a duration",
    ]);
  });

  it("refuses a week that is longer than one, and one of no hours", () => {
    expect(problemsOf(withToil({ workWeek: "8d" }))).toEqual([
      "duration-invalid toil.workWeek: [8d] is out of bounds",
    ]);
    expect(problemsOf(withToil({ workWeek: "0s" }))).toEqual([
      "duration-invalid toil.workWeek: [0s] is out of bounds",
    ]);
  });

  it.each([-10, 0, 2.5, Number.NaN])("refuses a task of [%d] minutes", (minutes) => {
    expect(problemsOf(withTask(2, minutes))).toEqual([
      `operations-invalid toil.T.minutes: [${minutes}] is not a whole number from 1 to 10080`,
    ]);
  });

  it("refuses a task that comes up no times a week, and takes a daily one", () => {
    expect(problemsOf(withTask(0, 5))).toEqual([
      "operations-invalid toil.T.timesPerWeek: [0] is not a whole number from 1 to 10000",
    ]);
    expect(problemsOf(withTask("daily", 5))).toEqual([]);
  });

  it("refuses a target for toil above the cap, and takes the cap itself (OMNIHUB-ERR-20)", () => {
    expect(problemsOf(withToil({ target: "50.1%" }))).toEqual([
      "operations-invalid toil.target: a target of [50.1%] is above the cap of [50%]",
    ]);
    expect(problemsOf(withToil({ target: "50%" }))).toEqual([]);
    expect(problemsOf(withToil({ target: "a third" as "33%" }))).toEqual([
      "operations-invalid toil.target: [a third] is not a share of a week",
    ]);
  });

  it("refuses a burn rate that is no number, and a volume of nothing", () => {
    expect(
      problemsOf({
        burnAnswers: { ...burnAnswers, "page-fast": { ...burnAnswers["page-fast"], stated: "14.4x" } },
        volumes: volumes.slice(0, 1).map((volume) => ({ ...volume, perDay: 0 })),
      }),
    ).toEqual([
      "operations-invalid volumes.workflows.perDay: [0] is not a whole number from 1 to 1000000000000",
      "operations-invalid burnAnswers.page-fast.stated: [14.4x] is not a burn rate",
    ]);
  });
});

describe("the check of processes", () => {
  const steps: ProcessSection = { title: "Incident", kind: "steps", items: ["Identify", "Fix"], source: "X" };
  const jobs: ProcessSection = {
    title: "Jobs",
    kind: "table",
    columns: ["job", "needs"],
    rows: [["build", ""]],
    source: "X",
  };

  function problemsWith(...processes: readonly ProcessSection[]): readonly string[] {
    return checkOperations({ id: "omnihub", operations: { processes } }).map(
      ({ code, path, message }) => `${code} ${path}: ${message}`,
    );
  }

  it("takes sections with headings of their own, and operations that are nothing else", () => {
    expect(problemsWith(steps, jobs)).toEqual([]);
  });

  it("refuses a heading that is there twice", () => {
    expect(problemsWith(steps, steps)).toEqual([
      "operations-invalid services.omnihub.operations.processes.Incident: [Incident] is a heading twice",
    ]);
  });

  it.each([" ", "first\nsecond", "curly \u201cquotes\u201d"])("refuses [%s] as a text", (text) => {
    expect(problemsWith({ ...steps, intro: text })).toEqual([
      `operations-invalid services.omnihub.operations.processes.Incident: [${text}] is not a line of plain text`,
    ]);
  });

  it("refuses a row without a cell for every column", () => {
    expect(problemsWith({ ...jobs, rows: [["build"]] })).toEqual([
      "operations-invalid services.omnihub.operations.processes.Jobs: the row of [build] has [1] cells in [2] columns",
    ]);
  });
});

describe("the toil of OmniHub", () => {
  it.each([
    [5, 175],
    [7, 195],
  ])("with daily tasks on %d days is %d minutes a week (OMNIHUB-TOIL-5)", (days, minutes) => {
    expect(toilMinutes(toil.tasks, days)).toBe(minutes);
  });
});

describe("the policy of OmniHub", () => {
  it("has the four states of the document, each with its bounds (OMNIHUB-POL-1..4)", () => {
    expect(budgetPolicy.map(({ from, to, source }) => [from, to, source])).toEqual([
      ["50%", "100%", "OMNIHUB-POL-1"],
      ["25%", "50%", "OMNIHUB-POL-2"],
      ["10%", "25%", "OMNIHUB-POL-3"],
      ["0%", "10%", "OMNIHUB-POL-4"],
    ]);
  });
});
