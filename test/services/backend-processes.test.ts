import { CI_JOBS } from "../../services/backend/ci";
import { serviceDocs } from "../../tools/service-docs";
import { ROOT } from "../support/stacks";

const processes = serviceDocs(ROOT).get("docs/services/backend/processes.md") ?? "";

/** The cells of the rows whose first cell is that. */
function rows(first: string): readonly (readonly string[])[] {
  return processes
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .filter(([cell]) => cell === first);
}

describe("the processes of the backend", () => {
  it("list the six health endpoints with what is there and what is not (BACKEND-HEALTH-1..6)", () => {
    const table = processes.split("## ").find((part) => part.startsWith("Health endpoints")) ?? "";
    expect(
      [...table.matchAll(/^\| `GET (\/[a-z/]+)`.*\| (exists|to be written|not to be written)/gm)].map(
        ([, endpoint, state]) => [endpoint, state],
      ),
    ).toEqual([
      ["/health", "exists"],
      ["/health/readiness", "exists"],
      ["/health/liveness", "exists"],
      ["/health/migrations", "exists"],
      ["/health/detailed", "to be written"],
      ["/health/metrics", "not to be written"],
    ]);
  });

  it("let a CI job wait for what it needs, and no job for itself (BACKEND-CI-1, BACKEND-ERR-6)", () => {
    expect(Object.fromEntries(CI_JOBS.map(({ name, needs }) => [name, needs]))).toEqual({
      "backend-tests": [],
      "frontend-tests": [],
      "security-scan": ["backend-tests", "frontend-tests"],
      "performance-tests": ["backend-tests"],
      "e2e-tests": ["backend-tests", "frontend-tests"],
    });
    // In this order every job comes after those that it needs, so that the graph has no circle.
    const names = CI_JOBS.map(({ name }) => name);
    expect(
      CI_JOBS.filter(({ name, needs }) => needs.some((job) => names.indexOf(job) >= names.indexOf(name))),
    ).toEqual([]);
    expect(rows("`security-scan`")).toEqual([
      ["`security-scan`", "CodeQL, SBOM", "`backend-tests`, `frontend-tests`"],
    ]);
  });

  it("name the flaky steps with their risk, and the caches (BACKEND-CI-2, BACKEND-CI-3)", () => {
    expect(
      ["Database setup", "Backend startup", "Frontend build"].map((step) => rows(step)[0]?.slice(1, 3)),
    ).toEqual([
      ["`.github/workflows/ci.yml:12-25`", "medium"],
      ["`.github/workflows/ci.yml:262-268`", "medium"],
      ["`.github/workflows/ci.yml:270-277`", "low"],
    ]);
    expect(
      ["Python dependencies (pip)", "Node dependencies (npm)"].map((cache) => rows(cache)[0]?.[2]),
    ).toEqual(["cached", "cached"]);
  });

  it("tell of the nine points of the plan which are built here and which remain", () => {
    const here = [...processes.matchAll(/^\| week .*\| (BACKEND-PLAN-\d) /gm)].map(([row, id]) => [
      id,
      row.includes("built by this stack"),
      row.includes("remains in the backend's repository"),
    ]);
    expect(here).toEqual([
      ["BACKEND-PLAN-1", false, true],
      ["BACKEND-PLAN-2", true, true],
      ["BACKEND-PLAN-3", true, false],
      ["BACKEND-PLAN-4", false, true],
      ["BACKEND-PLAN-5", true, false],
      ["BACKEND-PLAN-6", true, false],
      ["BACKEND-PLAN-7", false, true],
      ["BACKEND-PLAN-8", true, true],
      ["BACKEND-PLAN-9", false, true],
    ]);
  });
});
