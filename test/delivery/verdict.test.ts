import type { Delivery } from "../../lab/receivers/inbox";
import { SERVER_FAULTS, type Fault } from "./faults";
import { surprises } from "./table";
import { whatWasTold, type Told } from "./verdict";

const BEGUN = Date.parse("2026-01-01T00:00:00Z");
const ENDED = BEGUN + 60_000;

/** A message to PagerDuty so many seconds after the incident began. */
function message(status: Delivery["status"], after: number): Delivery {
  return {
    time: new Date(BEGUN + after * 1_000).toISOString(),
    channel: "pagerduty",
    receiver: "page-shop",
    status,
    alerts: "",
    title: `[${status}] prod shop: incident shop-inside`,
    text: "",
    links: [],
  };
}

const about = { service: "shop", receiver: "page-shop", moment: "inside" } as const;

/** What PagerDuty was told of the incident; Slack stays out of it. */
function toldBy(...deliveries: readonly Delivery[]): readonly Told[] {
  const told = whatWasTold(deliveries, about, { begun: BEGUN, ended: ENDED });
  return told.filter(({ channel }) => channel === "pagerduty");
}

function faultThat(effects: Pick<Fault, "does" | "may" | "twice">): Fault {
  const [any] = SERVER_FAULTS;
  if (any === undefined) {
    throw new Error("there are no faults");
  }
  return { ...any, says: "it rains", ...effects };
}

const harmless = faultThat({ does: {}, may: {}, twice: false });
const where = "of what begins and ends in it, at PagerDuty";

describe("the verdict on what arrived", () => {
  it.each([
    {
      why: "one page and one resolve",
      told: toldBy(message("firing", 10), message("resolved", 70)),
      says: [],
    },
    {
      why: "nothing at all",
      told: toldBy(),
      says: [`it rains: page lost ${where}`, `it rains: resolve lost ${where}`],
    },
    {
      why: "a resolve while the incident goes on",
      told: toldBy(message("firing", 10), message("resolved", 50), message("resolved", 70)),
      says: [`it rains: false all-clear ${where}`],
    },
    {
      why: "two of each",
      told: toldBy(
        message("firing", 10),
        message("firing", 11),
        message("resolved", 70),
        message("resolved", 71),
      ),
      says: [`it rains: page repeated ${where}`, `it rains: resolve repeated ${where}`],
    },
    {
      why: "messages to somebody else, or about something else",
      told: toldBy(
        { ...message("firing", 10), receiver: "page-other" },
        { ...message("firing", 10), title: "incident shop-before" },
      ),
      says: [`it rains: page lost ${where}`, `it rains: resolve lost ${where}`],
    },
  ])("is right about $why", ({ told, says }) => {
    expect(surprises({ fault: harmless, told })).toEqual(says);
  });

  it("takes what the page names, and misses it where it does not come", () => {
    const fault = faultThat({ does: { inside: ["page lost", "resolve lost"] }, may: {}, twice: true });
    expect(surprises({ fault, told: toldBy() })).toEqual([]);
    expect(
      surprises({
        fault,
        told: toldBy(message("firing", 10), message("firing", 11), message("resolved", 70)),
      }),
    ).toEqual([
      `it rains: no page lost ${where}, though the page says so`,
      `it rains: no resolve lost ${where}, though the page says so`,
    ]);
  });

  it("takes what may come or not either way, of that incident alone", () => {
    const fault = faultThat({ does: {}, may: { inside: ["resolve lost"] }, twice: false });
    expect(surprises({ fault, told: toldBy(message("firing", 10)) })).toEqual([]);
    expect(surprises({ fault, told: toldBy(message("firing", 10), message("resolved", 70)) })).toEqual([]);
    const other = faultThat({ does: {}, may: { before: ["resolve lost"] }, twice: false });
    expect(surprises({ fault: other, told: toldBy(message("firing", 10)) })).toEqual([
      `it rains: resolve lost ${where}`,
    ]);
  });

  it("asks of the receiver that is well as much as ever", () => {
    const fault = faultThat({ does: { inside: ["page lost", "resolve lost"] }, may: {}, twice: false });
    expect(surprises({ fault: { ...fault, channel: "slack" }, told: toldBy() })).toEqual([
      `it rains: page lost ${where}`,
      `it rains: resolve lost ${where}`,
    ]);
  });
});
