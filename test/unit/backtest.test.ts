import { wakingReceivers } from "../../plan/routing";
import type { AlertingRule, Labels } from "../../plan/monitoring-plan";
import { is, type Route, type RoutingPlan } from "../../plan/routing";
import { firings, type Firing } from "../../review/backtest/firing";
import { notifications } from "../../review/backtest/notifications";
import { pagesOf, teamLoads } from "../../review/backtest/pages";

const S = 1_000;
const MINUTE = 60 * S;
const HOUR = 60 * MINUTE;
const END = 10 * 24 * HOUR;

const TREE: Route = {
  receiver: "chat",
  matchers: [],
  groupBy: ["team", "slo"],
  routes: [
    {
      receiver: "page",
      matchers: [is("severity", "critical")],
      groupWait: "10s",
      groupInterval: "1m",
      repeatInterval: "1h",
      muteTimeIntervals: ["work"],
      routes: [],
    },
  ],
};

const ROUTING: RoutingPlan = {
  root: TREE,
  receivers: [
    { name: "chat", purpose: "alerts", integrations: [{ kind: "slack", channel: "#a", webhookSecret: "a" }] },
    {
      name: "page",
      purpose: "alerts",
      integrations: [{ kind: "pagerduty", address: "https://pager.example.com", routingKeySecret: "b" }],
    },
  ],
  inhibitRules: [
    { name: "outage", source: [is("alertname", "Down")], target: [is("alertname", "Slow")], equal: ["team"] },
  ],
  // The third of January 1970 was a Saturday.
  silences: [{ name: "work", parts: [{ start: "10:00", end: "11:00", weekday: "saturday" }] }],
  resolveTimeout: "5m",
};

function alert(from: number, to: number, labels: Labels = {}): Firing {
  const own = { alertname: "Slow", severity: "critical", team: "shop", slo: "api", ...labels };
  return { labels: own, from, to, isOlder: false };
}

/** Seconds, states and how many alerts fire, of what a receiver gets. */
function sent(
  fired: readonly Firing[],
  receiver = "page",
  end = END,
): readonly (readonly [number, string, number])[] {
  return notifications(ROUTING, fired, end)
    .filter((one) => one.receiver === receiver)
    .map(({ at, status, firing }) => [at / S, status, firing.length]);
}

describe("what Alertmanager sends of a past", () => {
  it("waits for company, and tells the end at the next tick of the group", () => {
    expect(sent([alert(0, 95 * S)])).toEqual([
      [10, "firing", 1],
      [130, "resolved", 0],
    ]);
  });

  it("is nothing where it was over before the wait was", () => {
    expect(sent([alert(0, 9 * S)])).toEqual([]);
  });

  it("is one message for what comes together, and another when more joins", () => {
    const other = { alertname: "Wrong" };
    expect(sent([alert(0, HOUR / 2), alert(5 * S, HOUR / 2, other)])[0]).toEqual([10, "firing", 2]);
    expect(sent([alert(0, HOUR / 2), alert(15 * S, HOUR / 2, other)]).slice(0, 2)).toEqual([
      [10, "firing", 1],
      [70, "firing", 2],
    ]);
  });

  it("says nothing of one that came back before anybody heard of its end", () => {
    expect(sent([alert(0, 20 * S), alert(50 * S, 100 * S)])).toEqual([
      [10, "firing", 1],
      [130, "resolved", 0],
    ]);
  });

  it("repeats after the interval, at a tick", () => {
    expect(sent([alert(0, 90 * MINUTE)]).map(([at]) => at)).toEqual([10, 3_670, 5_410]);
  });

  it("leaves out what another silences, says it when that is over, and lets an incident that is silenced later stand", () => {
    const down = (from: number, to: number): Firing =>
      alert(from, to, { alertname: "Down", slo: "none", severity: "warning" });
    expect(sent([alert(0, HOUR), down(0, 5 * MINUTE)])[0]).toEqual([310, "firing", 1]);
    expect(sent([alert(0, HOUR), down(5 * MINUTE, 2 * HOUR)])).toEqual([[10, "firing", 1]]);
    expect(
      sent([alert(0, HOUR), { ...down(0, HOUR), labels: { ...down(0, HOUR).labels, team: "other" } }])[0],
    ).toEqual([10, "firing", 1]);
  });

  it("is silent in planned maintenance, and says afterwards what still fires", () => {
    const saturday = 2 * 24 * HOUR + 10 * HOUR + 30 * MINUTE;
    const monday = saturday + 2 * 24 * HOUR;
    expect(sent([alert(saturday, saturday + HOUR)])[0]?.[0]).toBe((saturday + 30 * MINUTE) / S + 10);
    expect(sent([alert(monday, monday + HOUR)])[0]?.[0]).toBe(monday / S + 10);
  });

  it("has the timers of Alertmanager itself where no route has any", () => {
    const warning = { severity: "warning" };
    expect(sent([alert(0, 6 * MINUTE, warning)], "chat")).toEqual([
      [30, "firing", 1],
      [630, "resolved", 0],
    ]);
  });

  it("ends where the past does", () => {
    expect(sent([alert(0, Infinity)], "page", MINUTE)).toEqual([[10, "firing", 1]]);
  });
});

describe("pages", () => {
  const pages = (fired: readonly Firing[], zone = "UTC") =>
    pagesOf(notifications(ROUTING, fired, END), wakingReceivers(ROUTING), zone);

  it("are the incidents of those who are woken, with all of their alerts, by the clocks of their zone", () => {
    const nine = 9 * HOUR;
    const [page, ...more] = pages([
      alert(nine, nine + HOUR),
      alert(nine + MINUTE, nine + HOUR, { alertname: "Wrong" }),
    ]);
    expect(more).toEqual([]);
    expect(page).toMatchObject({
      team: "shop",
      opened: nine + 10 * S,
      closed: nine + HOUR + 10 * S,
      alerts: ["Slow", "Wrong"],
      hours: "working",
    });
    expect(page?.dedupKey).toMatch(/^[0-9a-f]{64}$/);
    expect(pages([alert(0, HOUR, { severity: "warning" })])).toEqual([]);
    expect(pages([alert(nine, nine + HOUR)], "America/New_York")[0]?.hours).toBe("sleeping");
    expect(pages([alert(nine + 2 * 24 * HOUR, nine + 3 * 24 * HOUR)])[0]?.hours).toBe("off");
  });

  it("are counted by weeks back from the end, and held against the budget of the team", () => {
    const days = [0, 1, 8, 9, 9.1].map((day) => alert(day * 24 * HOUR, day * 24 * HOUR + HOUR));
    const [load] = teamLoads(pages(days), { from: 0, to: END }, { default: 2 });
    expect(load?.weeks.map(({ working, off, sleeping }) => working + off + sleeping)).toEqual([2, 3]);
    expect(load).toMatchObject({ team: "shop", budget: 2, over: 1 });
    expect(teamLoads(pages(days), { from: 0, to: END }, { shop: 3 })[0]?.over).toBe(0);
    expect(teamLoads([], { from: 0, to: END }, { shop: 3 })[0]).toMatchObject({
      team: "shop",
      open: 0,
      over: 0,
    });
  });

  it("are none where they were open already", () => {
    const [page] = pages([{ ...alert(0, HOUR), isOlder: true }]);
    expect(page?.isOlder).toBe(true);
    expect(teamLoads(page === undefined ? [] : [page], { from: 0, to: END }, {})[0]?.weeks).toEqual(
      Array.from({ length: 2 }, () => ({ working: 0, off: 0, sleeping: 0 })),
    );
  });
});

describe("an alert of a past", () => {
  const rule: AlertingRule = {
    kind: "alert",
    alert: "Slow",
    expr: "x",
    for: "2m",
    labels: { team: "shop" },
    annotations: {},
  };
  const grid = { from: 0, to: HOUR, step: 30 * S };
  const fires = (...stretches: readonly (readonly [from: number, to: number])[]) => fired(rule, ...stretches);
  const fired = (by: AlertingRule, ...stretches: readonly (readonly [from: number, to: number])[]) =>
    firings(
      by,
      stretches.map(([from, to]) => ({ labels: { pod: "a", replica: "0" }, from: from * S, to: to * S })),
      grid,
      { added: { cluster: "c" }, dropped: ["replica"] },
    );

  it("fires once it was there for as long as its rule asks, until the first evaluation without it", () => {
    expect(fires([60, 180])).toEqual([
      {
        labels: { alertname: "Slow", cluster: "c", pod: "a", team: "shop" },
        from: 180 * S,
        to: 210 * S,
        isOlder: false,
      },
    ]);
    expect(fires([60, 150])).toEqual([]);
  });

  it("is one across the end of a day, and another after a single evaluation without it", () => {
    expect(fires([60, 180], [210, 300]).map(({ from, to }) => [from / S, to / S])).toEqual([[180, 330]]);
    expect(fires([60, 180], [240, 390]).map(({ from, to }) => [from / S, to / S])).toEqual([
      [180, 210],
      [360, 420],
    ]);
  });

  it("fires on for as long as its rule keeps it, and is the same alert where its expression comes back meanwhile", () => {
    const keep = { ...rule, keep_firing_for: "100s" as const };
    const spans = (...stretches: readonly (readonly [number, number])[]): readonly (readonly number[])[] =>
      fired(keep, ...stretches).map(({ from, to }) => [from / S, to / S]);
    // Evaluations are half a minute apart, so that it ends with the one at two minutes after the first without it.
    expect(spans([60, 180])).toEqual([[180, 330]]);
    expect(spans([60, 180], [330, 360])).toEqual([[180, 510]]);
    expect(spans([60, 180], [360, 390])).toEqual([[180, 330]]);
    expect(spans([60, 120], [210, 330])).toEqual([[330, 480]]);
    expect(spans([60, 3_480])).toEqual([[180, Infinity]]);
  });

  it("fires from the beginning where it was there then, and on and on where the past ends first", () => {
    expect(fires([0, 30])[0]).toMatchObject({ from: 0, to: 60 * S, isOlder: true });
    expect(fires([3_000, 3_600])[0]?.to).toBe(Infinity);
  });
});
