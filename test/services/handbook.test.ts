import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { services } from "../../services";
import { omnihub } from "../../services/omnihub";
import { ROOT } from "../support/stacks";
import { deadLinks } from "../support/links";

const handbook = (service: string, page: string): string =>
  readFileSync(path.join(ROOT, "services", service, "handbook", `${page}.md`), "utf8");

/** The rows of the tables below a heading, each as its cells. */
function rowsBelow(text: string, heading: string): readonly (readonly string[])[] {
  const section = text.split(/^#+ /m).find((part) => part.startsWith(`${heading}\n`)) ?? "";
  const cells = section.split("\n").filter((line) => line.startsWith("| "));
  return cells.slice(2).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** `resolution + 24 h` -> minutes, behind everything that is counted from the alert. */
function minutesOf(text: string): number {
  const [, count = "0", unit = "min"] = /(\d+) (min|h|d)$/.exec(text) ?? [];
  const minutes = Number(count) * { min: 1, h: 60, d: 1_440 }[unit as "min" | "h" | "d"];
  return minutes + (text.startsWith("resolution") ? 100_000 : 0);
}

describe("a handbook", () => {
  it("links to what is there", () => {
    const pages = services.flatMap(({ id }) => {
      const folder = path.join("services", id, "handbook");
      const own = existsSync(path.join(ROOT, folder)) ? readdirSync(path.join(ROOT, folder)) : [];
      return own.map((name) => path.join(folder, name));
    });
    expect(pages.length).toBeGreaterThan(0);
    expect(pages.flatMap((page) => deadLinks(page, readFileSync(path.join(ROOT, page), "utf8")))).toEqual([]);
  });

  it.each([
    ["backend/processes", ["`GET /health/liveness` (`backend/main.py:449`)", "`GET /health/migrations`"]],
    ["backend/processes", ["`GET /health/detailed`", "`GET /health/metrics`", "not to be written"]],
    [
      "backend/processes",
      ["`.github/workflows/ci.yml:12-25`", "Node dependencies (npm)", "Cache dependencies"],
    ],
    [
      "engram/processes",
      ["local gateway, local SQLite", "Neon, a branch for development", "real rate limits, soft"],
    ],
    ["omnihub/on-call", ["## Rotations", "Primary", "3.5 d", "not given", "## End of a shift"]],
    ["omnihub/incidents", ["(IC)", "(TL)", "(CL)", "`#incidents`", "`docs/incidents/YYYY-MM-DD-<slug>.md`"]],
  ])("of %s says what its document asks for: %s", (page, facts) => {
    const [service = "", name = ""] = page.split("/");
    const text = handbook(service, name);
    expect(facts.filter((fact) => !text.includes(fact))).toEqual([]);
  });
});

describe("the handbook of OmniHub", () => {
  it("has a page acknowledged before somebody is at work on it, and every step in the order of its time", () => {
    const responses = rowsBelow(handbook("omnihub", "on-call"), "Response");
    expect(responses.slice(0, 2).map(([what, within]) => [what, within])).toEqual([
      ["Acknowledge the page", "5 min"],
      ["Be at work on it", "10 min"],
    ]);
    const times = rowsBelow(handbook("omnihub", "incidents"), "Timeline").map(([when = ""]) =>
      minutesOf(when),
    );
    expect(times).toHaveLength(10);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it("calls the incident commander of a SEV-1 at the same time in the table and in the timeline", () => {
    const text = handbook("omnihub", "incidents");
    const [severe = []] = rowsBelow(text, "Severities");
    const [, within] = /within (\d+ min)$/.exec(severe[3] ?? "") ?? [];
    expect(rowsBelow(text, "Timeline").find(([when]) => when === within)?.[1]).toMatch(
      /^SEV-1: incident commander/,
    );
  });

  it("asks at the start of a shift for the bound below which the policy slows deployments down", () => {
    const [, caution] = omnihub.budgetPolicy ?? [];
    expect(caution?.name).toBe("Caution");
    expect(handbook("omnihub", "on-call")).toContain(
      `- [ ] Check the error budgets: is any below ${(caution?.to ?? "").replace("%", " %")}?`,
    );
  });

  it("adds the toil of a week up, with five and with seven days, and stays below its goal", () => {
    const text = handbook("omnihub", "toil");
    const tasks = rowsBelow(text, "Inventory");
    const sum = (days: number): number =>
      tasks.reduce(
        (total, [, often = "", minutes]) => total + Number(minutes) * (Number.parseInt(often, 10) || days),
        0,
      );
    expect(rowsBelow(text, "Sum").map(([, minutes, share]) => [Number(minutes), share])).toEqual(
      [5, 7].map((days) => [sum(days), `${((100 * sum(days)) / 2_400).toFixed(1)} %`]),
    );
    expect(sum(7) / 2_400).toBeLessThan(0.3);
    expect(text).toContain("Below 30 % of a person's week. The most that is called bearable is 50 %");
  });
});

describe("the handbook of the backend", () => {
  it("lets a CI job wait for what it needs, and no job for itself", () => {
    const jobs = rowsBelow(handbook("backend", "processes"), "CI jobs").map(
      ([name = "", , needs = ""]) => [name, needs.split(", ").filter((job) => job !== "")] as const,
    );
    expect(Object.fromEntries(jobs)["`security-scan`"]).toEqual(["`backend-tests`", "`frontend-tests`"]);
    // In this order every job comes after those that it needs, so that the graph has no circle.
    const before = (index: number): readonly string[] => jobs.slice(0, index).map(([name]) => name);
    expect(jobs).toHaveLength(5);
    expect(jobs.filter(([, needs], index) => needs.some((job) => !before(index).includes(job)))).toEqual([]);
  });
});
