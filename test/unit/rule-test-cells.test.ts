import { selection } from "../../generators/promql";
import { cellsOf, histogramCells } from "../../backends/rule-tests/cells";
import { serviceStories } from "../../backends/rule-tests/service-stories";
import { eventStream } from "../../backends/rule-tests/streams";
import { timeline, type Phase } from "../../backends/rule-tests/world";
import { conflicts, shop, shopDuration, shopRequests } from "../support/kinds";

const conflict = selection("http_requests_total", [...conflicts.of, ...conflicts.errors]);
const phase = (more: Partial<Phase>): Phase => ({ lasts: "10m", requestsPerSecond: 100, ...more });

describe("the series that a rule test needs of a counter", () => {
  const cells = cellsOf(shop, shopRequests);
  const rates = (one: Phase): Record<string, number> =>
    Object.fromEntries(cells.map((cell) => [Object.values(cell.labels).join(" "), cell.rate(one)]));

  it("stand for each kind of request that rules tell apart, with a bad one for each kind of error", () => {
    expect(Object.keys(rates(phase({}))).sort()).toEqual([
      "/cart GET 200",
      "/cart GET 500",
      "/cart PUT 200",
      "/cart PUT 409",
      "/cart PUT 500",
      "/healthz GET 200",
      "/healthz PUT 200",
      "/healthz PUT 409",
    ]);
  });

  it("share the traffic, and errors are of the requests that their alert looks at", () => {
    expect(rates(phase({ bad: { [conflict]: "0.4" } }))).toMatchObject({
      "/cart GET 200": 25,
      "/cart GET 500": 0,
      "/cart PUT 200": 15,
      "/cart PUT 409": 10,
      "/healthz PUT 409": 10,
    });
  });

  it("are what the model counts: the same share of the alert's requests, and no server errors", () => {
    const line = timeline([phase({ bad: { [conflict]: "0.4" } })], "30s");
    const last = (values: readonly number[]): number => values.at(-1) ?? 0;
    const { total, bad } = eventStream(shop, conflicts, line);
    expect(last(bad) / last(total)).toBeCloseTo(0.4, 9);
    const [availability] = shop.slos;
    const errors = availability === undefined ? [] : eventStream(shop, availability.sli, line).bad;
    expect([errors.length, last(errors)]).toEqual([21, 0]);
  });

  it("refuse a story in which more than everything is bad", () => {
    expect(() => rates(phase({ bad: { [conflict]: "1.1" } }))).toThrow("more than all events");
  });
});

describe("two objectives of one histogram", () => {
  it("burn together: what is slower than the higher bound counts for the lower one, too", () => {
    const story = serviceStories(shop, "prod").find(({ sentence }) => sentence.startsWith("every SLO"));
    const [cell] = histogramCells(shop, shopDuration);
    const burning = story?.phases[1];
    if (cell === undefined || burning === undefined) {
      throw new RangeError("the story or the series is not there");
    }
    const shares = ["0.2", "0.5"].map((bound) => cell.beyond(bound, burning));
    expect(shares).toEqual([expect.closeTo(1, 9), expect.closeTo(30 * 0.01, 9)]);
  });
});
