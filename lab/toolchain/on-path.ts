import { findProgram, probe } from "./programs";
import { programsOf } from "./suites";
import { describeRange, isWithin } from "./versions";
import { found, passed, passedQuietly, type Way } from "./ways";

/** The user's own programs, when both of a suite are on PATH at a good enough version. */
export const ON_PATH: Way = {
  name: "PATH",
  attempt: async (suite, run) => {
    const [server, tool] = programsOf(suite).map((program) => findProgram(program, run.env));
    if (server === undefined || tool === undefined) {
      const missing = [
        server === undefined ? [suite.server] : [],
        tool === undefined ? [suite.tool] : [],
      ].flat();
      return passedQuietly(`no ${missing.join(" and no ")} there`);
    }
    const probes = await Promise.all([probe(server, suite.server, run), probe(tool, suite.tool, run)]);
    const problems = probes.flatMap((answer) => {
      if ("problem" in answer) return [`${answer.file} ${answer.problem}`];
      return isWithin(answer.version, suite.accepted) ? [] : [`${answer.file} is ${answer.version}`];
    });
    if (problems.length === 0) return found(server, tool);
    return passed(`${problems.join(" and ")}, wanted ${describeRange(suite.accepted)}`);
  },
};
