import { basename, join } from "node:path";
import { MOUNTED_PATHS } from "../backends/alertmanager/config";
import { toYaml, type FileSet } from "../backends/file-set";
import { clusterRuleFiles, monitoringFiles } from "../backends/files";
import { managedPrometheusFiles } from "../backends/gmp/files";
import { gmpRules } from "../backends/gmp/rules";
import { operatorFiles } from "../backends/operator/files";
import { ruleTestFiles } from "../backends/prometheus/rule-tests";
import { ownQueryTests } from "../backends/rule-tests/rule-tests";
import { FILLED, refusals, type Readers, type Refusal } from "../lab/refusals";
import { findTools, type FoundTools } from "../lab/toolchain";
import { onOwnPrometheus } from "../plan/backend";
import type { MonitoringPlan } from "../plan/monitoring-plan";
import { TOCSIN } from "../slo/command";
import type { Problem } from "../slo/problem";
import type { Service } from "../slo/service";
import { inTemporaryFolder } from "./folder";
import { sayNotice } from "./notice";

/** As much of a program's words as a person reads. */
const LONGEST = 400;

/** The programs that read generated files, where this machine has them; nothing is installed. */
export function findReaders(): Promise<FoundTools> {
  return findTools();
}

/**
 * What promtool and amtool have against the generated files of a plan, which a server would not start with: a single
 * rule that it cannot read takes the alerts of every team away.
 * @throws UserError when the files cannot be written for them
 */
export async function checkWithServers(
  stack: string,
  plan: MonitoringPlan,
  services: readonly Service[],
  readers: Readers,
): Promise<readonly Problem[]> {
  if (Object.keys(readers).length === 0) {
    return [];
  }
  const found = await inTemporaryFolder(
    (folder) =>
      new Map([
        ...readableFiles(plan, folder),
        ...filledIn(plan),
        ...[...ruleTestFiles(ownQueryTests(plan, services))].map(
          ([file, text]) => [`prometheus/${file}`, text] as const,
        ),
      ]),
    (folder) => refusals(folder, readers, new AbortController().signal),
  );
  return found.map((refusal) => refusedFile(stack, refusal));
}

/** Says of each program that is not there what it did not read, so that nobody takes its silence for consent. */
export function sayUnread(missing: FoundTools["missing"]): void {
  sayNotice("not every generated file was read by the program that it is for", unreadFiles(missing));
}

/** What each program that is not there did not read. */
export function unreadFiles(missing: FoundTools["missing"]): readonly Problem[] {
  return missing.map(({ program, why }) => ({
    code: "file-unread",
    path: program,
    message: `was not found (${why}), so ${READS[program]} were not read by it`,
    remedy: `Install it by \`${TOCSIN} toolchain\`, or put it on PATH together with its server.`,
  }));
}

const READS = {
  promtool: "prometheus.yml and the rules",
  amtool: "alertmanager.yml and the notification templates",
} as const satisfies Record<FoundTools["missing"][number]["program"], string>;

/** Every rule of a plan, whoever evaluates it: what Google and Grafana are told is made of the same. */
function readableFiles(plan: MonitoringPlan, folder: string): FileSet {
  const whole = { ...plan, services: onOwnPrometheus(plan.services) };
  const templates = join(folder, "alertmanager", "templates");
  return new Map([
    ...monitoringFiles(whole, { secrets: MOUNTED_PATHS.secrets, templates }),
    ...managedPrometheusFiles(plan),
    ...operatorFiles(plan),
    ...[...clusterRuleFiles(plan)].map(
      ([path, text]) => [path.replace("thanos/rules/", "prometheus/rules/clusters."), text] as const,
    ),
    ...gmpRules(plan).map(
      ({ metadata: { name }, spec }) => [`prometheus/rules/gmp.${name}.yml`, toYaml(spec)] as const,
    ),
  ]);
}

/** Every alert with texts to fill in, for `lab/refusals.ts`: it fires with the value 1 and the labels of its rule. */
function filledIn({ ruleGroups }: MonitoringPlan): FileSet {
  const rules = ruleGroups
    .flatMap((group) => group.rules)
    .flatMap((rule) =>
      rule.kind === "alert" && JSON.stringify(rule.annotations).includes("{{") ? [rule] : [],
    );
  const names = [...new Set(rules.map(({ alert }) => alert))];
  const texts = rules.map(({ alert, annotations, labels }) => ({
    alert,
    expr: "vector(1)",
    labels,
    annotations,
  }));
  return new Map([
    [`${FILLED}.rules.yml`, toYaml({ groups: [{ name: "filled", rules: texts }] })],
    [
      `${FILLED}.yml`,
      toYaml({
        rule_files: [`${basename(FILLED)}.rules.yml`],
        evaluation_interval: "1m",
        tests: [
          {
            interval: "1m",
            alert_rule_test: names.map((alertname) => ({ eval_time: "0s", alertname, exp_alerts: [] })),
          },
        ],
      }),
    ],
  ]);
}

/** A refusal as a problem of a stack. */
export function refusedFile(stack: string, { file, program, says }: Refusal): Problem {
  return {
    code: "file-refused",
    path: `${stack}: ${file}`,
    message: `${program} refuses it: ${says.length > LONGEST ? `${says.slice(0, LONGEST)}…` : says}`,
    remedy:
      "Correct what it is made from, in services/ or in the stack's file; if that is right, it is a bug of tocsin's.",
  };
}
