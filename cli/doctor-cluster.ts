import { z } from "zod";
import { operatorContent } from "../backends/operator/content";
import { readTextFile } from "../config/read-text";
import { stackFileName } from "../config/stack-file";
import type { MonitoringPlan } from "../plan/monitoring-plan";
import { clusterOf, clusterSaid } from "../review/doctor/cluster";
import { sortProblems, type Problem } from "../slo/problem";
import { UsageError, UserError } from "./user-error";

const list = z.object({ kind: z.string().regex(/List$/), items: z.array(z.unknown()) });

/** More is not written of a cluster by one question. */
const MOST_BYTES = 200_000_000;

/**
 * What an operator's cluster would not do with a plan.
 * @param files what `kubectl get -o json` wrote
 * @throws UserError where that is none
 */
export function clusterProblems(
  plan: MonitoringPlan,
  stack: string,
  files: readonly string[],
): readonly Problem[] {
  const { operator } = plan.platform;
  const content = operatorContent(plan, {});
  if (operator === undefined || content === undefined) {
    throw new UsageError(
      `--cluster compares with the cluster of an operator, and ${stackFileName(stack)} names none: set tocsin:backend to operator`,
    );
  }
  const cluster = clusterOf(files.flatMap(objectsIn));
  return sortProblems(
    clusterSaid({ plan, operator, content, cluster }).map((one) => ({ code: "backend-differs", ...one })),
  );
}

function objectsIn(file: string): readonly unknown[] {
  const source = readTextFile(file, MOST_BYTES);
  if ("fault" in source) {
    const says = `the objects [${file}] ${source.fault}`;
    throw source.code === "ENOENT" ? new UsageError(says) : new UserError(says);
  }
  try {
    return list.parse(JSON.parse(source.text)).items;
  } catch {
    throw new UserError(`[${file}] is no list of objects as \`kubectl get -o json\` writes it`);
  }
}
