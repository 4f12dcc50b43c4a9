import { mkdirSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { writeLabFiles } from "../../lab/files";
import { freePort, startProgram } from "../../lab/process";
import { Inbox, type Delivery } from "../../lab/receivers/inbox";
import { startMailServer, type MailServer } from "../../lab/receivers/mail";
import { toLab } from "../../lab/to-lab";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { eventually } from "../support/lab";
import { planOf } from "../support/plan";
import { toolchain } from "../support/toolchain";
import { removeFolder, temporaryFolder } from "../support/program";
import { SmtpClient } from "../support/smtp-client";

let folder: string;
let inbox: Inbox;
let server: MailServer;

beforeEach(async () => {
  folder = temporaryFolder();
  inbox = new Inbox(path.join(folder, "inbox.jsonl"));
  server = await startMailServer(inbox);
});

afterEach(async () => {
  await server.close();
  removeFolder(folder);
});

function received(): Promise<Delivery> {
  return eventually("a mail", 30, () => inbox.all()[0]);
}

describe("the stand-in for the mail server", () => {
  const from = "tocsin@orders.example";

  it("keeps what a client delivers: receivers, subject, text, alerts and links", async () => {
    const client = await SmtpClient.connect(server.port);
    await client.deliver({
      from,
      to: ["platform@orders.example", "on-call@orders.example"],
      lines: [
        "Subject: =?UTF-8?Q?prod:_2_alerts_are_firing_=E2=80=93_today?=",
        "MIME-Version: 1.0",
        "Content-Type: multipart/alternative; boundary=parts",
        "",
        "--parts",
        "Content-Transfer-Encoding: quoted-printable",
        "Content-Type: text/plain; charset=UTF-8",
        "",
        "TargetsDown (warning, firing) since 2026-01-01 08:00:00 UTC",
        "Fewer than 90 % of the targets answer =E2=80=93 look=",
        " at them",
        "Runbook: https://runbooks.example/orders/targets-down?a=3Db",
        ".a line that begins with a dot",
        "HighLatency (warning, resolved) since 2026-01-01 07:00:00 UTC",
        "--parts",
        "Content-Type: text/html; charset=UTF-8",
        "",
        "<p>the same as HTML</p>",
        "--parts--",
      ],
    });
    const { time, ...mail } = await received();
    expect(new Date(time).toISOString()).toBe(time);
    expect(mail).toEqual({
      channel: "email",
      receiver: "platform@orders.example, on-call@orders.example",
      status: "firing",
      alerts: "TargetsDown firing, HighLatency resolved",
      title: "prod: 2 alerts are firing – today",
      text: [
        "TargetsDown (warning, firing) since 2026-01-01 08:00:00 UTC",
        "Fewer than 90 % of the targets answer – look at them",
        "Runbook: https://runbooks.example/orders/targets-down?a=b",
        ".a line that begins with a dot",
        "HighLatency (warning, resolved) since 2026-01-01 07:00:00 UTC",
        "",
      ].join("\n"),
      links: ["https://runbooks.example/orders/targets-down?a=b"],
    });
    expect(new Inbox(path.join(folder, "inbox.jsonl")).all()).toEqual([{ time, ...mail }]);
  });

  it("keeps nothing of a mail whose client hangs up before its end", async () => {
    const client = await SmtpClient.connect(server.port);
    await client.begin({ from, to: ["platform@orders.example"] });
    await client.hangUpAfter("Subject: half a ma");
    await sleep(500);
    expect(inbox.all()).toEqual([]);
  });
});

describe("a mail about alerts", () => {
  it("arrives from a real Alertmanager with the generated templates, readable and with its links", async () => {
    const port = await freePort(undefined, "--alertmanager-port");
    const plan = alwaysMailing(port);
    writeLabFiles(folder, plan, "http://127.0.0.1:1");
    mkdirSync(path.join(folder, "data"));
    const alertmanager = startProgram(
      "alertmanager",
      (await toolchain()).alertmanager,
      [
        `--config.file=${path.join(folder, "config", "alertmanager", "alertmanager.yml")}`,
        `--storage.path=${path.join(folder, "data")}`,
        `--web.listen-address=127.0.0.1:${port}`,
        "--web.external-url=http://127.0.0.1:1",
        "--cluster.listen-address=",
      ],
      path.join(folder, "alertmanager.log"),
      (message) => {
        throw new Error(message);
      },
    );
    try {
      const since = await eventually("Alertmanager", 30, () => postAlerts(port));
      expect(await received()).toMatchObject({
        channel: "email",
        receiver: "platform@orders.dev",
        title: "prod orders (2 alerts): The summary of HighLatency",
        alerts: "HighLatency firing, TargetsDown firing",
        text: `${["HighLatency", "TargetsDown"].map((name) => paragraph(name, since)).join("")}\n`,
        links: ["HighLatency", "TargetsDown"].flatMap((name) => Object.values(linksOf(name))),
      });
    } finally {
      await alertmanager.stop();
    }
  }, 60_000);
});

function linksOf(alertname: string): Readonly<Record<string, string>> {
  const place = "cluster=%22%22,environment=%22prod%22,service=%22orders%22";
  const address = "http://127.0.0.1:1";
  return {
    Runbook: `${address}/runbooks/orders/${alertname}`,
    Dashboard: `${address}/d/orders-slo`,
    Silence: `${address}/#/silences/new?filter=%7Balertname=%22${alertname}%22,${place},slo=%22api-latency%22%7D`,
    "Related alerts": `${address}/#/alerts?filter=%7B${place}%7D`,
  };
}

function paragraph(alertname: string, since: Date): string {
  return [
    `${alertname} (warning, firing) since ${since.toISOString().slice(0, 19).replace("T", " ")} UTC`,
    `The summary of ${alertname}: And more of it.`,
    ...Object.entries(linksOf(alertname)).map(([title, link]) => `${title}: ${link}`),
    "",
  ].join("\n");
}

/** The lab's plan with one route alone, by mail. */
function alwaysMailing(port: number): MonitoringPlan {
  const smtp = `127.0.0.1:${server.port}`;
  const alertmanager = `http://127.0.0.1:${port}`;
  const plan = toLab(planOf("prod"), { speed: 20, address: "http://127.0.0.1:1", smtp, alertmanager });
  const to = "platform@orders.dev";
  const integrations = [
    {
      ...{ kind: "email" as const, to, from: "tocsin@orders.dev", smarthost: smtp, username: "tocsin" },
      ...{ passwordSecret: "smtp-password", requireTls: false },
    },
  ];
  const root = {
    receiver: "mail",
    matchers: [],
    groupBy: ["environment"],
    groupWait: "1s" as const,
    routes: [],
  };
  const receivers = [{ name: "mail", purpose: "alerts" as const, integrations }];
  return { ...plan, routing: { ...plan.routing, root, receivers } };
}

/**
 * Since when the alerts fire: from the next full second on. Alertmanager does not hold back a group whose first alert is
 * older than `group_wait`: it would send that alert alone.
 */
async function postAlerts(port: number): Promise<Date | undefined> {
  const since = new Date(Math.ceil(Date.now() / 1000) * 1000);
  const alerts = ["HighLatency", "TargetsDown"].map((alertname) => ({
    labels: { alertname, severity: "warning", environment: "prod", service: "orders", slo: "api-latency" },
    annotations: {
      summary: `The summary of ${alertname}`,
      description: "And more of it.",
      runbook_url: `http://127.0.0.1:1/runbooks/orders/${alertname}`,
      dashboard_url: "http://127.0.0.1:1/d/orders-slo",
    },
    startsAt: since.toISOString(),
  }));
  return fetch(`http://127.0.0.1:${port}/api/v2/alerts`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(alerts),
  }).then(
    ({ ok }) => (ok ? since : undefined),
    () => undefined,
  );
}
