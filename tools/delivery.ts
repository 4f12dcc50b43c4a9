import { readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { ensureToolchain } from "../lab/toolchain";
import { ROOT } from "../cli/root";
import { stagePlan } from "../test/delivery/plan";
import { playScene, SCENES } from "../test/delivery/run";
import type { Played } from "../test/delivery/script";
import { markdownTable, printedTable, surprises } from "../test/delivery/table";
import { withSection } from "./marked-section";
import { keepFigure } from "./proof";

const PAGE = join(ROOT, "docs/delivery.md");

/** Stages at once: each is five servers. */
const AT_ONCE = 4;

/** `npm run delivery`: plays every fault with real servers, prints what came, and writes the table of the page. */
async function main(): Promise<number> {
  const programs = await ensureToolchain({ report: (line) => void process.stderr.write(`${line}\n`) });
  const plan = stagePlan();
  const played = new Map<number, readonly Played[]>();
  const rest = [...SCENES.entries()];
  const work = async (): Promise<void> => {
    for (let next = rest.shift(); next !== undefined; next = rest.shift()) {
      const [index, scene] = next;
      const results = await playScene(programs, plan, scene);
      process.stdout.write(printedTable(results));
      played.set(index, results);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const all = SCENES.flatMap((_, index) => played.get(index) ?? []);
  const wrong = all.flatMap(surprises);
  if (wrong.length > 0) {
    process.stderr.write(`${wrong.join("\n")}\ndocs/delivery.md stays as it is\n`);
    return 1;
  }
  const page = withSection(readFileSync(PAGE, "utf8"), "faults", markdownTable(all), "delivery");
  writeFileSync(PAGE, await format(page, { ...(await resolveConfig(PAGE)), filepath: PAGE }));
  keepFigure("delivery", `${all.length} faults, and nothing lost that docs/delivery.md does not name`);
  return 0;
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  // The servers end with this process.
  process.once(signal, () => process.exit(128 + constants.signals[signal]));
}
main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
