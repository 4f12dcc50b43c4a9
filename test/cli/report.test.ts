import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { placeOf } from "../../plan/environment";
import { reportSettings } from "../../plan/report";
import { questionsOf } from "../../reports/questions";
import { monthBefore, monthIn, weekBefore } from "../../slo/calendar";
import { withServer } from "../../tools/bench/server";
import { planWith } from "../support/http-shop";
import { planOf } from "../support/plan";
import { regionalShop } from "../support/regions";
import { FIXTURE } from "../support/stacks";
import { toolchain } from "../support/toolchain";
import { WarmProcess } from "../support/warm";

const HOUR = 3_600;
const SLO = { service: "orders", slo_id: "orders-api-availability" } as const;
const warm = new WarmProcess(FIXTURE.root);

afterAll(() => {
  warm.end();
});

/** March, in which the clocks of Berlin change: 743 hours. */
const MARCH = monthIn("2026-03", "Europe/Berlin");

const home = placeOf(planOf("prod").environment);

/** 100 events an hour, 50 of them bad in one of 10 hours, and 100 of an hour that was planned; far more before, after and elsewhere, and nothing for 74 hours. */
function* past(): Generator<string> {
  for (const side of ["total", "error"] as const) {
    const name = `slo:sli_${side}:increase1h`;
    yield `# TYPE ${name} gauge`;
    for (const [cluster, factor] of [
      [home.cluster, 1],
      ["another", 90],
    ] as const) {
      const labels = Object.entries({ ...SLO, ...home, cluster }).map(
        ([label, value]) => `${label}="${value}"`,
      );
      for (let at = MARCH.from - 2 * HOUR; at <= MARCH.to + 2 * HOUR; at += HOUR) {
        const hour = (at - MARCH.from) / HOUR;
        const isOutside = at <= MARCH.from || at > MARCH.to;
        const events = side === "total" ? 100 : hour === 10 ? 50 : 0;
        if (hour <= 600 || hour > 674) {
          yield `${name}{${labels.join(",")}} ${factor * (isOutside ? 9_000 : events)} ${at}`;
        }
      }
    }
  }
  for (const side of ["total", "error"] as const) {
    const labels = Object.entries({ ...SLO, ...placeOf(planOf("prod").environment) });
    yield `# TYPE slo:sli_${side}:increase1h:excluded5m gauge`;
    const series = labels.map(([label, value]) => `${label}="${value}"`).join(",");
    yield `slo:sli_${side}:increase1h:excluded5m{${series}} 100 ${MARCH.from + 20 * HOUR}`;
  }
  yield "# EOF";
}

describe("the report of a calendar month", () => {
  it("is none where the server watches other places", async () => {
    const targets = [
      "# TYPE up gauge",
      `up{job="a",cluster="elsewhere",environment="dev"} 1 ${MARCH.to}`,
      "# EOF",
    ];
    const ended = await withServer(await toolchain(), targets, MARCH.to, ({ address }) =>
      warm.tocsin(
        {},
        "report",
        "prod",
        "--prometheus",
        address,
        "--month",
        "2026-03",
        "--zone",
        "Europe/Berlin",
      ),
    );
    expect(ended.stderr).toContain(
      "watches [elsewhere dev], and nothing of [prod]: name the server of [prod]",
    );
    expect(ended).toMatchObject({ code: 1, stdout: "" });
  }, 120_000);

  it("says what was counted in it, by the clocks of the zone", async () => {
    const { code, stdout } = await withServer(await toolchain(), past(), MARCH.to, ({ address }) =>
      warm.tocsin(
        {},
        "report",
        "prod",
        "--prometheus",
        `${address}/`,
        "--month",
        "2026-03",
        "--zone",
        "Europe/Berlin",
      ),
    );
    const [title, , part, head, ...lines] = stdout.split("\n");
    expect([title, part]).toEqual([
      `${home.environment} ${home.cluster}, monthly report: Sun 2026-03-01 00:00 to Wed 2026-04-01 00:00 Europe/Berlin`,
      "Objectives",
    ]);
    expect(head?.split(/ {2,}/)).toEqual([
      "objective",
      "promised",
      "good",
      "with maintenance",
      "budget spent",
      "bad events",
      "measured",
      "budget left",
      "change",
    ]);
    const of = (id: string): readonly string[] | undefined =>
      lines.find((line) => line.startsWith(`${id} `))?.split(/ {2,}/);
    expect(of(SLO.slo_id)).toEqual([
      SLO.slo_id,
      "99.9%",
      "99.925 %",
      "99.776 %",
      "74.7 %",
      "50 of 66900",
      "90.0 %",
    ]);
    expect(of("orders-api-latency")).toEqual([
      "orders-api-latency",
      "95%",
      "nothing counted",
      "0 of 0",
      "0.0 %",
    ]);
    expect(code).toBe(0);
  }, 120_000);

  it("asks for each value that is judged apart", () => {
    const plan = planWith(regionalShop());
    const [slo] = plan.slos.filter(({ id }) => id === "shop-lazy");
    expect(slo && questionsOf(reportSettings(plan), slo, { from: 0, to: 24 * HOUR })).toMatchObject({
      total: expect.stringMatching(
        /^sum by \(cluster, environment, slo_id, region\) \(sum_over_time\(slo:sli_total:increase1h\{slo_id="shop-lazy",.*\}\[86400s:1h\]\)\)$/,
      ),
      known: expect.stringMatching(/ \/ 24$/),
    });
  });

  it.each([
    ["2026-02", "UTC", 28 * 24, "2026-02-01T00:00:00.000Z"],
    ["2026-03", "Europe/Berlin", 743, "2026-02-28T23:00:00.000Z"],
    ["2026-10", "Europe/Berlin", 745, "2026-09-30T22:00:00.000Z"],
    ["2026-12", "Asia/Kolkata", 744, "2026-11-30T18:30:00.000Z"],
    ["2026-11", "America/New_York", 721, "2026-11-01T04:00:00.000Z"],
    ["2026-04", "Pacific/Auckland", 721, "2026-03-31T11:00:00.000Z"],
  ])("of %s in %s has %i hours", (month, zone, hours, begins) => {
    const { from, to } = monthIn(month, zone);
    expect((to - from) / HOUR).toBe(hours);
    expect(new Date(from * 1_000).toISOString()).toBe(begins);
  });

  it.each([
    ["2027-01-01T00:30:00Z", "UTC", "2026-12"],
    ["2027-01-01T00:30:00Z", "America/New_York", "2026-11"],
    ["2026-02-28T23:30:00Z", "Europe/Berlin", "2026-02"],
  ])("at %s in %s is about %s", (now, zone, month) => {
    expect(monthBefore(new Date(now), zone)).toBe(month);
  });

  it.each([
    ["2026-11-30T00:30:00Z", "UTC", "2026-11-23T00:00:00.000Z", 168],
    ["2026-11-30T00:30:00Z", "America/New_York", "2026-11-16T05:00:00.000Z", 168],
    ["2026-11-01T12:00:00Z", "Europe/Berlin", "2026-10-18T22:00:00.000Z", 169],
  ])("at %s in %s the last week began at %s and had %i hours", (now, zone, begins, hours) => {
    const { from, to } = weekBefore(new Date(now), zone);
    expect(new Date(from * 1_000).toISOString()).toBe(begins);
    expect((to - from) / HOUR).toBe(hours);
  });

  describe("of what is none", () => {
    let login: HttpServer;
    let address: string;

    beforeAll(async () => {
      login = createServer((_, response) => response.end("<html>Sign in</html>"));
      await new Promise<void>((resolve) => login.listen(0, "127.0.0.1", resolve));
      address = `http://127.0.0.1:${(login.address() as AddressInfo).port}`;
    });

    afterAll(() => {
      login.close();
    });

    it.each<readonly [args: (login: string) => readonly string[], message: string, code: number]>([
      [(url) => ["--prometheus", url], "does not answer as Prometheus does", 1],
      [(url) => ["--prometheus", url, "--month", "2026-13"], "[2026-13] is not a month", 2],
      [(url) => ["--prometheus", url, "--month", "9999-01"], "[9999-01] has not begun in UTC", 2],
      [(url) => ["--prometheus", url, "--zone", "europe/berlinn"], "[europe/berlinn] is not a time zone", 2],
      [
        (url) => ["--prometheus", url, "--month", "2026-03", "--period", "week"],
        "--month [2026-03] is of --period month",
        2,
      ],
      [
        (url) => ["--prometheus", url, "--at", "2999-01-01T00:00:00Z"],
        "--at [2999-01-01T00:00:00Z] is not over",
        2,
      ],
      [(url) => ["--prometheus", url, "--at", "yesterday"], "[yesterday] is not a time with its zone", 2],
      [(url) => ["--prometheus", url, "--period", "year"], "Allowed choices are day, week, month", 2],
      [
        (url) => ["--prometheus", url, "--alertmanager", "here:9093"],
        "[here:9093] is not an address of Alertmanager",
        2,
      ],
      [() => ["--prometheus", "localhost:9090"], "[localhost:9090] is not an address of Prometheus", 2],
    ])(
      "says so",
      async (args, message, code) => {
        const ended = await warm.tocsin({}, "report", "prod", ...args(address));
        expect(ended.stderr).toContain(message);
        expect(ended.stdout).toBe("");
        expect(ended.code).toBe(code);
      },
      60_000,
    );
  });
});
