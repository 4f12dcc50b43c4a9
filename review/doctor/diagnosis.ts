import { homeOf, type MonitoringPlan } from "../../plan/monitoring-plan";
import { sortProblems, type Problem } from "../../slo/problem";
import type { RunningServer } from "../running-server";
import type { Check, Compared, Said } from "./check";
import { contract } from "./contract";
import { rules } from "./rules";
import { size } from "./size";
import { SETTINGS } from "./settings";
import { targets } from "./targets";

/** What a running server does not do as the configuration says. */
export interface Diagnosis {
  /** What makes alerts or budgets wrong, or silent. */
  readonly problems: readonly Problem[];
  /** What may be meant. */
  readonly notices: readonly Problem[];
}

const CHECKS: readonly Check[] = [...SETTINGS, rules, targets, contract, size];

/** Compares what a stack says with what a server does. */
export function diagnose(plan: MonitoringPlan, server: RunningServer, place: Compared["place"]): Diagnosis {
  const said = CHECKS.map((check) => check({ plan, server, home: homeOf(plan), place }));
  const coded = (all: readonly Said[]): readonly Problem[] =>
    sortProblems(all.map((one) => ({ code: "backend-differs", ...one })));
  return {
    problems: coded(said.flatMap(({ wrong = [] }) => wrong)),
    notices: coded(said.flatMap(({ seen = [] }) => seen)),
  };
}
