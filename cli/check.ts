import { relative } from "node:path";
import { stackFileName, stacksIn } from "../config/stack-file";
import type { Readers } from "../lab/refusals";
import type { Catalogue } from "../slo/catalogue";
import type { Problem, ProblemCode } from "../slo/problem";
import { annotationLines, type Annotation } from "./annotations";
import {
  blockingViolations,
  formatViolations,
  judge,
  judgeResources,
  policyProblems,
  shownName,
} from "./compliance";
import { readState } from "./deployed-state";
import { say, sayNotice } from "./notice";
import { placesOf, violationPath, type Place, type PlaceOf } from "./places";
import { checkWithServers, findReaders, sayUnread, unreadFiles } from "./server-check";
import {
  loadStack,
  placedBy,
  placedText,
  refusal,
  requireStack,
  requireStackFile,
  type LoadedStack,
} from "./stack";
import { UsageError, UserError, type PlacedProblem } from "./user-error";

export interface CheckOptions {
  readonly json: boolean;
  /** Whether GitHub is told where each finding is declared. */
  readonly annotations: boolean;
  /** What `pulumi stack export` wrote, to be judged in place of what would be deployed. */
  readonly state?: string;
}

type Violation = Parameters<typeof formatViolations>[0][number];

/** What was found out about a stack. */
interface Verdict {
  readonly stack: string;
  readonly accepted: boolean;
  /** How much there is of what; nothing where the stack could not be built. */
  readonly counts?: Readonly<Record<string, number>>;
  readonly problems: readonly PlacedProblem[];
  readonly violations: readonly (Violation & { readonly place: Place | undefined })[];
  readonly notices: readonly PlacedProblem[];
  readonly differences: readonly Problem[];
}

/**
 * `tocsin check [stack]`: what `pulumi up` would refuse, and what it would miss, without an engine.
 * Ends with 1 when a deployment would be refused; what is missing, or left to others, is a notice.
 */
export async function checkCommand(
  catalogue: Catalogue,
  stack: string | undefined,
  options: CheckOptions,
): Promise<void> {
  if (options.state !== undefined) {
    const verdict = await verdictOfState(catalogue, stack, options.state);
    if (!options.json) {
      sayVerdict(verdict);
    }
    sayTogether(catalogue, [verdict], options);
    return;
  }
  if (stack !== undefined) {
    requireStackFile(catalogue, stack);
  }
  const stacks = stack === undefined ? stacksIn(catalogue.root) : [stack];
  if (stacks.length === 0) {
    throw new UserError(
      `there is no Pulumi.<stack>.yaml in [${catalogue.root}], so there is nothing to check`,
    );
  }
  const { tools, missing } = await findReaders();
  const verdicts: Verdict[] = [];
  // One after the other: the engine's SDK keeps its state in the process.
  for (const name of stacks) {
    const verdict = await verdictOf(catalogue, name, tools);
    verdicts.push(verdict);
    if (!options.json) {
      sayVerdict(verdict);
    }
  }
  if (!options.json) {
    sayUnread(missing);
  }
  sayTogether(catalogue, verdicts, options, unreadFiles(missing));
}

/** What is said of all stacks at once, and the exit code. */
function sayTogether(
  { root }: Catalogue,
  verdicts: readonly Verdict[],
  { json, annotations }: CheckOptions,
  unread: readonly Problem[] = [],
): void {
  const accepted = verdicts.every((verdict) => verdict.accepted);
  if (json) {
    say([JSON.stringify({ accepted, stacks: verdicts, unread }, null, 2)]);
  } else if (annotations) {
    const below = relative(process.env["GITHUB_WORKSPACE"] ?? root, root);
    say(annotationLines(verdicts.flatMap(annotationsOf), below === "" ? "" : `${below}/`));
  }
  if (!accepted) {
    process.exitCode = 1;
  }
}

/** What the policies have against what was deployed, as its state says. */
async function verdictOfState(
  catalogue: Catalogue,
  stack: string | undefined,
  file: string,
): Promise<Verdict> {
  const { stack: deployed, resources } = readState(file);
  if (stack !== undefined && stack !== deployed) {
    throw new UsageError(`[${file}] is the state of [${deployed}], and not of [${stack}]`);
  }
  const loaded = requireStack(catalogue, deployed);
  const violations = await judgeResources(loaded, resources);
  return {
    stack: deployed,
    accepted: blockingViolations({ violations }).length === 0,
    counts: { "deployed resources": resources.length, "policy violations": violations.length },
    ...NOTHING,
    violations: placedViolations(loaded, violations, placesOf(catalogue, deployed)),
  };
}

const NOTHING = { problems: [], violations: [], notices: [], differences: [] } as const;

async function verdictOf(catalogue: Catalogue, stack: string, readers: Readers): Promise<Verdict> {
  const placeOf = placesOf(catalogue, stack);
  const loaded = loadStack(catalogue, stack);
  const problems = loaded.ok ? policyProblems(loaded) : loaded.problems;
  if (!loaded.ok || problems.length > 0) {
    return { stack, accepted: false, ...NOTHING, problems: placedBy(placeOf, problems) };
  }
  const [{ judged }, refused] = await Promise.all([
    judge(loaded),
    checkWithServers(stack, loaded.plan, catalogue.services, readers),
  ]);
  const { plan, notices, differences } = loaded;
  return {
    stack,
    accepted: blockingViolations(judged).length === 0 && refused.length === 0,
    counts: {
      SLOs: plan.slos.length,
      alerts: plan.alerts.length,
      dashboards: plan.dashboards.length,
      resources: judged.resources.length,
      "policy violations": judged.violations.length,
    },
    problems: placedBy(placeOf, refused),
    violations: placedViolations(loaded, judged.violations, placeOf),
    notices: placedBy(placeOf, notices),
    differences,
  };
}

/** Each with where a service declares what it is about, or the stack's file where it is of no service. */
function placedViolations(
  { plan, stack }: LoadedStack,
  violations: readonly Violation[],
  placeOf: PlaceOf,
): Verdict["violations"] {
  return violations.map((violation) => {
    const path = violationPath(plan, shownName(violation.urn), violation.message);
    const declared = path === undefined ? undefined : placeOf(path);
    return { ...violation, place: declared ?? placeOf(stackFileName(stack)) };
  });
}

function sayVerdict(verdict: Verdict): void {
  const { stack, accepted, counts, problems, violations } = verdict;
  if (counts === undefined) {
    say([`✗ ${refusal(stack, problems)}`]);
    return;
  }
  const counted = Object.entries(counts).map(([what, count]) => `${count} ${what}`);
  say([
    `${accepted ? "✓" : "✗"} ${stack}: ${counted.join(", ")}`,
    ...(problems.length === 0 ? [] : [placedText(problems)]),
    ...(violations.length === 0 ? [] : [formatViolations(violations)]),
  ]);
  sayNotices(verdict);
}

/** What an objective says of itself. */
const OBJECTIVES: readonly ProblemCode[] = ["burn-threshold-unreachable", "traffic-too-low"];

/** What is no reason to refuse a deployment, and should be known before it. */
function sayNotices({ notices, differences }: Pick<Verdict, "notices" | "differences">): void {
  const secrets = notices.filter(({ code }) => code === "secret-unset");
  const objectives = notices.filter(({ code }) => OBJECTIVES.includes(code));
  const others = notices.filter((notice) => ![...secrets, ...objectives].includes(notice));
  const count = secrets.length === 1 ? "1 secret is" : `${secrets.length} secrets are`;
  sayNotice(`${count} not set; \`pulumi up\` needs them`, secrets);
  sayNotice("these objectives are built, and cannot do all that one can", objectives);
  sayNotice("`pulumi up` leaves this to you", others);
  sayNotice("this is different with other backends", differences);
}

/** What stops a deployment, and what does not. */
function annotationsOf({ problems, violations }: Verdict): readonly Annotation[] {
  return [
    ...problems.map(({ code, path, message, remedy, place }) => ({
      level: "error" as const,
      title: code,
      message: `${path}: ${message}\n${remedy}`,
      place,
    })),
    ...violations.map(({ policy, level, message, place }) => ({
      level: level === "advisory" ? ("warning" as const) : ("error" as const),
      title: policy,
      message,
      place,
    })),
  ];
}
