import type { ProcessSection } from "../../slo/operations";

/** A job of `.github/workflows/ci.yml`, and the jobs that have to be done before it. */
interface CiJob {
  readonly name: string;
  readonly does: string;
  readonly needs: readonly string[];
}

/**
 * BACKEND-CI-1, each arrow read as what it can mean (BACKEND-ERR-6): the scan runs after both kinds of tests, and tests
 * of the whole run after those of its parts.
 */
export const CI_JOBS: readonly [CiJob, ...CiJob[]] = [
  { name: "backend-tests", does: "Python tests and linting", needs: [] },
  { name: "frontend-tests", does: "JavaScript tests and linting", needs: [] },
  { name: "security-scan", does: "CodeQL, SBOM", needs: ["backend-tests", "frontend-tests"] },
  { name: "performance-tests", does: "k6 load tests", needs: ["backend-tests"] },
  { name: "e2e-tests", does: "Playwright tests", needs: ["backend-tests", "frontend-tests"] },
];

const cells = ({ name, does, needs }: CiJob): readonly string[] => [
  `\`${name}\``,
  does,
  needs.map((job) => `\`${job}\``).join(", "),
];

const [first, ...others] = CI_JOBS;

/** What the document says of the pipeline. */
export const CI_SECTIONS: readonly ProcessSection[] = [
  {
    title: "CI jobs",
    kind: "table",
    intro:
      "`.github/workflows/ci.yml` of the backend's repository. A job waits for those that it needs, as in the key `needs` of GitHub Actions (BACKEND-ERR-6).",
    columns: ["job", "does", "needs"],
    rows: [cells(first), ...others.map(cells)],
    source: "BACKEND-CI-1",
  },
  {
    title: "Flaky steps",
    kind: "table",
    columns: ["step", "where", "risk", "why", "remedy"],
    rows: [
      [
        "Database setup",
        "`.github/workflows/ci.yml:12-25`",
        "medium",
        "The health check of the Postgres service races its start",
        "Retry, longer timeout",
      ],
      [
        "Backend startup",
        "`.github/workflows/ci.yml:262-268`",
        "medium",
        "Port and start-up time",
        "Retry, longer timeout",
      ],
      [
        "Frontend build",
        "`.github/workflows/ci.yml:270-277`",
        "low",
        "Next.js build, usually stable",
        "Cache dependencies",
      ],
    ],
    source: "BACKEND-CI-2",
  },
  {
    title: "CI caches",
    kind: "table",
    columns: ["cache", "where", "state", "risk"],
    rows: [
      ["Python dependencies (pip)", "`.github/workflows/ci.yml:34`", "cached", "low"],
      ["Node dependencies (npm)", "`.github/workflows/ci.yml:72`", "cached", "low"],
    ],
    source: "BACKEND-CI-3",
  },
];
