import { findProgram } from "../../config/find-program";
import { probe } from "./programs";
import { describeRange, isWithin } from "./versions";
import { found, passed, passedQuietly, type Way } from "./ways";

/** The user's own programs, when all of a suite are on PATH at a good enough version. */
export const ON_PATH: Way = {
  name: "PATH",
  attempt: async (suite, run) => {
    const there = suite.programs.flatMap((program) => {
      const file = findProgram(program.name, run.env);
      return file === undefined ? [] : [{ program, file }];
    });
    const missing = suite.programs.filter((program) => !there.some((one) => one.program === program));
    if (missing.length > 0) {
      return passedQuietly(`no ${missing.map(({ name }) => name).join(" and no ")} there`);
    }
    const probes = await Promise.all(there.map(({ program, file }) => probe(file, program, run)));
    const problems = probes.flatMap((answer) => {
      if ("problem" in answer) return [`${answer.file} ${answer.problem}`];
      return isWithin(answer.version, suite.accepted) ? [] : [`${answer.file} is ${answer.version}`];
    });
    if (problems.length === 0) {
      return found(Object.fromEntries(there.map(({ program, file }) => [program.name, file])));
    }
    return passed(`${problems.join(" and ")}, wanted ${describeRange(suite.accepted)}`);
  },
};
