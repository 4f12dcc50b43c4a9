import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { BUILT_MAILING, jobBundle } from "../../backends/job-bundle";
import { Inbox } from "../../lab/receivers/inbox";
import { startMailServer, type MailServer } from "../../lab/receivers/mail";
import { digestSettings, sendsReports, type DigestSettings } from "../../plan/digest";
import { placeOf } from "../../plan/environment";
import { withServer } from "../../tools/bench/server";
import { planOf } from "../support/plan";
import { removeFolder, runProgram, temporaryFolder } from "../support/program";
import { toolchain } from "../support/toolchain";

const PLAN = planOf("prod");

/** An alert that fired three hours ago, and is over. */
function* past(now: number): Generator<string> {
  const labels = {
    ...placeOf(PLAN.environment),
    ...{ alertname: "DiskAlmostFull", alertstate: "firing", severity: "warning" },
    ...{ service: "stock", slo: "none", team: "stock" },
  };
  const all = Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`);
  yield "# TYPE ALERTS gauge";
  for (let time = now - 3 * 3_600; time < now - 2 * 3_600; time += 30)
    yield `ALERTS{${all.join(",")}} 1 ${time}`;
  yield "# EOF";
}

describe("the job that sends reports, as it runs in the cluster", () => {
  const folder = temporaryFolder();
  const program = path.join(folder, BUILT_MAILING);
  const inbox = new Inbox(path.join(folder, "inbox.jsonl"));
  /** Nobody has silenced anything. */
  const alertmanager = createServer((_, response) => response.end("[]"));
  let mail: MailServer;

  beforeAll(async () => {
    mkdirSync(path.join(folder, "secrets"));
    writeFileSync(path.join(folder, "secrets/smtp-password"), "fake-password\n");
    writeFileSync(program, jobBundle(BUILT_MAILING));
    mail = await startMailServer(inbox);
    await new Promise<void>((resolve) => alertmanager.listen(0, "127.0.0.1", resolve));
  });

  afterAll(async () => {
    alertmanager.close();
    await mail.close();
    removeFolder(folder);
  });

  /** Runs a command of it with what the stack tells it, but for addresses. */
  async function run(
    command: string,
    changes: Partial<DigestSettings>,
  ): Promise<{ code: number | null; output: string }> {
    if (!sendsReports(PLAN)) throw new Error("prod of the fixture sends no reports");
    const told = digestSettings(PLAN, PLAN.digest);
    const file = path.join(folder, "settings.json");
    const to = {
      smarthost: `127.0.0.1:${mail.port}`,
      requireTls: false,
      password: path.join(folder, "secrets/smtp-password"),
    };
    writeFileSync(file, JSON.stringify({ ...told, mail: { ...told.mail, ...to }, ...changes }));
    const { code, output } = await runProgram(process.execPath, [program, command, "--settings", file]);
    return { code, output };
  }

  it("fits into a ConfigMap, of which Kubernetes takes a megabyte", () => {
    expect(Buffer.byteLength(jobBundle(BUILT_MAILING))).toBeLessThan(700_000);
  });

  it("sends each day what fired and is over, and each week and month that nothing did", async () => {
    const now = Math.floor(Date.now() / 1_000);
    await withServer(await toolchain(), past(now), now, async ({ address: prometheus }) => {
      for (const period of ["day", "month"]) {
        const { port } = alertmanager.address() as AddressInfo;
        const ended = await run(period, { prometheus, alertmanager: `http://127.0.0.1:${port}` });
        expect(ended).toEqual({
          code: 0,
          output: expect.stringMatching(/^sent to platform@orders\.dev: prod prod-1, /),
        });
      }
    });
    const [daily, monthly] = inbox.all();
    expect(daily).toMatchObject({
      channel: "email",
      receiver: "platform@orders.dev",
      title: "prod prod-1, daily digest: 1 alert fired since yesterday, none of them now",
    });
    expect(daily?.text).toMatch(
      /^Alerts that fired and are over\n.*\nDiskAlmostFull +stock\/none +warning +stock /m,
    );
    expect(monthly?.title).toBe("prod prod-1, monthly report: every objective was kept, 0 pages");
  }, 120_000);

  it("fails where a server gives no answer, and says which, without the password", async () => {
    const ended = await run("day", { prometheus: "http://127.0.0.1:1" });
    expect(ended).toEqual({
      code: 1,
      output: expect.stringContaining("[http://127.0.0.1:1] does not answer as Prometheus does"),
    });
    expect(ended.output).not.toContain("fake-password");
  });

  it("is called wrongly without a command, and with settings that are none", async () => {
    expect((await run("year", {})).output).toContain("[year] is no command: one of day, week, month, serve");
    const wrong = await run("day", { prometheus: "here" });
    expect(wrong.code).toBe(2);
    expect(wrong.output).toContain("are no settings of reports");
  });
});
