import type { Operations, ProcessSection } from "../../slo/operations";

const UNSAID = "not said";

const environments: ProcessSection = {
  kind: "table",
  title: "Environments",
  intro:
    "Alerts and dashboards are live in prod alone, so the stacks of dev and staging leave Engram out. The rest is for the service's own configuration.",
  columns: ["what", "dev", "staging", "prod"],
  rows: [
    ["Gateway and databases", "local gateway, local SQLite", UNSAID, "on Fly.io"],
    [
      "Control plane",
      "Neon, a branch for development",
      "Neon, a branch of its own",
      "Neon, main, with backups",
    ],
    ["CORS", "relaxed for localhost", UNSAID, "strict"],
    ["Transport", UNSAID, UNSAID, "TLS and HSTS"],
    ["Rate limits and quotas", UNSAID, "real rate limits, soft", "quotas enforced"],
    ["Usage metering", UNSAID, "may be a dry run", UNSAID],
    ["Alerts and dashboards", "none", "none", "live"],
  ],
  source: "ENGRAM-ENV-1, ENGRAM-ENV-2, ENGRAM-ENV-3",
};

const counters: ProcessSection = {
  kind: "table",
  title: "What is metered",
  columns: ["counter", "counts", "metric"],
  rows: [
    ["`api_calls`", "1 per request", "`engram_api_calls_total`"],
    [
      "`search_queries`",
      "1 per request to `/v1/search`, and per MCP `memory_search`",
      "`engram_search_queries_total`",
    ],
    ["`memories_created`", "1 per memory that an endpoint creates", "`engram_memories_created_total`"],
    ["`storage_bytes`", "the change in size; optional at first", "`engram_storage_bytes`, the size itself"],
  ],
  source: "ENGRAM-TEL-1",
};

const pipeline: ProcessSection = {
  kind: "steps",
  title: "How usage is recorded",
  intro: "A write to Postgres with every request would slow the gateway down.",
  items: [
    "The gateway makes a `request_id` at its edge.",
    "It puts an event into memory: `request_id`, `tenant_id`, `route`, `status`, counters, `ts`.",
    "It flushes the events in a batch, every so many seconds or events.",
    "The control plane inserts a `request_id` once; a batch that is sent again does no harm and shows as duplicates.",
  ],
  source: "ENGRAM-TEL-2",
};

/** What Engram's document asks of people; it has no rotation, no severities and no error budget policy. */
export const engramOperations: Operations = { processes: [environments, counters, pipeline] };
