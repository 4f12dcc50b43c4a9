import { setTimeout as sleep } from "node:timers/promises";
import { Lab, type Delivery } from "../support/lab";

function pages(inbox: readonly Delivery[], status: string): readonly Delivery[] {
  return inbox.filter((delivery) => delivery.channel === "pagerduty" && delivery.status === status);
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("a lab that plays production", () => {
  const lab = new Lab();

  beforeAll(() => {
    const up = lab.tocsin("up", "--detach");
    expect(`${up.status}: ${up.stderr}`).toMatch(/^0: [\s\S]*ready: prod is alive/);
  }, 600_000);

  afterAll(() => {
    lab.remove();
  });

  it("is silent while nothing is broken", async () => {
    await sleep(10_000);
    expect(lab.inbox()).toEqual([]);
  }, 30_000);

  it("pages once for a total outage with targets up, with a runbook that opens, and resolves after mend", async () => {
    expect(lab.tocsin("break", "api-errors").status).toBe(0);
    await lab.until("ServiceDown joins the page", 90, (inbox) =>
      pages(inbox, "firing").some((page) => page.alerts.includes("ServiceDown firing")),
    );
    const inbox = lab.inbox();
    expect(new Set(pages(inbox, "firing").map((page) => page.dedupKey)).size).toBe(1);
    expect(pages(inbox, "firing")[0]).toMatchObject({
      receiver: "page-omnihub",
      alerts: "HighErrorBudgetBurnRate firing",
    });
    expect(
      inbox.some((delivery) => delivery.channel === "slack" && delivery.receiver === "page-omnihub"),
    ).toBe(true);
    const [runbook = ""] = pages(inbox, "firing")[0]?.links ?? [];
    expect(await (await fetch(runbook)).text()).toContain("<h2>Diagnosis</h2>");
    expect(lab.tocsin("mend").status).toBe(0);
    await lab.until("the page resolves", 300, (later) => pages(later, "resolved").length > 0);
    expect(new Set(pages(lab.inbox(), "resolved").map((page) => page.dedupKey))).toEqual(
      new Set(pages(inbox, "firing").map((page) => page.dedupKey)),
    );
  }, 420_000);

  it("says ServiceDown and nothing else when no target answers", async () => {
    const before = lab.inbox().length;
    lab.tocsin("break", "api-gone");
    await lab.until("ServiceDown pages", 90, (inbox) => pages(inbox.slice(before), "firing").length > 0);
    await sleep(30_000);
    const firing = pages(lab.inbox().slice(before), "firing");
    const names = firing.flatMap((page) =>
      page.alerts.split(", ").filter((alert) => alert.endsWith(" firing")),
    );
    expect(new Set(names)).toEqual(new Set(["ServiceDown firing"]));
    expect(new Set(firing.map((page) => page.dedupKey)).size).toBe(1);
    lab.tocsin("mend");
    await lab.until(
      "ServiceDown resolves",
      300,
      (inbox) => pages(inbox.slice(before), "resolved").length > 0,
    );
  }, 480_000);

  it("refuses an incident that it does not know, with the names that it knows", () => {
    const refused = lab.tocsin("break", "nonsense");
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain("[nonsense] is not an incident; use one of [api-errors, ");
  });

  it("runs beside a second lab, and down leaves no process and a free port", async () => {
    const second = new Lab();
    try {
      expect(second.tocsin("up", "dev", "--detach").status).toBe(0);
      const { pid, programs, prometheus } = second.status();
      expect(prometheus).not.toBe(lab.status().prometheus);
      expect(second.tocsin("down").stdout).toBe("stopped\n");
      expect([pid, ...programs.map((program) => program.pid)].filter(alive)).toEqual([]);
      await expect(fetch(prometheus)).rejects.toThrow("fetch failed");
      expect(alive(lab.status().pid)).toBe(true);
    } finally {
      second.remove();
    }
  }, 240_000);
});

describe("the command itself", () => {
  it("has help at every level", () => {
    const lab = new Lab();
    for (const command of [[], ["up"], ["down"], ["status"], ["break"], ["mend"], ["inbox"]]) {
      const help = lab.tocsin(...command, "--help");
      expect(`${help.status} ${help.stdout}`).toMatch(/^0 Usage: tocsin/);
    }
    lab.remove();
  }, 60_000);

  it("tells a wrong call from a problem: exit code 2 and 1", () => {
    const lab = new Lab();
    expect(lab.tocsin("up", "--speed", "fast").status).toBe(2);
    expect(lab.tocsin("up", "nowhere").stderr).toContain("Stacks here: [dev, prod, staging].");
    expect(lab.tocsin("inbox").stderr).toContain("no lab is running here");
    lab.remove();
  }, 60_000);
});
