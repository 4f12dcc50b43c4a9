import type { RunbookPage } from "../../plan/runbook";
import { panelId } from "../../plan/dashboard";
import { catalogue } from "../../catalogue";
import { bytspot } from "../../services/bytspot";
import { panelsOf } from "../support/dashboards";
import { planOf } from "../support/plan";
import { commands, pageCalled } from "./runbook-pages";

const plan = planOf("prod", catalogue);

/** The query of a declared panel, without what every panel has: its environment, and no division by nothing. */
function queryOf(panel: string): string {
  const [target] = plan.dashboards
    .filter(({ service }) => service === "bytspot")
    .flatMap(panelsOf)
    .filter(({ id }) => id === panelId(`panel:${panel}`))
    .flatMap(({ targets = [] }) => targets);
  return squeezed(target?.expr ?? "")
    .replaceAll(',cluster="$cluster",environment="prod"', "")
    .replaceAll("by(cluster,environment)", "")
    .replace(/\/\((.*)>0\)$/, "/$1");
}

function squeezed(query: string): string {
  return query.replace(/\s+/g, "");
}

describe("the document's queries", () => {
  it("has the P95 on a panel, as it stands", () => {
    const asked = `histogram_quantile(0.95,
      sum by (le) (rate(http_server_duration_seconds_bucket{job="bytspot-api",route!~"/healthz"}[5m]))
    )`;
    expect(queryOf("latency-p95")).toBe(squeezed(asked));
  });

  it("has the error rate on a panel, with health checks left out on both sides", () => {
    const asked = `
      sum(rate(http_requests_total{job="bytspot-api",status=~"5.."}[5m]))
      /
      sum(rate(http_requests_total{job="bytspot-api"}[5m]))`;
    const corrected = asked.replaceAll('job="bytspot-api"', 'job="bytspot-api",route!~"/healthz"');
    expect(queryOf("error-rate")).toBe(squeezed(corrected));
  });

  it("has the disconnects on a panel, with normal closes left out", () => {
    const asked = `
      sum(rate(ws_disconnects_total{job="bytspot-api"}[5m]))
      /
      sum(rate(ws_connections_total{job="bytspot-api"}[5m]))`;
    const corrected = asked.replace('ws_disconnects_total{job="bytspot-api"', '$&,reason!="normal"');
    expect(queryOf("disconnect-rate")).toBe(squeezed(corrected));
  });
});

describe("the telemetry of Bytspot", () => {
  const declared = plan.services.filter(({ id }) => id === "bytspot").flatMap(({ metrics }) => metrics);
  const labelsOf = (name: string, job: string): readonly string[] | undefined => {
    const metric = declared.find((candidate) => candidate.name === name && candidate.job.name === job);
    return metric === undefined ? undefined : Object.keys(metric.labels);
  };

  it.each([
    ["http_server_duration_seconds", ["route", "method"]],
    ["http_requests_total", ["route", "method", "status"]],
    ["ws_disconnects_total", ["reason"]],
    ["ws_connections_total", []],
    ["ws_message_duration_seconds", []],
    ["bytspot_database_connection_errors_total", ["reason"]],
  ])("holds what %s names: %s", (name, labels) => {
    expect(labelsOf(name, "bytspot-api")).toEqual(labels);
  });

  it("holds Cloud Run's CPU, memory and concurrency, from the exporter of Google's metrics", () => {
    const names = [
      "cloud_run_cpu_utilization_ratio",
      "cloud_run_memory_utilization_ratio",
      "cloud_run_max_request_concurrency",
    ];
    expect(names.map((name) => labelsOf(name, "bytspot-cloud-exporter"))).toEqual([[], [], []]);
  });

  it("has the bounds of its objectives in its histograms, which no default has", () => {
    // Source: prometheus/client_golang, DefBuckets; OpenTelemetry, advice of http.server.request.duration.
    const defaults = "0.005 0.01 0.025 0.05 0.075 0.1 0.25 0.5 0.75 1 2.5 5 7.5 10".split(" ");
    const bounds = declared.flatMap((metric) => (metric.type === "histogram" ? [...metric.bounds] : []));
    const limits = ["0.2", "0.3", "0.8"];
    expect(limits.filter((limit) => !bounds.includes(limit))).toEqual([]);
    expect(limits.filter((limit) => defaults.includes(limit))).toEqual([]);
  });
});

describe("the procedures of Bytspot", () => {
  const page = (slug: string): RunbookPage => pageCalled(plan, "bytspot", slug);
  const commandsOf = (of: RunbookPage): string => commands(of).join("");
  const everyPage = plan.runbooks.filter(({ service }) => service === "bytspot");

  it.each([
    {
      slug: "triage",
      holds: [
        "gcloud run revisions list",
        "severity>=ERROR",
        "gcloud secrets versions list",
        "gcloud sql instances describe",
        "Quota exceeded",
      ],
    },
    {
      slug: "roll-back",
      holds: ['gcloud run services update-traffic bytspot-api --to-revisions="$REV=100"'],
    },
    { slug: "scale-out", holds: ["--max-instances=40", "--concurrency=40"] },
    {
      slug: "database-measures",
      holds: ["gcloud sql instances failover", "--action=throttle", "unlink"],
    },
  ])("have commands on the page $slug", ({ slug, holds }) => {
    const typed = commandsOf(page(slug));
    expect(holds.filter((part) => !typed.includes(part))).toEqual([]);
  });

  it("tell users and stakeholders, and when", () => {
    expect(page("communication").markdown).toMatch(/\| impact +\| status page +\| stakeholders +\|/);
  });

  it("end in a postmortem without blame, whose actions have owners and dates", () => {
    const { markdown } = page("postmortem");
    expect(markdown).toContain("Each has one owner, a date and a ticket.");
    expect(page("api-500").markdown).toContain("[Postmortem](postmortem.md)");
  });

  it("roll back with flags that go together, and say the way back", () => {
    expect(page("roll-back").markdown).toContain(
      "`gcloud run services update-traffic bytspot-api --to-revisions=REV=100`",
    );
    const lines = everyPage.flatMap((one) => commandsOf(one).split("\n"));
    const moves = lines.filter((line) => line.includes("update-traffic"));
    expect(moves.length).toBeGreaterThan(2);
    expect(moves.filter((line) => line.includes("--to-latest") === line.includes("--to-revisions"))).toEqual(
      [],
    );
    expect(moves.filter((line) => line.includes("--to-latest="))).toEqual([]);
    expect(moves).toContain("gcloud run services update-traffic bytspot-api --to-latest");
  });

  it("ask in their queries of what the contract of Bytspot holds", () => {
    const known = new Set(
      bytspot.telemetry.metrics.flatMap(({ name, type }) =>
        type === "histogram" ? [name, `${name}_bucket`, `${name}_count`] : [name],
      ),
    );
    const asked = everyPage.flatMap((one) =>
      [...commandsOf(one).matchAll(/\b((?:http|ws|bytspot|cloud)_[a-z_]+)\b/g)].map(([, name = ""]) => name),
    );
    const other = ["cloud_run_revision", "http_code"]; // words of gcloud and curl
    expect(asked.length).toBeGreaterThan(40);
    expect([...new Set(asked)].filter((name) => !known.has(name) && !other.includes(name))).toEqual([]);
  });
});
