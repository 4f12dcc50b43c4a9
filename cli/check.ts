import { relative } from "node:path";
import { stacksIn } from "../config/stack-file";
import type { Readers } from "../lab/refusals";
import type { Catalogue } from "../slo/catalogue";
import { formatProblems, type Problem, type ProblemCode } from "../slo/problem";
import { annotationLines, type Annotation } from "./annotations";
import { blockingViolations, formatViolations, judge, policyProblems, shownName } from "./compliance";
import { say, sayNotice } from "./notice";
import { placeSays, placesOf, violationPath, type Place, type PlaceOf } from "./places";
import { checkWithServers, findReaders, sayUnread, unreadFiles } from "./server-check";
import { loadStack, refusal, type LoadedStack } from "./stack";
import { UserError } from "./user-error";

export interface CheckOptions {
  readonly json: boolean;
  /** Whether GitHub is told where each finding is declared. */
  readonly annotations: boolean;
}

type Violation = Parameters<typeof formatViolations>[0][number];

/** What was found out about a stack. */
interface Verdict {
  readonly stack: string;
  readonly accepted: boolean;
  /** How much there is of what; nothing where the stack could not be built. */
  readonly counts?: Readonly<Record<string, number>>;
  readonly problems: readonly (Problem & { readonly place: Place | undefined })[];
  readonly violations: readonly (Violation & { readonly place: Place | undefined })[];
  readonly notices: readonly (Problem & { readonly place: Place | undefined })[];
  readonly differences: readonly Problem[];
}

/**
 * `tocsin check [stack]`: what `pulumi up` would refuse, and what it would miss, without an engine.
 * Ends with 1 when a deployment would be refused; what is missing, or left to others, is a notice.
 */
export async function checkCommand(
  catalogue: Catalogue,
  stack: string | undefined,
  { json, annotations }: CheckOptions,
): Promise<void> {
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
    if (!json) {
      sayVerdict(verdict);
    }
  }
  if (json) {
    const accepted = verdicts.every((verdict) => verdict.accepted);
    say([JSON.stringify({ accepted, stacks: verdicts, unread: unreadFiles(missing) }, null, 2)]);
  } else {
    sayUnread(missing);
  }
  if (annotations && !json) {
    const checkout = process.env["GITHUB_WORKSPACE"] ?? catalogue.root;
    const below = relative(checkout, catalogue.root);
    say(annotationLines(verdicts.flatMap(annotationsOf), below === "" ? "" : `${below}/`));
  }
  if (verdicts.some(({ accepted }) => !accepted)) {
    process.exitCode = 1;
  }
}

async function verdictOf(catalogue: Catalogue, stack: string, readers: Readers): Promise<Verdict> {
  const placeOf = placesOf(catalogue, stack);
  const placed = (problem: Problem): Verdict["problems"][number] => ({
    ...problem,
    place: placeOf(problem.path),
  });
  const loaded = loadStack(catalogue, stack);
  const problems = loaded.ok ? policyProblems(loaded) : loaded.problems;
  if (!loaded.ok || problems.length > 0) {
    const none = { violations: [], notices: [], differences: [] };
    return { stack, accepted: false, problems: problems.map(placed), ...none };
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
    problems: refused.map(placed),
    violations: judged.violations.map((violation) => ({
      ...violation,
      place: placeOfViolation(loaded, violation, placeOf),
    })),
    notices: notices.map(placed),
    differences,
  };
}

/** Where a service declares what a policy is about; the stack's file where it is of no service. */
function placeOfViolation(
  { plan, stack }: LoadedStack,
  violation: Violation,
  placeOf: PlaceOf,
): Place | undefined {
  const path = violationPath(plan, shownName(violation.urn), violation.message);
  return (path === undefined ? undefined : placeOf(path)) ?? placeOf(`Pulumi.${stack}.yaml`);
}

function sayVerdict(verdict: Verdict): void {
  const { stack, accepted, counts, problems, violations } = verdict;
  const places = new Map<Problem, string>(
    // A path that is the name of a file says it already.
    problems.flatMap((one) =>
      one.place === undefined || one.path.startsWith(placeSays(one.place))
        ? []
        : [[one, placeSays(one.place)]],
    ),
  );
  if (counts === undefined) {
    say([`✗ ${refusal(stack, problems, (problem) => places.get(problem))}`]);
    return;
  }
  const counted = Object.entries(counts).map(([what, count]) => `${count} ${what}`);
  say([
    `${accepted ? "✓" : "✗"} ${stack}: ${counted.join(", ")}`,
    ...(problems.length === 0 ? [] : [formatProblems(problems, (problem) => places.get(problem))]),
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
