import { against, type Against, type RulePast } from "../../review/backtest/against";
import type { Firing } from "../../review/backtest/firing";
import type { Matcher } from "../../plan/routing";

const MINUTE = 60_000;
const ONE = { job: "shop-web", labels: { service: "shop" } };
const OTHER = { job: "mail", labels: { service: "mail" } };
const PLAN = { services: [{ id: "shop" }, { id: "mail" }], scrape: { jobs: [ONE, OTHER] } };

function firing(labels: Firing["labels"], from: number, to: number, isOlder = false): Firing {
  return { labels, from: from * MINUTE, to: to * MINUTE, isOlder };
}

function past(
  alert: string,
  name: string,
  matches: readonly Matcher[],
  ...fired: readonly Firing[]
): RulePast {
  return { alert, slo: "", series: [{ name, matches }], fired };
}

function compared(theirs: readonly RulePast[], ours: readonly RulePast[]): Against {
  return against(PLAN, theirs, ours);
}

const kinds = ({ differences }: Against): readonly string[] =>
  differences.map(({ difference, alert }) => `${difference} ${alert}`);

describe("alerts of others beside ours", () => {
  it("are the same incident where both read the same and tell of it at nearly the same time", () => {
    const found = compared(
      [past("Old", "m", [], firing({ job: ONE.job }, 10, 20), firing({ job: ONE.job }, 30, 40))],
      [past("New", "m", [{ label: "job", op: "=~", value: ".+" }], firing(ONE.labels, 15, 42))],
    );
    const { service } = ONE.labels;
    expect(found).toEqual({
      shared: [
        {
          alert: "Old",
          service,
          by: `New ${service}/`,
          incidents: 1,
          began: [5 * MINUTE],
          ended: [2 * MINUTE],
        },
      ],
      differences: [],
      quiet: [],
      fresh: [],
    });
  });

  it("are late where ours begins more than a quarter of an hour after, and not where it was there before the past", () => {
    const theirs = [past("Old", "m", [], firing({}, 10, 60))];
    expect(kinds(compared(theirs, [past("New", "m", [], firing({}, 26, 60))]))).toEqual(["late Old"]);
    expect(kinds(compared(theirs, [past("New", "m", [], firing({}, 25, 60))]))).toEqual([]);
    expect(
      kinds(
        compared([past("Old", "m", [], firing({}, 0, 60, true))], [past("New", "m", [], firing({}, 26, 60))]),
      ),
    ).toEqual([]);
  });

  it("are told of by nobody else where times are far apart, or services are two", () => {
    const theirs = [past("Old", "m", [], firing({ job: ONE.job }, 10, 20))];
    const far = [past("New", "m", [], firing(ONE.labels, 36, 40))];
    expect(kinds(compared(theirs, far))).toEqual(["only-theirs Old", "only-ours New"]);
    const elsewhere = [past("New", "m", [], firing(OTHER.labels, 10, 20))];
    expect(kinds(compared(theirs, elsewhere))).toEqual(["only-theirs Old", "only-ours New"]);
    expect(kinds(compared([past("Old", "m", [], firing({}, 10, 20))], elsewhere))).toEqual([]);
  });

  it.each<readonly [what: string, theirs: readonly Matcher[], ours: readonly Matcher[], isCovered: boolean]>([
    ["no condition", [], [], true],
    [
      "conditions on other labels",
      [{ label: "a", op: "=", value: "1" }],
      [{ label: "b", op: "=", value: "2" }],
      true,
    ],
    ["two values", [{ label: "a", op: "=", value: "1" }], [{ label: "a", op: "=", value: "2" }], false],
    [
      "a value that a pattern takes",
      [{ label: "a", op: "=", value: "15" }],
      [{ label: "a", op: "=~", value: "1." }],
      true,
    ],
    [
      "a value that a pattern does not take",
      [{ label: "a", op: "=~", value: "1" }],
      [{ label: "a", op: "=", value: "15" }],
      false,
    ],
    [
      "a value that is excluded",
      [{ label: "a", op: "!=", value: "1" }],
      [{ label: "a", op: "=", value: "1" }],
      false,
    ],
  ])("read the same by %s", (_, theirs, ours, isCovered) => {
    const found = compared([past("Old", "m", theirs)], [past("New", "m", ours)]);
    expect(found).toMatchObject(
      isCovered
        ? { differences: [], quiet: ["Old"], fresh: [] }
        : {
            differences: [{ difference: "uncovered", alert: "Old", incidents: [] }],
            quiet: [],
            fresh: ["New"],
          },
    );
  });

  it("are one where rules of one name differ in how bad it is: what either reads is covered", () => {
    const theirs = [past("Old", "gone", []), past("Old", "m", [], firing({}, 10, 20))];
    expect(compared(theirs, [past("New", "m", [], firing({}, 10, 20))])).toMatchObject({
      differences: [],
      shared: [{ alert: "Old", incidents: 1 }],
    });
  });

  it("go on, so that nobody knows when they end", () => {
    const on = { ...firing({}, 10, 20), to: Infinity };
    expect(
      compared([past("Old", "m", [], on)], [past("New", "m", [], firing({}, 10, 20))]).shared,
    ).toMatchObject([{ began: [0], ended: [] }]);
    expect(compared([past("Old", "m", [], on)], [past("New", "m", [], on)]).shared).toMatchObject([
      { ended: [0] },
    ]);
  });
});
