import { catalogue } from "../../catalogue";
import { omnihub } from "../../services/omnihub";
import { planOf } from "../support/plan";
import { commands, pageCalled, parts, section } from "./runbook-pages";

const plan = planOf("prod", catalogue);
const pages = plan.runbooks.filter(({ service }) => service === "omnihub");

describe("a runbook that OmniHub's document asks for", () => {
  it.each([
    ["high-error-rate"],
    ["service-down"],
    ["database-down"],
    ["dlq-backlog"],
    ["kill-switch-active"],
    ["high-latency"],
    ["approval-queue-backlog"],
    ["deployment-failure"],
    ["database-migration-failure"],
    ["blockchain-rpc-down"],
    ["data-corruption"],
    ["dr-drill-database-restore"],
  ])("is %s, with steps to find out and to resolve, and commands in both", (slug) => {
    const page = pageCalled(plan, "omnihub", slug);
    expect(parts(page, "Diagnosis").length).toBeGreaterThanOrEqual(3);
    expect(parts(page, "Resolution").length).toBeGreaterThanOrEqual(2);
    const bare = ["Diagnosis", "Resolution"].filter((heading) => !section(page, heading).includes("```"));
    expect(bare).toEqual([]);
  });

  it("and that it gives in full keeps its steps, its options and its times", () => {
    const page = pageCalled(plan, "omnihub", "high-error-rate");
    const titles = [...parts(page, "Diagnosis"), ...parts(page, "Resolution")].join("\n");
    expect(
      [/endpoints/, /deployments/, /depends on/, /logs/, /Roll back/, /capacity/, /safe mode/].filter(
        (part) => !part.test(titles),
      ),
    ).toEqual([]);
    const times = [...section(page, "Escalation").matchAll(/^- \*\*(.+):\*\*/gm)].map(([, time]) => time);
    expect(times).toEqual(["0 to 5 min", "5 to 15 min", "15 min", "30 min", "60 min"]);
  });
});

describe("the drill of a restore", () => {
  const drill = pageCalled(plan, "omnihub", "dr-drill-database-restore");

  it("counts rows before and after and asks for the newest one", () => {
    const [counts = ""] = commands(drill).filter((block) => block.includes("counts.sql <<"));
    expect(
      ["profiles", "workflows", "audit_logs"].filter((table) => !counts.includes(`FROM ${table}`)),
    ).toEqual([]);
    expect(counts).toContain("MAX(created_at)");
    expect(parts(drill, "Resolution")).toHaveLength(6);
    expect(commands(drill).filter((block) => block.includes("restored_sql <counts.sql"))).not.toEqual([]);
  });

  it("measures both objectives with a clock", () => {
    expect(section(drill, "Summary")).toMatch(/\| RPO,.*\| 15 minutes \|/);
    expect(section(drill, "Summary")).toMatch(/\| RTO,.*\| 1 hour +\|/);
    expect(section(drill, "Post-Incident")).toMatch(/- \[ \] /);
  });

  it("names the target of a restore apart from its source", () => {
    const restores = commands(drill)
      .flatMap((block) => block.split("\n"))
      .filter((line) => line.includes("gcloud sql backups restore"));
    expect(restores).toHaveLength(1);
    expect(restores[0]).toMatch(/--restore-instance=\S+ --backup-instance=\S+/);
  });

  it("deletes no database, and measures the one that it restored", () => {
    const deleted = commands(drill)
      .flatMap((block) => block.split("\n"))
      .filter((line) => /\bdelete\b/.test(line));
    expect(deleted.filter((line) => !line.includes("omnihub-db-restored"))).toEqual([]);
  });
});

describe("the commands of OmniHub's runbooks", () => {
  const blocks = pages.flatMap((page) => commands(page).map((block) => ({ slug: page.slug, block })));

  it("raise the minimum of the autoscaler and never scale beside it", () => {
    // Nobody scales what an autoscaler scales.
    expect(blocks.filter(({ block }) => /kubectl\b.*\bscale deployment\/api-gateway\b/.test(block))).toEqual(
      [],
    );
    expect(blocks.filter(({ block }) => block.includes("minReplicas")).length).toBeGreaterThan(3);
  });

  it("change one row at a time, and encode what they ask Prometheus", () => {
    const updates = blocks.flatMap(({ block }) => block.match(/^\s*UPDATE [\s\S]*?;/gm) ?? []);
    expect(updates.length).toBeGreaterThan(3);
    expect(updates.filter((update) => !/\bWHERE\b/.test(update))).toEqual([]);
    expect(blocks.filter(({ block }) => /[?&]query=/.test(block))).toEqual([]);
  });
});

it.each(omnihub.budgetPolicy ?? [])(
  "about $name is the number in the runbook of OmniHub's low budget",
  ({ name, from, to }) => {
    const row = pageCalled(plan, "omnihub", "low-error-budget")
      .markdown.split("\n")
      .find((line) => line.startsWith("| ") && line.toLowerCase().includes(name.toLowerCase()));
    const numbers = [...(row?.split("|")[1] ?? "").matchAll(/\d+/g)].map(([digits]) => `${digits}%`);
    const bounds = [from, to].filter((bound) => bound !== "0%" && bound !== "100%");
    expect(numbers).toEqual(bounds);
  },
);
