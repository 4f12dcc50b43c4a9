import path from "node:path";
import { Inbox } from "../../lab/receivers/inbox";
import { startMailServer, type MailServer } from "../../lab/receivers/mail";
import { toLab } from "../../lab/to-lab";
import type { Labels } from "../../plan/monitoring-plan";
import type { RoutingPlan } from "../../plan/routing";
import { INTEGRATIONS, type IntegrationSettings } from "../../receivers";
import type { Maintenance } from "../../slo/maintenance";
import { Alertmanager, eventually, Sink, type ApiAlert } from "../support/alertmanager";
import { changedPlan } from "../support/plan";
import { toolchain } from "../support/toolchain";
import { removeFolder, temporaryFolder } from "../support/program";

/** Fast enough that a page is out within a second of its alert. */
const SPEED = 60;

interface PagerdutyEvent {
  readonly routing_key: string;
  readonly event_action: string;
  readonly dedup_key: string;
  readonly client_url: string;
  readonly links: readonly { readonly href: string }[];
  readonly payload: {
    readonly group?: string;
    readonly summary: string;
    readonly component?: string;
    readonly custom_details: Readonly<Record<string, unknown>>;
  };
}

interface SlackMessage {
  readonly attachments: readonly [
    Readonly<Record<"title" | "text" | "footer" | "fallback", string>> & { readonly title_link?: string },
  ];
}

interface TeamsMessage {
  readonly attachments: readonly [
    { readonly content: { readonly body: readonly { readonly text: string }[] } },
  ];
}

/** What Markdown takes for markup, and how it is escaped. */
const MARKDOWN = /[\\*_[\]()~#<>&|!`]/;
const MARKDOWN_ESCAPE = /\\([\\*_[\]()~#<>&|!`])/g;
const CUT = /… \(cut at \d+ characters\)/g;

const folder = temporaryFolder();
const sink = new Sink();
const inbox = new Inbox(path.join(folder, "inbox.jsonl"));
let mail: MailServer;
let alertmanager: Alertmanager;

const PAGE = "page-orders";

/** Somebody always works on it. */
const ALL_DAY: Maintenance = {
  services: ["stock"],
  reason: "a new disk",
  from: "2027-01-09T00:00Z",
  to: "2027-01-09T23:45Z",
  every: "1d",
  settle: "15m",
};

/** One of each kind, and two of one. */
const EVERY_KIND: readonly IntegrationSettings[] = [
  { kind: "pagerduty", address: "https://events.example", routingKeySecret: "pager" },
  { kind: "slack", channel: "#a", webhookSecret: "slack-a" },
  { kind: "slack", channel: "#b", webhookSecret: "slack-b" },
  { kind: "msteams", webhookSecret: "teams" },
  { kind: "webhook", urlSecret: "hook" },
  {
    kind: "email",
    to: "team@example.com",
    from: "tocsin@example.com",
    smarthost: "smtp.example.com:587",
    username: "tocsin",
    passwordSecret: "smtp",
    requireTls: true,
  },
];

/** The production routing on a fast clock, with receivers of every kind for one team. */
function routingAt(address: string, smtp: string): RoutingPlan {
  const plan = changedPlan("prod", { maintenance: [ALL_DAY] });
  const receivers = plan.routing.receivers.map((receiver) =>
    receiver.name === PAGE ? { ...receiver, integrations: EVERY_KIND } : receiver,
  );
  const { routing } = toLab(
    { ...plan, routing: { ...plan.routing, receivers } },
    {
      speed: SPEED,
      address,
      smtp,
      alertmanager: address,
    },
  );
  return routing;
}

beforeAll(async () => {
  const programs = await toolchain();
  mail = await startMailServer(inbox);
  const address = await sink.start();
  alertmanager = new Alertmanager(programs.alertmanager, path.join(folder, "alertmanager"), address);
  await alertmanager.start(routingAt(address, `127.0.0.1:${mail.port}`));
}, 600_000);

afterAll(async () => {
  await alertmanager.stop();
  sink.stop();
  await mail.close();
  removeFolder(folder);
});

const ours = {
  cluster: "prod-1",
  environment: "prod",
  service: "orders",
  severity: "critical",
  team: "orders",
};

function alert(labels: Labels, annotations: Labels = {}): ApiAlert {
  return { labels, annotations };
}

function pages(): readonly PagerdutyEvent[] {
  return sink.received
    .filter(({ path: at }) => at.startsWith("/pagerduty"))
    .map(({ body }) => body as PagerdutyEvent);
}

/** What was posted below a path. */
function at(below: string): readonly unknown[] {
  return sink.received.filter(({ path: to }) => to.startsWith(below)).map(({ body }) => body);
}

function messages(): readonly SlackMessage[] {
  return sink.received
    .filter(({ path: at }) => at.startsWith("/slack"))
    .map(({ body }) => body as SlackMessage);
}

/** A detail without the tab by which Alertmanager leaves it alone. */
function detail({ payload }: PagerdutyEvent, name: string): string {
  const value = payload.custom_details[name] ?? "";
  if (typeof value !== "string") {
    throw new Error(`the detail [${name}] is no text: ${JSON.stringify(value)}`);
  }
  return value.replace(/^\t/, "");
}

function unescaped(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

const TEXTS: Readonly<Record<string, string>> = {
  braces: "{{ $labels.nobody }} of {{ end }}",
  unbalanced: "a {{ b",
  "a YAML map": '{a: "{{ b }}", c: {d: "{{"}}',
  "a YAML list": '- "{{ a }}"\n- {{ b',
  "a YAML key": "why: {{ not }}",
  quotes: `"double" 'single' \`back\``,
  backslashes: String.raw`C:\new\table \" \u0041 \\`,
  "control characters": "bell \u0007 escape \u001b[31m tab \t one \u0001",
  "right to left": "مرحبا \u202eolleh\u202c שלום",
  "line ends": "\n\n",
  nothing: "",
  null: "null",
  "a number": "0123",
  Slack: "<!channel> <@U1> <https://evil.example|click> & &lt; *bold*",
  markup: "<script>alert(1)</script>",
  "64 kB": "0123456789abcdef".repeat(4_096),
  "64 kB of what JSON makes longest": "<".repeat(65_536),
};

describe("a notification", () => {
  const texts = Object.entries(TEXTS).map(([name, text], index) => ({ name, text, slo: `text-${index}` }));
  const longest = (text: string, length: number): string => Array.from(text).slice(0, length).join("");
  /** A title has at most 80 characters. */
  const titled = (text: string): string => {
    const whole = `prod-1 orders: ${text.trim() === "" ? "Texts" : text.trim()}`;
    return Array.from(whole).length > 80 ? `${longest(whole, 79)}…` : whole;
  };

  beforeAll(async () => {
    await alertmanager.post(
      texts.flatMap(({ text, slo }) => [
        alert(
          { ...ours, alertname: "Texts", slo },
          {
            summary: text,
            description: text,
            runbook_url: "https://runbooks.example/a?b=1&c=2",
            dashboard_url: text,
          },
        ),
        alert(
          {
            ...ours,
            alertname: "Labels",
            slo: `${slo}-label`,
            cluster: text,
            service: text,
            category: text,
            team: text,
          },
          { summary: "Of labels", description: slo },
        ),
      ]),
    );
  }, 60_000);

  const pageOf = (slo: string): Promise<PagerdutyEvent> =>
    eventually(`page of ${slo}`, () => pages().find(({ payload }) => payload.group === slo));
  const messageOf = (what: string, holds: (message: SlackMessage) => boolean): Promise<SlackMessage> =>
    eventually(`message of ${what}`, () => messages().find(holds));

  it.each(texts)(
    "pages with $name in its annotations, word for word",
    async ({ text, slo }) => {
      const page = await pageOf(slo);
      expect(page.payload.summary).toBe(titled(text));
      const firing = detail(page, "firing");
      const said = text === "" ? "" : `${text}: ${text}`;
      expect(firing.startsWith(`Texts (critical, firing) since `)).toBe(true);
      expect(firing).toContain(longest(said, 69_000));
      expect(firing.includes("… (cut at 70000 characters)")).toBe(said.length > 70_000);
      const [runbook, silence] = page.links.map(({ href }) => href);
      expect(runbook).toBe("https://runbooks.example/a?b=1&c=2");
      expect(silence).toMatch(/^http:/);
      expect(silence?.split("/#/")[1]).toBe(
        `silences/new?filter=%7Balertname=%22Texts%22,cluster=%22prod-1%22,environment=%22prod%22,service=%22orders%22,slo=%22${slo}%22%7D`,
      );
    },
    60_000,
  );

  it.each(texts)(
    "pages with $name in its labels, word for word",
    async ({ text, slo }) => {
      const page = await pageOf(`${slo}-label`);
      const shown = Array.from(text).length > 255 ? `${longest(text, 255)}… (cut at 255 characters)` : text;
      expect([detail(page, "cluster"), detail(page, "team"), page.payload.component ?? ""]).toEqual([
        shown,
        shown,
        shown,
      ]);
      expect(detail(page, "firing")).toContain(`Of labels: ${slo}\n`);
      expect(page.payload.summary).toContain(longest(text.trim(), 60));
    },
    60_000,
  );

  it.each(texts)(
    "writes $name to Slack, escaped, so that it pings nobody and links nowhere",
    async ({ text }) => {
      const shown = text.length > 1_200 ? `${longest(text, 1_200)}… (cut at 1200 characters)` : text;
      const message = await messageOf(text, ({ attachments: [{ text: body }] }) =>
        unescaped(body).includes(`UTC\n${shown}\n`),
      );
      const [attachment] = message.attachments;
      const rest = attachment.text
        .replaceAll("<https://runbooks.example/a?b=1&amp;c=2|Runbook>", "")
        .replaceAll(/<https?:\/\/[^|<>]*\|(?:Dashboard|Silence|Related alerts)>/g, "");
      for (const part of [rest, attachment.title, attachment.fallback, attachment.footer]) {
        expect(part).not.toMatch(/[<>]|&(?!(?:amp|lt|gt);)/);
      }
      expect(attachment.title_link).toBeUndefined();
    },
    60_000,
  );

  it.each(texts)(
    "mails $name, word for word",
    async ({ text }) => {
      const plain = (body: string): string => body.replaceAll("\r\n", "\n");
      const said = text === "" ? "\n" : `${text}: ${text}\n`;
      await eventually("mail", () =>
        inbox.all().find((one) => one.channel === "email" && plain(one.text).includes(said)),
      );
      expect(inbox.all().filter(({ title }) => !/^(?:resolved after \d+s: )?prod/.test(title))).toEqual([]);
    },
    60_000,
  );

  it.each(texts)(
    "mails $name to a team, headed as a page is, word for word",
    async ({ text, slo }) => {
      const mailed = await eventually(`mail of ${slo}`, () =>
        inbox
          .all()
          .find(
            ({ receiver, text: body }) =>
              receiver === "team@example.com" && body.includes(`slo=%22${slo}%22`),
          ),
      );
      expect(mailed.title.replaceAll(/\s+/g, " ")).toBe(titled(text).replaceAll(/\s+/g, " "));
    },
    60_000,
  );

  it.each(texts)(
    "writes $name to Teams, escaped, so that it is no markup and links nowhere",
    async ({ text, name }) => {
      const cards = (): readonly (readonly string[])[] =>
        at("/msteams").map((body) =>
          (body as TeamsMessage).attachments[0].content.body.map((one) => one.text),
        );
      const shown = Array.from(text).length > 250 ? `${longest(text, 250)}… (cut at 250 characters)` : text;
      const [title = "", body = ""] = await eventually(`card of ${name}`, () =>
        cards().find(([, said = ""]) =>
          said.replaceAll(MARKDOWN_ESCAPE, "$1").includes(`UTC\n\n${shown}\n\n`),
        ),
      );
      const rest = body
        .replace("**Texts** (critical, firing)", "")
        .replace("[Runbook](https://runbooks.example/a?b=1&c=2) ", "")
        .replaceAll(/\[(?:Dashboard|Silence|Related alerts)\]\(https?:\/\/[^()\s]*\) /g, "");
      for (const part of [title, rest]) {
        expect(part.replaceAll(CUT, "").replaceAll(MARKDOWN_ESCAPE, "")).not.toMatch(MARKDOWN);
      }
      expect(Math.max(...cards().map((card) => Buffer.byteLength(card.join("")) * 3.5))).toBeLessThan(28_000);
    },
    60_000,
  );

  it.each(texts)(
    "posts $name to a webhook, word for word",
    async ({ text, slo }) => {
      const sent = await eventually(`post of ${slo}`, () =>
        at("/webhook").find(
          (body) => (body as { alerts: readonly ApiAlert[] }).alerts[0]?.labels["slo"] === slo,
        ),
      );
      const [{ annotations } = { annotations: {} }] = (sent as { alerts: readonly ApiAlert[] }).alerts;
      expect(annotations).toEqual({
        summary: text,
        description: text,
        runbook_url: "https://runbooks.example/a?b=1&c=2",
        dashboard_url: text,
      });
    },
    60_000,
  );

  it("reaches every one of several of a kind", () => {
    const channels = at(`/slack/${PAGE}`).map((body) => (body as { channel: string }).channel);
    expect(new Set(channels)).toEqual(new Set(["#a", "#b"]));
    expect(channels.filter((channel) => channel === "#a")).toHaveLength(texts.length);
    expect(channels.filter((channel) => channel === "#b")).toHaveLength(texts.length);
  });

  it("is what the stand-ins of the lab take", () => {
    const read = Object.values(INTEGRATIONS).flatMap(({ kind, received }) =>
      sink.received
        .filter(({ path: to }) => to.startsWith(`/${kind}/`))
        .map(({ path: to, body }) => received?.(body, to.split("/")[2] ?? "")),
    );
    expect(read.length).toBeGreaterThan(5 * texts.length);
    expect(read.filter((notifications) => notifications?.[0]?.status !== "firing")).toEqual([]);
  });

  it("beats with any text, word for word", async () => {
    const beat = {
      alertname: "Watchdog",
      cluster: "prod-1",
      environment: "prod",
      service: "tocsin",
      severity: "none",
    };
    await alertmanager.post([alert({ ...beat, slo: "none-Watchdog" }, TEXTS)]);
    const { body } = await eventually("beat", () =>
      sink.received.find(({ path: at }) => at === "/heartbeat"),
    );
    const sent = (body as { alerts: readonly ApiAlert[] }).alerts.map(({ annotations }) => annotations);
    expect(sent).toEqual([TEXTS]);
  }, 60_000);

  it("is never given up", async () => {
    expect(await alertmanager.failures()).toEqual([]);
  });
});

describe("two productions with one routing key", () => {
  const of = (cluster: string): ApiAlert =>
    alert(
      { ...ours, alertname: "ServiceDown", cluster, slo: "clusters" },
      { summary: "Requests of the API: 2.1% bad" },
    );
  const sent = (): readonly (readonly string[])[] =>
    pages()
      .filter(({ payload }) => payload.group === "clusters")
      .map(({ dedup_key: key, event_action: action, payload, routing_key: to }) => [
        key,
        action,
        to,
        payload.summary,
      ]);

  it("have two incidents, and the end of one is not the end of the other", async () => {
    await alertmanager.post([of("prod-eu"), of("prod-us")]);
    const first = await eventually("page of each", () => (sent().length >= 2 ? [...sent()] : undefined));
    const keys = new Set(first.map(([key]) => key));
    expect(keys.size).toBe(2);
    expect(first.map(([, ...rest]) => rest).sort()).toEqual([
      ["trigger", "page-orders", "prod-eu orders: Requests of the API: 2.1% bad"],
      ["trigger", "page-orders", "prod-us orders: Requests of the API: 2.1% bad"],
    ]);
    const [over] = first.filter(([, , , summary]) => summary?.includes("prod-eu"));
    await alertmanager.post([{ ...of("prod-eu"), endsAt: new Date(Date.now() - 1_000).toISOString() }]);
    const resolves = await eventually("resolve", () => {
      const found = sent().filter(([, action]) => action === "resolve");
      return found.length > 0 ? found : undefined;
    });
    expect(resolves).toEqual([
      [
        over?.[0],
        "resolve",
        "page-orders",
        expect.stringMatching(/^resolved after \d+s: prod-eu orders: Requests of the API$/),
      ],
    ]);
  }, 120_000);
});

describe("alerts of other tools", () => {
  const titles = (): readonly string[] => pages().map(({ payload }) => payload.summary);

  it("are incidents of their own, which say what they are", async () => {
    await alertmanager.post([
      alert({ alertname: "NodeDown", severity: "critical", instance: "node-1" }),
      alert(
        { alertname: "EtcdNoLeader", severity: "critical", namespace: "kube-system", job: "etcd" },
        { message: "No leader." },
      ),
      alert(
        { alertname: "EtcdNoLeader", severity: "critical", namespace: "other", job: "etcd" },
        { summary: "None" },
      ),
      alert({ severity: "critical", sensor: "7" }),
    ]);
    const expected = [
      "NodeDown",
      "kube-system: EtcdNoLeader: No leader.",
      "other: EtcdNoLeader: None",
      "sensor=7 severity=critical",
    ];
    await eventually("page of each", () =>
      expected.every((title) => titles().includes(title)) ? true : undefined,
    );
    const found = pages().filter(({ payload }) => expected.includes(payload.summary));
    expect(new Set(found.map(({ dedup_key: key }) => key)).size).toBe(4);
    const node = found.find(({ payload }) => payload.summary.includes("NodeDown"));
    expect(node === undefined ? "" : detail(node, "firing")).toMatch(
      /^NodeDown \(critical, firing\) since [^\n]+\n\nalertname=NodeDown\ninstance=node-1\nseverity=critical\nSilence: \S+\nRelated alerts: \S+\n$/,
    );
  }, 60_000);

  it("silence nothing of which they know nothing", async () => {
    await alertmanager.post([alert({ alertname: "UnrelatedWarning", severity: "warning" })]);
    const message = await eventually("message", () =>
      messages().find(({ attachments: [{ title }] }) => title.includes("UnrelatedWarning")),
    );
    expect(message.attachments[0].title).toBe("UnrelatedWarning");
    const known = await alertmanager.alerts();
    expect(
      known.filter(({ labels }) => labels["slo"] === undefined).flatMap(({ status }) => status.inhibitedBy),
    ).toEqual([]);
  }, 60_000);

  it("do not feed the dead man's switch, whatever they are called", async () => {
    const beat = {
      alertname: "Watchdog",
      cluster: "prod-1",
      environment: "prod",
      service: "tocsin",
      severity: "none",
    };
    const strangers = [
      { alertname: "Watchdog", severity: "none" },
      { ...beat, service: "kube-prometheus" },
      { ...beat, cluster: "prod-2" },
      { ...beat, environment: "staging" },
      { ...beat, cluster: "" },
    ];
    await alertmanager.post(strangers.map((labels, index) => alert({ ...labels, stranger: `${index}` })));
    const beats = (): typeof sink.received => sink.received.filter(({ path: at }) => at === "/heartbeat");
    const before = beats().length;
    await alertmanager.post([alert({ ...beat, slo: "none-Watchdog" })]);
    await eventually("beats of our own", () => (beats().length > before + 1 ? true : undefined));
    expect(JSON.stringify(beats())).not.toContain("stranger");
  }, 60_000);
});

describe("planned maintenance", () => {
  it("is silent about its services, and about no other", async () => {
    const of = (service: string, severity: string): ApiAlert =>
      alert(
        { ...ours, service, severity, team: service, alertname: "Worked", slo: `worked-${severity}` },
        { summary: `${service} is worked on` },
      );
    const posted = (["critical", "warning", "info"] as const).flatMap((severity) => [
      of("stock", severity),
      of("orders", severity),
    ]);
    await alertmanager.post(posted);
    await eventually("page", () => pages().find(({ payload }) => payload.group === "worked-critical"));
    const said =
      (text: string): (() => SlackMessage | undefined) =>
      () =>
        messages().find((message) => JSON.stringify(message).includes(text));
    await eventually("warning", said("*Worked* (warning, firing)"));
    await eventually("mail", () => inbox.all().find(({ text }) => text.includes("orders is worked on")));
    const told = JSON.stringify([sink.received, inbox.all()]);
    expect(told).toContain("orders is worked on");
    expect(told).not.toContain("stock is worked on");
  }, 60_000);
});
