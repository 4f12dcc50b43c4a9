import { setTimeout as sleep } from "node:timers/promises";
import { toLab } from "../../lab/to-lab";
import { reportSettings } from "../../plan/report";
import { reportOf } from "../../reports/report";
import { sourceAt } from "../../reports/server";
import { eventually, isAlive, Lab, type Delivery } from "../support/lab";
import { planOf } from "../support/plan";
import { showsConsole } from "./console";
import { showsDashboards, SPEED } from "./dashboards";

/** Pages of the service that is broken: a busy machine may page for the monitoring itself, which is no fault of these. */
function pages(inbox: readonly Delivery[], status: string): readonly Delivery[] {
  return inbox.filter(
    ({ channel, status: is, title }) =>
      channel === "pagerduty" && is === status && title.includes(" orders: "),
  );
}

/** Every link of every notification leads somewhere: to a runbook, or to the console, whose dashboards a browser looks at. */
async function opens(inbox: readonly Delivery[]): Promise<void> {
  const links = [...new Set(inbox.flatMap((delivery) => delivery.links))];
  expect(links.map((link) => new URL(link).pathname.split("/")[1])).toEqual(
    expect.arrayContaining(["runbooks", "d"]),
  );
  for (const link of links) {
    const answer = await fetch(link);
    expect([link, answer.status]).toEqual([link, 200]);
    expect(await answer.text()).toContain(
      link.includes("/runbooks/") ? '<h2 id="diagnosis">' : "/console/main.js",
    );
  }
}

describe("a lab that plays production", () => {
  const lab = new Lab();

  beforeAll(async () => {
    const up = await lab.tocsin("up", "--detach", "--speed", String(SPEED));
    expect(`${up.status}: ${up.stderr}`).toMatch(/^0: [\s\S]*ready: prod is alive/);
  }, 600_000);

  afterAll(async () => {
    await lab.remove();
  }, 60_000);

  it("is silent while nothing is broken", async () => {
    await sleep(5_000);
    expect(await lab.inbox()).toEqual([]);
  }, 30_000);

  describe("answers what dashboards ask", () => showsDashboards(lab));

  describe("shows itself in a browser", () => showsConsole(lab));

  it("pages once for a total outage with targets up, with a runbook that opens, and resolves after mend", async () => {
    expect((await lab.tocsin("break", "api-errors")).status).toBe(0);
    await lab.until("ServiceDown joins the page", 90, (inbox) =>
      pages(inbox, "firing").some((page) => page.alerts.includes("ServiceDown firing")),
    );
    const inbox = await lab.inbox();
    expect(new Set(pages(inbox, "firing").map((page) => page.dedupKey)).size).toBe(1);
    expect(pages(inbox, "firing")[0]).toMatchObject({
      receiver: "page-orders",
      alerts: "HighErrorBudgetBurnRate firing",
    });
    expect(
      inbox.some((delivery) => delivery.channel === "slack" && delivery.receiver === "page-orders"),
    ).toBe(true);
    await opens(inbox);
    expect((await lab.tocsin("mend")).status).toBe(0);
    await lab.until("the page resolves", 300, (later) => pages(later, "resolved").length > 0);
    expect(new Set(pages(await lab.inbox(), "resolved").map((page) => page.dedupKey))).toEqual(
      new Set(pages(inbox, "firing").map((page) => page.dedupKey)),
    );
  }, 420_000);

  it("says what is down, and none of the symptoms, when no target answers", async () => {
    const before = (await lab.inbox()).length;
    await lab.tocsin("break", "api-gone");
    await lab.until("ServiceDown pages", 90, (inbox) => pages(inbox.slice(before), "firing").length > 0);
    await sleep(15_000);
    const firing = pages((await lab.inbox()).slice(before), "firing");
    const names = firing.flatMap((page) =>
      page.alerts.split(", ").filter((alert) => alert.endsWith(" firing")),
    );
    expect(new Set(names)).toEqual(new Set(["ServiceDown firing"]));
    expect(new Set(firing.map((page) => page.dedupKey)).size).toBe(1);
    await lab.tocsin("mend");
    await lab.until(
      "ServiceDown resolves",
      300,
      (inbox) => pages(inbox.slice(before), "resolved").length > 0,
    );
  }, 480_000);

  it("is told by a report, with the very incidents that Alertmanager has sent to the pager", async () => {
    const { address, alertmanager, prometheus } = await lab.state();
    const told = { speed: SPEED, address, smtp: "127.0.0.1:1", alertmanager };
    const now = Math.floor(Date.now() / 1_000);
    const report = await reportOf(
      reportSettings(toLab(planOf("prod"), told), SPEED),
      sourceAt(prometheus, alertmanager),
      { period: "week", from: now - 3_600, to: now },
    );
    const sent = (await lab.inbox()).filter(({ channel }) => channel === "pagerduty");
    const open = new Set<string>();
    const begun = sent.flatMap(({ dedupKey = "", status }) => {
      const isNew = status === "firing" && !open.has(dedupKey);
      if (status === "firing") open.add(dedupKey);
      else open.delete(dedupKey);
      return isNew ? [dedupKey] : [];
    });
    expect(report.pages.map(({ dedupKey }) => dedupKey)).toEqual(begun);
    expect(begun.length).toBeGreaterThan(1);
    expect(report.incidents.map(({ slo }) => slo)).toContain("orders-api-availability");
  }, 60_000);

  it("says that Prometheus hangs, in words and by its exit code, and that it is back", async () => {
    const { programs, prometheus } = await lab.state();
    const { pid = 0 } = programs.find(({ name }) => name === "prometheus") ?? {};
    process.kill(pid, "SIGSTOP");
    try {
      const { status, stdout } = await lab.tocsin("status");
      expect(`${status} ${stdout}`).toContain(
        `1 ✗ prometheus at [${prometheus}] does not answer: process ${pid} hangs or is stopped\n`,
      );
    } finally {
      process.kill(pid, "SIGCONT");
    }
    await eventually("a healthy status", 60, async () =>
      (await lab.tocsin("status")).status === 0 ? true : undefined,
    );
  }, 120_000);

  it("says that the heartbeat has stopped where Alertmanager does not send", async () => {
    const { programs, alertmanager } = await lab.state();
    const { pid = 0 } = programs.find(({ name }) => name === "alertmanager") ?? {};
    process.kill(pid, "SIGSTOP");
    try {
      const stopped = await eventually("a missed heartbeat", 90, async () => {
        const { status, stdout } = await lab.tocsin("status");
        return stdout.includes("no heartbeat for") ? `${status} ${stdout}` : undefined;
      });
      expect(stopped).toContain(`1 ✗ alertmanager at [${alertmanager}] does not answer`);
    } finally {
      process.kill(pid, "SIGCONT");
    }
  }, 120_000);

  it("refuses an incident that it does not know, with the name that was meant", async () => {
    const refused = await lab.tocsin("break", "api-eror");
    expect(refused.status).toBe(2);
    expect(refused.stderr).toMatch(
      /^tocsin: \[api-eror\] is not an incident\. Did you mean (?:one of )?\[api-errors\b.*\]\? There are \d+ more\. `npm run -s tocsin -- break --list` shows what each does\.\n$/,
    );
  }, 60_000);

  it("runs beside a second lab, and down leaves no process and a free port", async () => {
    const second = new Lab();
    try {
      expect((await second.tocsin("up", "dev", "--detach")).status).toBe(0);
      const { pid, programs, prometheus } = await second.state();
      expect(prometheus).not.toBe((await lab.state()).prometheus);
      expect((await second.tocsin("down")).stdout).toBe("stopped\n");
      expect([pid, ...programs.map((program) => program.pid)].filter(isAlive)).toEqual([]);
      await expect(fetch(prometheus)).rejects.toThrow("fetch failed");
      expect(isAlive((await lab.state()).pid)).toBe(true);
    } finally {
      await second.remove();
    }
  }, 240_000);
});

describe("the command itself", () => {
  it("has help at every level", async () => {
    const lab = new Lab();
    for (const command of [[], ["up"], ["down"], ["status"], ["break"], ["mend"], ["inbox"]]) {
      const help = await lab.tocsin(...command, "--help");
      expect(`${help.status} ${help.stdout}`).toMatch(/^0 Usage: tocsin/);
    }
    await lab.remove();
  }, 60_000);

  it("tells a wrong call from a problem: exit code 2 and 1", async () => {
    const lab = new Lab();
    expect((await lab.tocsin("up", "--speed", "fast")).status).toBe(2);
    expect((await lab.tocsin("up", "nowhere")).stderr).toContain("Use one of [dev, prod, staging]");
    expect((await lab.tocsin("inbox")).stderr).toContain("no lab is running here");
    await lab.remove();
  }, 60_000);
});
