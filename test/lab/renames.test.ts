import { mkdirSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AlertGate } from "../../lab/alert-gate";
import { backfill } from "../../lab/backfill";
import { writeLabFiles } from "../../lab/files";
import { freePort, startProgram, type RunningProgram } from "../../lab/process";
import { query } from "../../lab/prometheus-api";
import { Inbox } from "../../lab/receivers/inbox";
import { labServer, type LabServer } from "../../lab/server";
import { scaleDuration } from "../../lab/time-scale";
import { toLab, type LabSettings } from "../../lab/to-lab";
import { historyStart } from "../../lab/workload/history";
import { Workload } from "../../lab/workload/workload";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { ALERTS, RECORDS } from "../../plan/names";
import type { Percent } from "../../slo/objective";
import type { Service } from "../../slo/service";
import { planWith, shopOf } from "../support/http-shop";
import { eventually } from "../support/lab";
import { toolchain } from "../support/toolchain";
import { removeFolder, temporaryFolder } from "../support/program";

/** A scrape is half a second and four weeks are eleven hours. */
const SPEED = 60;

/** 3 % of the requests fail, and always have: the budget is overdrawn by the same amount at every moment. */
const FAILING = 0.03;

/** The service as its team declares it; so little of it may change that no history is lost. */
function shopWith({ team, title, objective }: { team: string; title: string; objective: Percent }): Service {
  const shop = shopOf("95%", "28d", 300);
  const metrics = shop.telemetry.metrics.map((metric) =>
    metric.type === "counter" ? { ...metric, usual: { status: { "500": FAILING } } } : metric,
  );
  const slos = shop.slos.map((slo) =>
    slo.id === "availability"
      ? { ...slo, title: `${title} availability`, objective: { default: objective } }
      : slo,
  );
  return { ...shop, team, title, telemetry: { ...shop.telemetry, metrics }, slos };
}

/** What is planned for the service alone: the monitoring of the monitoring is not renamed. */
function planOfShop(names: Parameters<typeof shopWith>[0]): MonitoringPlan {
  const shop = shopWith(names);
  const plan = planWith(shop);
  return {
    ...plan,
    services: plan.services.filter(({ id }) => id === shop.id),
    ruleGroups: plan.ruleGroups.filter(({ file }) => file === shop.id),
    scrape: {
      ...plan.scrape,
      jobs: plan.scrape.jobs.filter(({ job }) => shop.telemetry.jobs.some(({ name }) => name === job)),
    },
  };
}

interface Rules {
  readonly data: {
    readonly groups: readonly {
      readonly rules: readonly {
        readonly name: string;
        readonly health: string;
        readonly lastError?: string;
        readonly lastEvaluation: string;
      }[];
    }[];
  };
}

const NAMES = { team: "shop", title: "Shop", objective: "99.9%" } as const;
const availability = `{slo_id="shop-availability"}`;
const remaining = `${RECORDS.budgetRemaining}${availability}`;
const paging = `count by (team) (ALERTS{alertname="${ALERTS.burn}",slo_id="shop-availability",alertstate="firing"})`;

let folder: string;
let address: string;
let settings: LabSettings;
let server: ReturnType<typeof labServer>;
let prometheus: RunningProgram;
const crashes: string[] = [];

/** Starts a real Prometheus that has evaluated the rules of the service for four weeks. */
async function start(plan: MonitoringPlan): Promise<void> {
  const programs = await toolchain();
  const ports = { lab: await freePort(undefined, ""), prometheus: await freePort(undefined, "") };
  const own = `http://127.0.0.1:${ports.lab}`;
  address = `http://127.0.0.1:${ports.prometheus}`;
  settings = { speed: SPEED, address: own, smtp: "127.0.0.1:1", alertmanager: own };
  const now = Math.floor(Date.now() / 1_000);
  const workload = new Workload(plan.services, historyStart({ speed: SPEED, now }), SPEED);
  const lab = toLab(plan, settings);
  const options = { folder, plan, speed: SPEED, toolchain: programs, fresh: true, ports: {} };
  await backfill(
    { ...options, report: () => undefined, signal: new AbortController().signal },
    workload,
    now,
  );
  writeLabFiles(folder, lab, own);
  const gate = new AlertGate(path.join(folder, "told.json"));
  const inbox = new Inbox(path.join(folder, "inbox.jsonl"));
  server = labServer({
    plan: lab,
    original: plan,
    speed: SPEED,
    console: { script: "", style: "" },
    workload,
    inbox,
    token: "",
    gate,
    alertmanager: own,
    prometheus: address,
  } satisfies LabServer);
  await server.listen({ port: ports.lab, host: "127.0.0.1" });
  mkdirSync(path.join(folder, "logs"), { recursive: true });
  prometheus = startProgram(
    "prometheus",
    programs.prometheus,
    [
      `--config.file=${path.join(folder, "config", "prometheus", "prometheus.yml")}`,
      `--storage.tsdb.path=${path.join(folder, "data", "prometheus")}`,
      `--web.listen-address=127.0.0.1:${ports.prometheus}`,
      "--web.enable-lifecycle",
      `--query.lookback-delta=${lab.scrape.lookback}`,
    ],
    path.join(folder, "logs", "prometheus.log"),
    (message) => crashes.push(message),
  );
}

/** What every rule says once all were evaluated after a moment: nothing where they are well. */
async function complaintsAfter(moment: number): Promise<readonly string[]> {
  return eventually("an evaluation of every rule", 60, async () => {
    expect(crashes).toEqual([]);
    await sleep(200);
    const response = await fetch(`${address}/api/v1/rules`).catch(() => undefined);
    if (response?.ok !== true) {
      return undefined;
    }
    const { data } = (await response.json()) as Rules;
    const rules = data.groups.flatMap((group) => group.rules);
    return rules.length > 0 && rules.every(({ lastEvaluation }) => Date.parse(lastEvaluation) > moment)
      ? rules
          .filter(({ health }) => health !== "ok")
          .map(({ name, lastError }) => `${name}: ${lastError ?? ""}`)
      : undefined;
  });
}

/** Gives the running server the files of a service that was changed, as a deployment does. */
async function change(names: Parameters<typeof shopWith>[0]): Promise<readonly string[]> {
  writeLabFiles(folder, toLab(planOfShop(names), settings), settings.address);
  const reload = await fetch(`${address}/-/reload`, { method: "POST" });
  expect(reload.status).toBe(200);
  return complaintsAfter(Date.now());
}

async function ask(expr: string): Promise<readonly (readonly [team: string | undefined, value: number])[]> {
  const result = (await query(address, expr)) ?? [];
  return result.map(({ labels: { team }, value }) => [team, value] as const);
}

/** The team that is paged. An alert that was looked at before what it reads fires one evaluation later. */
async function pagedTeam(): Promise<string | undefined> {
  return eventually("a page", 30, async () => {
    const teams = await ask(paging);
    return teams.length === 1 && teams[0]?.[1] === 1 ? teams[0][0] : undefined;
  });
}

async function valueOf(expr: string): Promise<number> {
  const values = await ask(expr);
  expect(values).toHaveLength(1);
  return values[0]?.[1] ?? Number.NaN;
}

describe("a service whose history is four weeks long, on a running server", () => {
  beforeAll(async () => {
    folder = temporaryFolder();
    await start(planOfShop(NAMES));
    expect(await complaintsAfter(Date.now())).toEqual([]);
  }, 600_000);

  afterAll(async () => {
    await prometheus.stop();
    await server.close();
    removeFolder(folder);
  });

  it("keeps its budget and its page under a new team and title, and no rule fails", async () => {
    const before = await valueOf(remaining);
    expect(before).toBeCloseTo(1 - FAILING / 0.001, 0);
    expect(await pagedTeam()).toBe("shop");
    expect(await change({ ...NAMES, team: "commerce", title: "Store" })).toEqual([]);
    expect(await valueOf(remaining)).toBeCloseTo(before, 1);
    expect(await pagedTeam()).toBe("commerce");
  }, 120_000);

  it("keeps what it counted under a new objective, and judges all of it by that one", async () => {
    const ratio = `${RECORDS.ratio("28d")}${availability}`;
    const before = await valueOf(ratio);
    expect(await change({ team: "commerce", title: "Store", objective: "99.8%" })).toEqual([]);
    expect(await valueOf(ratio)).toBeCloseTo(before, 3);
    expect(await valueOf(remaining)).toBeCloseTo(1 - before / 0.002, 1);
    expect(await pagedTeam()).toBe("commerce");
  }, 120_000);

  it("has one series of what it counted in all that time", async () => {
    const counted = `${RECORDS.sampled("error", "1h", "5m")}${availability}`;
    const window = scaleDuration("28d", SPEED);
    expect(await ask(`round(count_over_time(${counted}[${window}]), 100)`)).toEqual([[undefined, 8_100]]);
  });
});
