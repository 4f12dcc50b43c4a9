import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { FastifyInstance } from "fastify";
import { siteRenderer } from "../../backends/runbook-site/pages";
import { CONTENT_SECURITY_POLICY } from "../../backends/runbook-site/stylesheet";
import { AlertGate } from "../../lab/alert-gate";
import { freePort } from "../../lab/process";
import { Inbox } from "../../lab/receivers/inbox";
import { labServer } from "../../lab/server";
import { toLab } from "../../lab/to-lab";
import { Workload } from "../../lab/workload/workload";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { planOf } from "../support/plan";
import { STACKS } from "../support/stacks";

const folder = mkdtempSync(path.join(tmpdir(), "tocsin-runbooks-"));

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe.each(STACKS)("the runbooks of %s in the lab", (stack) => {
  let address = "";
  let plan: MonitoringPlan;
  let app: FastifyInstance;

  beforeAll(async () => {
    const port = await freePort(undefined, "--port");
    address = `http://127.0.0.1:${port}`;
    const alertmanager = "http://127.0.0.1:3";
    const original = planOf(stack);
    plan = toLab(original, { speed: 10, address, smtp: "127.0.0.1:1", alertmanager });
    app = labServer({
      alertmanager,
      prometheus: "http://127.0.0.1:2",
      gate: new AlertGate(path.join(folder, "told.json")),
      plan,
      original,
      speed: 10,
      console: { script: "", style: "" },
      workload: new Workload(plan.services, 0, 1),
      inbox: new Inbox(path.join(folder, `${stack}.jsonl`)),
      token: "token",
    });
    await app.listen({ host: "127.0.0.1", port });
  });

  afterAll(() => app.close());

  const get = async (url: string): Promise<{ readonly status: number; readonly body: string }> => {
    const answer = await fetch(url);
    expect(answer.headers.get("content-security-policy")).toBe(CONTENT_SECURITY_POLICY);
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    return { status: answer.status, body: await answer.text() };
  };

  it("are what the rule of each alert links to", async () => {
    const rules = plan.ruleGroups.flatMap((group) => group.rules);
    const urls = rules.flatMap((rule) =>
      rule.kind === "record" ? [] : [rule.annotations["runbook_url"] ?? ""],
    );
    expect([...new Set(urls)].sort()).toEqual(
      [...new Set(plan.alerts.map(({ runbook }) => runbook.url))].sort(),
    );
    for (const { runbook } of plan.alerts) {
      expect((await get(runbook.url)).status).toBe(200);
    }
  });

  it("are the pages of the cluster, each at its own address", async () => {
    for (const page of plan.runbooks) {
      expect(await get(page.url)).toEqual({ status: 200, body: siteRenderer(plan).runbook(page) });
    }
  });

  it("are listed, and links from page to page lead somewhere", async () => {
    const [list] = plan.platform.runbookSite.addresses;
    const pages = [list ?? "", ...plan.runbooks.map(({ url }) => url)];
    const found = new Set<string>();
    for (const url of pages) {
      const { body } = await get(url);
      [...body.matchAll(/<a href="([^"]+)"/g)]
        .map(([, href = ""]) => new URL(href, url).href.replace(/#.*/, ""))
        .filter((link) => link.startsWith(`${address}/runbooks/`))
        .forEach((link) => found.add(link));
    }
    expect(plan.runbooks.filter(({ url }) => !found.has(url))).toEqual([]);
    for (const link of found) {
      expect([link, (await get(link)).status]).toEqual([link, 200]);
    }
  });

  it("that are not there are said to be, with the way to all others", async () => {
    const { status, body } = await get(`${address}/runbooks/orders/nothing`);
    expect(status).toBe(404);
    expect(body).toContain('<a href="/runbooks/">All runbooks</a>');
  });
});
