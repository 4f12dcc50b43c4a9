import { readFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "../support/stacks";
import { toolchain } from "../support/toolchain";
import { stagePlan } from "./plan";
import { isSeldom, playScene, SCENES } from "./run";
import type { Played } from "./script";
import { cells, surprises } from "./table";

const FIFTEEN_MINUTES = 900_000;

/** The rows of the table of the page, as cells. */
function rowsOfPage(): readonly (readonly string[])[] {
  const page = readFileSync(path.join(ROOT, "docs/delivery.md"), "utf8");
  const [, section = ""] = page.split(/^<!-- (?:faults: .*|end of faults) -->$/m);
  const rows = section.split("\n").filter((line) => line.startsWith("|"));
  return rows.slice(2).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe("pages and resolves under faults, with the generated configuration of prod", () => {
  const faults = SCENES.flat();
  const results = new Map<string, Played>();
  const failures: unknown[] = [];

  beforeAll(async () => {
    const programs = await toolchain();
    const plan = stagePlan();
    const scenes = SCENES.filter((scene) => !scene.some(isSeldom));
    await Promise.all(
      scenes.map(async (scene) => {
        try {
          for (const played of await playScene(programs, plan, scene)) {
            results.set(played.fault.id, played);
          }
        } catch (error) {
          failures.push(error);
        }
      }),
    );
  }, FIFTEEN_MINUTES);

  it("were all played to the end", () => {
    expect(failures).toEqual([]);
  });

  it.each(faults.filter((fault) => !isSeldom(fault)))("are as docs/delivery.md says when $says", ({ id }) => {
    const played = results.get(id);
    expect(played === undefined ? ["not played"] : surprises(played)).toEqual([]);
    expect(rowsOfPage()).toContainEqual(played === undefined ? [] : cells(played));
  });

  // The names stand in the report of the run; `npm run delivery` plays them.
  it.skip.each(faults.filter(isSeldom))("are as docs/delivery.md says when $says (npm run delivery)", () => {
    expect(results.size).toBe(faults.length);
  });

  it("are in the page for every fault that there is", () => {
    expect(rowsOfPage().map(([fault]) => fault)).toEqual(faults.map(({ says }) => says));
  });
});
