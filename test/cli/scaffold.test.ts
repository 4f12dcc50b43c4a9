import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { ALERTS } from "../../plan/names";
import { run } from "../../cli/main";
import * as read from "../../cli/new-arguments";
import { Checkout } from "../support/checkout";
import { planOf } from "../support/plan";
import { ENVIRONMENTS, ROOT, STACKS } from "../support/stacks";
import { runProgram } from "../support/program";
import type { ProcessEnd } from "../support/warm";

const mockedRoot = { folder: "" };

jest.mock("../../cli/root", () => ({
  ...jest.requireActual<object>("../../cli/root"),
  get ROOT(): string {
    return mockedRoot.folder;
  },
}));

/** A command in this process, where its own would take its time to say no. */
async function ranHere(...args: readonly string[]): Promise<ProcessEnd> {
  const said = { stdout: "", stderr: "" };
  const taps: { mockRestore(): void }[] = (["stdout", "stderr"] as const).map((stream) =>
    jest.spyOn(process[stream], "write").mockImplementation((text) => {
      said[stream] += String(text);
      return true;
    }),
  );
  // It would listen to the signals that end the workers.
  taps.push(jest.spyOn(process, "on").mockReturnValue(process));
  try {
    return { code: await run(args), ...said };
  } finally {
    for (const tap of taps) tap.mockRestore();
  }
}

const PAGE = "docs/adding-a-service.md";

/** It starts a process for each command, which takes its time where many run. */
const TIMEOUT = 600_000;

interface Block {
  readonly language: string;
  /** What stands behind the language: a file, or a word. */
  readonly about: string;
  readonly text: string;
}

const blocks: readonly Block[] = [
  ...readFileSync(path.join(ROOT, PAGE), "utf8").matchAll(/^```(\w+)(?: (.+))?\n([\s\S]*?)^```$/gm),
].map(([, language = "", about = "", text = ""]) => ({ language, about, text }));

/** The arguments of a command of the page, as a shell would split them. */
function argumentsOf(line: string): readonly string[] {
  const [program, rest = ""] = line.split("npm run -s tocsin -- ");
  if (program !== "" || /['"\\$]/.test(rest)) {
    throw new Error(`[${line}] is not a plain call of tocsin`);
  }
  return rest.split(" ");
}

describe(`${PAGE}, followed`, () => {
  const checkout = new Checkout();
  const before = planOf("prod");
  let plan: MonitoringPlan;
  const ends: (readonly [string, ProcessEnd])[] = [];
  const differing: string[] = [];

  beforeAll(async () => {
    for (const { language, about, text } of blocks) {
      if (language === "sh" && about !== "lab") {
        for (const line of text.trimEnd().split("\n")) {
          ends.push([line, await checkout.tocsin(...argumentsOf(line))]);
        }
      } else if (language === "ts" && checkout.text(about) !== text) {
        differing.push(`${about}:\n${checkout.text(about)}`);
      } else if (about.endsWith(" (added)")) {
        const file = about.replace(" (added)", "");
        checkout.edit(file, "{{ default }}\n", `${text}\n{{ default }}\n`);
      }
    }
    plan = await checkout.plan();
  }, TIMEOUT);

  afterAll(() => checkout.dispose());

  it("has commands that all succeed, a check of production and one of every stack among them", () => {
    expect(ends.filter(([, { code }]) => code !== 0)).toEqual([]);
    const checks = ends.filter(([line]) => / check/.test(line)).map(([, { stdout }]) => stdout);
    expect(checks.map((text) => [...text.matchAll(/^✓ (\w+)/gm)].map(([, stack]) => stack))).toEqual([
      ["prod"],
      [...STACKS],
    ]);
  });

  it("shows files as they are made", () => {
    expect(blocks.filter(({ language }) => language === "ts")).toHaveLength(2);
    expect(differing).toEqual([]);
  });

  it("needs about twenty lines for the service", () => {
    const [service] = blocks.filter(({ language }) => language === "ts");
    expect(service?.text.trimEnd().split("\n").length).toBeLessThanOrEqual(22);
  });

  it("gives production the SLOs and the alerts of the shop, and takes none away", () => {
    const own = plan.alerts.filter(({ service }) => service === "shop");
    expect(
      plan.slos.filter(({ service }) => service === "shop").map(({ id, objective }) => [id, objective]),
    ).toEqual([
      ["shop-availability", "99.9%"],
      ["shop-latency", "95%"],
    ]);
    const everySlo = [
      ...[ALERTS.burn, ALERTS.ticket, ALERTS.budgetCaution, ALERTS.budget, ALERTS.budgetExhausting],
      ALERTS.dataMissing,
      ALERTS.outsideContract,
    ];
    expect(own.map(({ alertname }) => alertname).sort()).toEqual(
      [...everySlo, ...everySlo, ALERTS.bucketMissing, "OrderQueueLong", "ServiceDown", "TargetsDown"].sort(),
    );
    expect(plan.alerts.filter(({ service }) => service !== "shop")).toEqual(before.alerts);
  });

  it("gives every alert a page from the plan, and adds to one what the team wrote", () => {
    const pages = plan.runbooks.filter(({ service }) => service === "shop");
    expect(pages.map(({ slug, isDefault }) => [slug, isDefault === true])).toEqual([
      ["drain-order-queue", false],
      ["error-budget-burn-ticket", true],
      ["high-error-rate", true],
      ["high-latency", true],
      ["low-error-budget", true],
      ["order-queue-long", false],
      ["service-down", true],
      ["sli-data-missing", true],
      ["slo-bucket-missing", true],
      ["targets-down", true],
    ]);
    const text = (slug: string): string => pages.find((page) => page.slug === slug)?.markdown ?? "";
    expect(text("order-queue-long")).toContain("[Drain order queue](drain-order-queue.md)");
    expect(text("order-queue-long")).toContain('max by (instance) (shop_order_queue_depth{job="shop-api"})');
    expect(text("high-error-rate")).toContain("more than 1.344 %");
    expect(text("high-latency")).toContain("more than 67.2 %");
    expect(text("low-error-budget")).toContain("40.32 minutes");
  });

  it("gives the lab an incident for every alert", () => {
    const shop = plan.services.find(({ id }) => id === "shop");
    const raised = (shop?.incidents ?? []).flatMap(({ alerts }) => alerts);
    const own = plan.alerts.filter(({ service }) => service === "shop");
    expect([...new Set(raised)].sort()).toEqual([...new Set(own.map(({ alertname }) => alertname))].sort());
  });

  it(
    "makes programs that the compiler has nothing to say about",
    async () => {
      const config = {
        extends: "./tsconfig.json",
        include: [],
        files: ["services/index.ts"],
      };
      const file = path.join(checkout.folder, "tsconfig.scaffold.json");
      writeFileSync(file, JSON.stringify(config));
      const compiler = path.join(ROOT, "node_modules/typescript/bin/tsc");
      expect(await runProgram(process.execPath, [compiler, "-p", file])).toEqual({ code: 0, output: "" });
    },
    TIMEOUT,
  );

  it("leaves every file as the formatter of this repository would", async () => {
    const files = checkout
      .files()
      .filter((file) => /^services\/(?:index\.ts|shop\/.+\.(?:md|ts))$/.test(file));
    expect(files).toHaveLength(5);
    const program = path.join(ROOT, "node_modules/prettier/bin/prettier.cjs");
    const ended = await runProgram(process.execPath, [
      program,
      "--list-different",
      ...files.map((file) => path.join(checkout.folder, file)),
    ]);
    expect(ended).toEqual({ code: 0, output: "" });
  });
});

const known = Object.keys(ENVIRONMENTS);
const readers = { ...read, serviceId: read.serviceId(known), environments: read.environments(known) };

describe("an argument of tocsin new", () => {
  const LINE = "is not a line of text without blanks around it";
  const OBJECTIVE =
    "is not an objective: it leaves no error budget that could be spent or kept. " +
    "Use a percentage above 0% and below 100% with at most six decimals, e.g. 99.9%.";
  const SECONDS = "is not a number of seconds above 0 and up to 3600, such as 0.3";
  const SLUG =
    "is not an identifier. Use lower-case words joined by hyphens, e.g. api-availability; 63 characters at most.";

  it.each<[keyof typeof readers, string, string, string]>([
    ["serviceId", "a".repeat(55), "a".repeat(56), "is longer than the 55 characters of a service's id"],
    ["slug", "queue-depth", "Queue", SLUG],
    [
      "alertName",
      "QueueDepth",
      "queueDepth",
      "is not an alert name. Use CamelCase letters and digits, e.g. HighErrorBudgetBurnRate; 100 characters at most.",
    ],
    ["title", "Pay desk", "", LINE],
    ["title", "Pay desk", "Pay\ndesk", LINE],
    ["objective", "0.001%", "100%", OBJECTIVE],
    ["objective", "99.9%", "99,9%", OBJECTIVE],
    [
      "share",
      "5%",
      "0%",
      "is not a threshold that a share can cross. Use a percentage above 0% and below 100%, e.g. 5%.",
    ],
    ["seconds", "0.3", "0", SECONDS],
    ["seconds", "10", "1e309", SECONDS],
    ["seconds", "10", "NaN", SECONDS],
    ["perSecond", "0.5", "Infinity", "is not a number above 0 and up to 100000000, such as 50"],
    ["events", "5", "-0", "is not a whole number of events from 0 to a billion, such as 5"],
    ["limit", "0.5", "0x1F", "is not a decimal number from 0 on, such as 100 or 0.5"],
    ["metric", "queue_depth", "queue.depth", "is not the name of a metric, such as shop_queue_depth"],
    ["holding", "0s", "8d", "is out of bounds. Use a duration from 0s to 7d."],
    ["window", "5m", "0s", "is out of bounds. Use a duration from 1m to 90d."],
    [
      "environments",
      "prod",
      "prd",
      "is not an environment. Did you mean [prod]? Use one of [beta, dev, prod, staging].",
    ],
  ])("that is read as %s takes [%s], and says of [%s] what is allowed", (name, good, bad, says) => {
    expect(String(readers[name](good))).toBe(good);
    expect(() => readers[name](bad)).toThrow(`[${bad}] ${says}`);
  });
});

describe("tocsin new", () => {
  const checkout = new Checkout();
  const files = checkout.files();

  afterAll(() => checkout.dispose());

  it.each([
    {
      call: ["service", "orders"],
      code: 1,
      says: "[orders] is a service already; name another one than [",
    },
    {
      call: ["service", "Shop!"],
      code: 2,
      says: "error: command-argument value 'Shop!' is invalid for argument 'id'. [Shop!] is not an identifier. Use lower-case words joined by hyphens, e.g. api-availability; 63 characters at most.",
    },
    {
      call: ["service", "shop", "--latency", "0"],
      code: 2,
      says: "error: option '--latency <seconds>' argument '0' is invalid. [0] is not a number of seconds above 0 and up to 3600, such as 0.3",
    },
    {
      call: ["service", "class"],
      code: 1,
      says: "[class] cannot be the name of a variable, which a service's id is; choose another one",
    },
    {
      call: ["service", "shop", "--objective", "100%"],
      code: 2,
      says: "error: option '--objective <percent>' argument '100%' is invalid. [100%] is not an objective: it leaves no error budget that could be spent or kept.",
    },
    {
      call: ["service", "shop", "--environments", "prod,moon"],
      code: 2,
      says: "argument 'prod,moon' is invalid. [moon] is not an environment. Use one of [beta, dev, prod, staging].",
    },
    {
      call: ["service", "shop", "--tier", "9"],
      code: 2,
      says: "argument '9' is invalid. Allowed choices are 1, 2, 3.",
    },
    {
      call: ["alert", "moon", "Late", "--kind", "gauge", "--metric", "a", "--limit", "1"],
      code: 2,
      says: "there is no service [moon]. Use one of [",
    },
    {
      call: ["alert", "orders", "KillSwitchEnabled", "--kind", "gauge", "--metric", "a", "--limit", "1"],
      code: 1,
      says: "[orders] has an alert called [KillSwitchEnabled] already; choose another name",
    },
    {
      call: ["alert", "orders", "Late", "--kind", "gauge", "--metric", "nowhere", "--limit", "1"],
      code: 2,
      says: "metric [nowhere] is not in the telemetry contract of [orders]; declare it there, or name another. Use one of [",
    },
    {
      call: ["alert", "orders", "Late", "--kind", "increase", "--metric", "pg_up", "--more-than", "1"],
      code: 2,
      says: "metric [pg_up] is a [gauge], and an alert of kind [increase] reads a counter; name another metric or kind",
    },
    {
      call: ["alert", "orders", "Late", "--kind", "gauge", "--metric", "pg_up"],
      code: 2,
      says: "error: an alert of kind [gauge] needs --limit <n>",
    },
    {
      call: ["runbook", "moon", "tides"],
      code: 2,
      says: "there is no service [moon]. Use one of [",
    },
    {
      call: ["runbook", "orders", "targets-down"],
      code: 1,
      says: "[services/orders/runbooks/targets-down.md] is there already, and nothing is overwritten",
    },
  ])(
    "refuses $call with the code $code, and writes nothing",
    async ({ call, code, says }) => {
      mockedRoot.folder = checkout.folder;
      const end = await ranHere("new", ...call);
      expect({ code: end.code, stdout: end.stdout }).toEqual({ code, stdout: "" });
      const [said = "", ...more] = end.stderr.trimEnd().split("\n");
      expect(said).toContain(says);
      expect(more).toEqual(said.startsWith("error: ") ? ["(--help shows what there is)"] : []);
      expect(checkout.files()).toEqual(files);
    },
    TIMEOUT,
  );

  it(
    "adds an alert to a service that was written by hand, and takes back everything where a file cannot be changed",
    async () => {
      const alert = ["new", "alert", "orders", "ApprovalQueueHuge", "--kind", "gauge"];
      const rest = ["--metric", "orders_approval_queue_depth", "--limit", "500"];
      const file = "services/orders/alerts.ts";
      checkout.edit(file, "export const alerts: readonly Alert[]", "export const others: readonly Alert[]");
      const refused = await checkout.tocsin(...alert, ...rest);
      expect(refused.code).toBe(1);
      checkout.restore();
      const before = checkout.text(file);
      expect(checkout.files()).toEqual(files);
      const { code, stderr } = await checkout.tocsin(...alert, ...rest);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(checkout.text(file).length).toBeGreaterThan(before.length);
      const check = await checkout.tocsin("check", "prod");
      expect(check.stdout).toMatch(/^✓ prod: /);
    },
    TIMEOUT,
  );
});
