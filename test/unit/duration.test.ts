import fc from "fast-check";
import { durationOf, isDuration, longest, milliseconds, plus, ratioOf, times } from "../../slo/duration";

describe("a duration", () => {
  it.each([
    ["0s", 0],
    ["250ms", 250],
    ["30s", 30_000],
    ["5m", 300_000],
    ["6h", 21_600_000],
    ["28d", 2_419_200_000],
  ])("written %s has %d milliseconds", (text, expected) => {
    expect(isDuration(text)).toBe(true);
    expect(milliseconds(text)).toBe(expected);
  });

  it.each(["", "5", "m", "1h30m", "1.5h", "05m", "-5m", "5 m", "5M", "1w", "1y", "5m\n"])(
    "is not what [%s] is",
    (text) => {
      expect(isDuration(text)).toBe(false);
      expect(() => milliseconds(text)).toThrow(
        new RangeError(`[${text}] is not a duration such as 30s, 5m or 28d`),
      );
    },
  );

  it.each([
    [0, "0s"],
    [1, "1ms"],
    [1_500, "1500ms"],
    [90_000, "90s"],
    [3_600_000, "1h"],
    [5_400_000, "90m"],
    [604_800_000, "7d"],
  ])("of %d milliseconds is written %s", (ms, text) => {
    expect(durationOf(ms)).toBe(text);
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])("cannot have %d milliseconds", (ms) => {
    expect(() => durationOf(ms)).toThrow(
      new RangeError(`[${String(ms)}] is not a whole number of milliseconds`),
    );
  });

  it("reads back as what was written, for every whole number of milliseconds", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000_000 }), (ms) => {
        expect(isDuration(durationOf(ms))).toBe(true);
        expect(milliseconds(durationOf(ms))).toBe(ms);
      }),
    );
  });
});

describe("arithmetic of durations", () => {
  it("multiplies, adds and divides in the largest unit that fits", () => {
    expect([times("30s", 4), times("15m", 4), plus("45m", "15m"), plus("1d", "1s")]).toEqual([
      "2m",
      "1h",
      "1h",
      "86401s",
    ]);
    expect([ratioOf("28d", "1h"), ratioOf("5m", "30s"), ratioOf("1h", "1d")]).toEqual([672, 10, 1 / 24]);
  });

  it("keeps the longer one, and the first of two equal ones as it is written", () => {
    expect([longest("5m", "2m"), longest("75s", "2m"), longest("60m", "1h")]).toEqual(["5m", "2m", "60m"]);
  });

  it("undoes a multiplication by a division", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.integer({ min: 1, max: 1_000 }),
        (ms, factor) => {
          expect(ratioOf(times(`${ms}ms`, factor), `${ms}ms`)).toBe(factor);
        },
      ),
    );
  });
});
