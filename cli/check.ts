import { stacksIn } from "../config/stack-file";
import type { Readers } from "../lab/refusals";
import type { Catalogue } from "../slo/catalogue";
import { formatProblems, type ProblemCode } from "../slo/problem";
import { blockingViolations, formatViolations, judge, type JudgedPlan } from "./compliance";
import { sayNotice } from "./notice";
import { checkWithServers, findReaders, sayUnread } from "./server-check";
import { loadStack, refusal } from "./stack";
import { UserError } from "./user-error";

/**
 * `tocsin check [stack]`: what `pulumi up` would refuse, and what it would miss, without an engine.
 * Ends with 1 when a deployment would be refused; what is missing, or left to others, is a notice.
 */
export async function checkCommand(catalogue: Catalogue, stack: string | undefined): Promise<void> {
  const stacks = stack === undefined ? stacksIn(catalogue.root) : [stack];
  if (stacks.length === 0) {
    throw new UserError(
      `there is no Pulumi.<stack>.yaml in [${catalogue.root}], so there is nothing to check`,
    );
  }
  const { tools, missing } = await findReaders();
  const verdicts: boolean[] = [];
  // One after the other: the engine's SDK keeps its state in the process.
  for (const name of stacks) {
    verdicts.push(await checkStack(catalogue, name, tools));
  }
  sayUnread(missing);
  if (verdicts.includes(false)) {
    process.exitCode = 1;
  }
}

async function checkStack(catalogue: Catalogue, stack: string, readers: Readers): Promise<boolean> {
  const loaded = loadStack(catalogue, stack);
  if (!loaded.ok) {
    process.stdout.write(`✗ ${refusal(stack, loaded.problems)}\n`);
    return false;
  }
  const { plan, notices, differences } = loaded;
  const [{ judged }, refused] = await Promise.all([
    judge(loaded),
    checkWithServers(stack, loaded.plan, catalogue.services, readers),
  ]);
  const blocking = blockingViolations(judged);
  const counts = [
    `${plan.slos.length} SLOs`,
    `${plan.alerts.length} alerts`,
    `${plan.dashboards.length} dashboards`,
    `${judged.resources.length} resources`,
    `${judged.violations.length} policy violations`,
  ];
  const accepted = blocking.length === 0 && refused.length === 0;
  process.stdout.write(`${accepted ? "✓" : "✗"} ${stack}: ${counts.join(", ")}\n`);
  if (refused.length > 0) {
    process.stdout.write(`${formatProblems(refused)}\n`);
  }
  if (judged.violations.length > 0) {
    process.stdout.write(`${formatViolations(judged.violations)}\n`);
  }
  sayNotices({ notices, differences });
  return accepted;
}

/** What an objective says of itself. */
const OBJECTIVES: readonly ProblemCode[] = ["burn-threshold-unreachable", "traffic-too-low"];

/** What is no reason to refuse a deployment, and should be known before it. */
function sayNotices({ notices, differences }: Pick<JudgedPlan, "notices" | "differences">): void {
  const secrets = notices.filter(({ code }) => code === "secret-unset");
  const objectives = notices.filter(({ code }) => OBJECTIVES.includes(code));
  const others = notices.filter((notice) => ![...secrets, ...objectives].includes(notice));
  const count = secrets.length === 1 ? "1 secret is" : `${secrets.length} secrets are`;
  sayNotice(`${count} not set; \`pulumi up\` needs them`, secrets);
  sayNotice("these objectives are built, and cannot do all that one can", objectives);
  sayNotice("`pulumi up` leaves this to you", others);
  sayNotice("this is different with other backends", differences);
}
