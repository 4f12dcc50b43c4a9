import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { toLab } from "../../lab/to-lab";
import { panelId } from "../../plan/dashboard";
import { placeOf } from "../../plan/environment";
import { panelsOf, queriesOf } from "../support/dashboards";
import type { Lab } from "../support/lab";
import { planOf } from "../support/plan";

const answer = z.object({
  status: z.literal("success"),
  data: z.object({
    result: z.array(
      z.object({
        metric: z.record(z.string(), z.string()),
        value: z.tuple([z.number(), z.string()]).optional(),
        values: z.array(z.tuple([z.number(), z.string()])).optional(),
      }),
    ),
  }),
});

interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly number[];
}

/** As fast as a lab plays; the second one has the speed that it has unless told otherwise. */
export const SPEED = 20;

/** The plan as the lab has it; its links lead nowhere here, because only queries are tried. */
const { dashboards, environment, slos } = toLab(planOf("prod"), {
  speed: SPEED,
  address: "http://127.0.0.1:1",
  smtp: "127.0.0.1:1",
  alertmanager: "http://127.0.0.1:1",
});

const here = placeOf(environment);

/** What panels ask, of a lab that plays production and is healthy; the last test breaks the API gateway. */
export function showsDashboards(lab: Lab): void {
  let prometheus = "";

  beforeAll(async () => {
    ({ prometheus } = await lab.state());
  });

  /** @throws Error with Prometheus' own words when it refuses the query */
  async function ask(path: string, parameters: Readonly<Record<string, string>>): Promise<readonly Series[]> {
    const response = await fetch(`${prometheus}/api/v1/${path}`, {
      method: "POST",
      body: new URLSearchParams(parameters),
    });
    const body: unknown = await response.json();
    const parsed = answer.safeParse(body);
    if (!parsed.success) {
      throw new Error(`${parameters["query"] ?? ""}: ${JSON.stringify(body)}`);
    }
    return parsed.data.data.result.map(({ metric, value, values = [] }) => ({
      labels: metric,
      values: [...(value === undefined ? [] : [value]), ...values].map(([, text]) => Number(text)),
    }));
  }

  const now = (expr: string): Promise<readonly Series[]> => ask("query", { query: expr });

  const recently = (expr: string): Promise<readonly Series[]> => {
    const end = Math.floor(Date.now() / 1_000);
    return ask("query_range", { query: expr, start: `${end - 30}`, end: `${end}`, step: "1.5" });
  };

  /** The first recorded value of a long window comes with the first evaluation of its group. */
  async function untilAnswered(question: () => Promise<readonly Series[]>): Promise<readonly Series[]> {
    const deadline = Date.now() + 45_000;
    for (;;) {
      const series = await question();
      if (series.length > 0 || Date.now() > deadline) {
        return series;
      }
      await sleep(1_000);
    }
  }

  /** Services name their panels alike, so one of them is asked. */
  function queryOf(key: string, index = 0): string {
    const own = dashboards.filter(({ service }) => ["orders", "tocsin"].includes(service));
    const panel = own.flatMap(panelsOf).find(({ id }) => id === panelId(key));
    return panel?.targets?.[index]?.expr ?? `no panel [${key}]`;
  }

  it.each(queriesOf(dashboards))(
    "answer $dashboard / $panel / $refId with numbers, at once and over time",
    async ({ expr }) => {
      for (const question of [now, recently]) {
        const series = await untilAnswered(() => question(expr));
        expect(series.length).toBeGreaterThan(0);
        expect(series.flatMap(({ values }) => values).filter((value) => !Number.isFinite(value))).toEqual([]);
      }
    },
    120_000,
  );

  it("show a healthy service as healthy", async () => {
    const one = async (key: string): Promise<number> => (await now(queryOf(key)))[0]?.values[0] ?? NaN;
    expect(await one("slo:api-availability:sli")).toBeGreaterThan(0.999);
    expect(await one("slo:api-availability:budget")).toBeGreaterThan(0.5);
    expect(await one("slo:api-availability:burn")).toBeLessThan(1);
    expect(await one("slo:api-availability:coverage")).toBeCloseTo(1, 1);
    expect(await one("latency:http_request_duration_seconds:P50")).toBeCloseTo(0.12, 1);
  });

  it("join the columns of the overview: a row per SLO in each", async () => {
    for (const index of [0, 1, 2, 3, 4]) {
      const rows = (await now(queryOf("overview:slos", index))).map(({ labels }) => labels);
      expect(rows).toHaveLength(slos.length);
      expect(rows).toEqual(expect.arrayContaining(slos.map(({ id, service }) => ({ service, slo_id: id }))));
    }
  });

  it("show what a healthy service declares: its switches off, its queue and what operators did", async () => {
    const one = async (key: string): Promise<number> => (await now(queryOf(key)))[0]?.values[0] ?? NaN;
    expect(await one("panel:kill-switch")).toBe(0);
    expect(await one("panel:approval-queue-depth")).toBeCloseTo(6, 0);
    const kinds = (await now(queryOf("panel:operator-actions"))).map(({ labels }) => labels["action"]);
    expect(kinds.sort()).toEqual(["approve", "emergency_control", "reject", "replay"]);
  });

  it("break errors down by every endpoint, those without errors too", async () => {
    expect(await now(queryOf("slo:api-availability:errors-by-part"))).toHaveLength(6);
  });

  it("count 4xx by status, and say none where there are none", async () => {
    const query = queryOf("slo:api-availability:4xx");
    const statuses = (await now(query)).map(({ labels }) => labels["status"]);
    expect(statuses.sort()).toEqual(["404", "429", "499"]);
    const nothing = await now(query.replace("4..", "418"));
    expect(nothing).toEqual([{ labels: { ...here, status: "none" }, values: [0] }]);
  });

  it("show an incident: the burn rate passes the page's factor, and 5xx have names", async () => {
    expect((await lab.tocsin("break", "api-errors")).status).toBe(0);
    const deadline = Date.now() + 60_000;
    let burn = 0;
    while (burn < 13.44 && Date.now() < deadline) {
      await sleep(1_000);
      burn = (await now(queryOf("slo:api-availability:burn")))[0]?.values[0] ?? 0;
    }
    expect(burn).toBeGreaterThan(13.44);
    const failing = (await now(queryOf("slo:api-availability:5xx"))).map(({ labels }) => labels["status"]);
    expect(failing.sort()).toEqual(["500", "502", "503"]);
  }, 90_000);
}
