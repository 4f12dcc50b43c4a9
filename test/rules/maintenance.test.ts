import { playableGroups, playedRules, type Question } from "../../lab/played-rules";
import { sloContext } from "../../generators/slo-context";
import type { InputSeries } from "../../plan/rule-test";
import { ALERTS } from "../../plan/names";
import type { Maintenance } from "../../slo/maintenance";
import { errorBudget } from "../../slo/objective";
import type { Slo } from "../../slo/service";
import { shopOf } from "../support/http-shop";
import { toolchain } from "../support/toolchain";

const EVERY = 60;
const PER_STEP = 3_000;
const MINUTE = 60 / EVERY;

/** Promtool's clock begins in 1970. */
function at(minutes: number): string {
  return new Date(minutes * 60_000).toISOString();
}

function planned(changes: Partial<Maintenance> = {}): Maintenance {
  return { services: ["shop"], reason: "a new disk", from: at(120), to: at(180), settle: "15m", ...changes };
}

/** Two hours are well, in the third everything fails, later half of it for twenty minutes. Whole minutes. */
const BAD = [
  { from: 120, to: 180, share: 1 },
  { from: 300, to: 320, share: 0.5 },
] as const;
const END = 420;

function history(): readonly InputSeries[] {
  const bad = Array.from({ length: END * MINUTE }, (_, step) => {
    const minute = step / MINUTE;
    return PER_STEP * (BAD.find(({ from, to }) => minute >= from && minute < to)?.share ?? 0);
  });
  const counter = (status: string, of: (failed: number) => number): InputSeries => {
    let sum = 0;
    const values = bad.map((failed) => (sum += of(failed)));
    return {
      series: `http_requests_total{cluster="prod-1",environment="prod",service="shop",job="shop-api",instance="shop-0",method="GET",route="/",status="${status}"}`,
      values: [0, ...values].join(" "),
    };
  };
  return [counter("200", (failed) => PER_STEP - failed), counter("500", (failed) => failed)];
}

function fires(alert: string, minute: number): Question {
  return { expr: `count(ALERTS{alertname="${alert}",alertstate="firing"}) or vector(0)`, at: `${minute}m` };
}

describe("planned maintenance", () => {
  const shop = shopOf("95%", "28d");
  const slo = shop.slos.find(({ id }) => id === "availability") as Slo;
  let promtool: string;

  beforeAll(async () => {
    ({ promtool } = await toolchain());
  }, 600_000);

  const played = (maintenance: readonly Maintenance[], questions: readonly Question[]) =>
    playedRules(promtool, playableGroups(sloContext(shop, slo, "prod", "1m", maintenance)), EVERY, [
      { series: history(), questions },
    ]);

  it.each<readonly [string, readonly Maintenance[]]>([
    ["once", [planned()]],
    ["every day", [planned({ every: "1d" })]],
    ["every week", [planned({ every: "7d" })]],
    ["in two overlapping parts", [planned({ from: at(150) }), planned({ to: at(155) })]],
  ])("pages nobody meanwhile and at once for what happens afterwards, planned %s", async (_, windows) => {
    const during = [125, 179, 181, 190, 215, 240, 299].map((minute) => fires(ALERTS.burn, minute));
    const after = [303, 310].map((minute) => fires(ALERTS.burn, minute));
    const tickets = [215, 299].map((minute) => fires(ALERTS.ticket, minute));
    expect(await played(windows, [...during, ...tickets, ...after])).toEqual([
      ...[...during, ...tickets].map(() => 0),
      ...after.map(() => 1),
    ]);
  });

  it("is what would have paged", async () => {
    const minutes = [125, 179, 303] as const;
    expect(
      await played(
        [],
        minutes.map((minute) => fires(ALERTS.burn, minute)),
      ),
    ).toEqual([1, 1, 1]);
    const elsewhere = planned({ services: ["cart"] });
    expect(await played([elsewhere], [fires(ALERTS.burn, 125)])).toEqual([1]);
  });

  it("is taken out of the budget, and counted beside it", async () => {
    const [adjusted = 0, all = 0, remaining = 0] = await played(
      [planned()],
      ["slo:sli_error:ratio28d", "slo:sli_error:ratio28d:all", "slo:error_budget:remaining_ratio"].map(
        (expr) => ({
          expr,
          at: `${END}m`,
        }),
      ),
    );
    // The hour of the exact counts slides over everything but the last hour, in which nothing is bad.
    const counted = END - 30;
    const burnt = 20 * 0.5;
    const shares = { adjusted: burnt / (counted - 65), all: (60 + burnt) / counted };
    expect(adjusted / shares.adjusted).toBeCloseTo(1, 1);
    expect(all / shares.all).toBeCloseTo(1, 1);
    expect(remaining).toBeCloseTo(1 - adjusted / errorBudget(slo.objective.default).toNumber(), 6);
  });
});
