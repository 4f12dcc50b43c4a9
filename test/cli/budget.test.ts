import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gateState } from "../../review/budget-gate";
import { placeOf } from "../../plan/environment";
import { withServer } from "../../tools/bench/server";
import { Checkout } from "../support/checkout";
import { planOf } from "../support/plan";
import { toolchain } from "../support/toolchain";
import type { ProcessEnd } from "../support/warm";

const PLAN = planOf("prod");
const STEP = 30;
/** Half an hour ago, with a minute for what the test takes until it asks. */
const SINCE_SECONDS = 1_800;

/** What is left of the budgets of a service, and how much of the window is known; `mail` has no records at all. */
const LEFT: Readonly<Record<string, readonly [left: number, known: number]>> = {
  "orders-api-availability": [0.2, 1],
  "orders-api-latency": [0.9, 1],
  "cart-availability": [0.4, 0.9],
  "cart-latency": [-3, 0.1],
  "stock-availability": [0.05, 1],
};

/** The records of the last half hour; of two hours and more nothing is there. */
function* past(now: number): Generator<string> {
  const place = placeOf(PLAN.environment);
  const line = (name: string, slo: string, value: number, at: number): string => {
    const labels = Object.entries({ slo_id: slo, ...place }).map(([label, text]) => `${label}="${text}"`);
    return `${name}{${labels.join(",")}} ${value} ${at}`;
  };
  for (const [name, index] of [
    ["slo:error_budget:remaining_ratio", 0],
    ["slo:window:coverage_ratio", 1],
  ] as const) {
    yield `# TYPE ${name} gauge`;
    for (const [slo, values] of Object.entries(LEFT)) {
      yield line(name, slo, values[index], now - 60);
      yield line(name, slo, values[index], now);
    }
  }
  for (const [name, value] of [
    ["slo:sli_error:rate5m", 0.01],
    ["slo:sli_total:rate5m", 1],
  ] as const) {
    yield `# TYPE ${name} gauge`;
    for (let at = now - SINCE_SECONDS; at <= now; at += STEP) {
      yield line(name, "orders-api-availability", value, at);
    }
  }
  yield "# EOF";
}

/** Two more services, of the parts of one. */
const SERVICES = `
  import { orders } from "./orders";
  import { stock } from "./stock";
  const like = (id: string) => ({ ...stock, id, title: id, dashboard: \`\${id}-slo\`, incidents: [] });
  export const services = [like("cart"), like("mail"), orders, stock];
`;

describe("the gate of a deployment", () => {
  const checkout = new Checkout();

  beforeEach(() => checkout.write("services/index.ts", SERVICES));
  afterEach(() => checkout.restore());
  afterAll(() => checkout.dispose());

  const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  const override = (service: string, expires: string, more: object = {}): object => ({
    service,
    stack: "prod",
    owner: "mara@example.com",
    reason: "a fix of the leak that spends the budget",
    expires,
    ...more,
  });
  const budget = (address: string, ...args: readonly string[]): Promise<ProcessEnd> =>
    checkout.tocsin("budget", ...args, "--env", "prod", "--prometheus", address);

  it("goes by the worst objective that is known, and lets pass what somebody answers for until a day", async () => {
    const now = Math.floor(Date.now() / 1_000);
    await withServer(await toolchain(), past(now), now, async ({ address }) => {
      const frozen = await budget(address, "orders");
      const [verdict, head, ...rows] = frozen.stdout.split("\n");
      expect(frozen).toMatchObject({ code: 1, stderr: "" });
      expect(verdict).toBe("✗ orders in prod: freeze, deploy nothing but fixes");
      expect(head?.split(/ {2,}/)).toEqual(["objective", "state", "budget left", "window known", "policy"]);
      expect(rows.map((row) => row.split(/ {2,}/)).slice(0, 3)).toEqual([
        [
          "orders-api-availability",
          "freeze",
          "20.0 %",
          "100.0 %",
          "Deploy freeze: Emergency fixes only, all hands on reliability",
        ],
        ["orders-api-latency", "normal", "90.0 %", "100.0 %", "Normal: Deploy freely"],
        ["orders-database-availability", "unknown", "nothing recorded", "nothing recorded"],
      ]);

      // What too little is known of stops nobody: its alerts are silent, too.
      const caution = await budget(address, "cart");
      expect(caution.stdout).toMatch(/^✓ cart in prod: caution, deploy\n/);
      expect(caution.stdout).toMatch(/^cart-latency +unknown +-300\.0 % +10\.0 %$/m);
      expect(caution.code).toBe(0);

      const incident = await budget(address, "stock");
      expect(incident.stdout).toMatch(/^✗ stock in prod: incident, /);
      expect(incident.code).toBe(1);

      checkout.write(
        "budget-overrides.json",
        JSON.stringify([override("stock", day(0)), override("orders", day(-1))]),
      );
      const overridden = await budget(address, "stock");
      expect(overridden.stdout).toMatch(/^✓ stock in prod: incident, deploy\n/);
      expect(overridden.stdout).toContain(
        `mara@example.com has it deployed all the same, until ${day(0)}: a fix of the leak that spends the budget\n`,
      );
      expect(overridden.code).toBe(0);
      const ended = await budget(address, "orders");
      expect(ended.stdout).toContain(`The override of mara@example.com ended on ${day(-1)}.\n`);
      expect(ended.code).toBe(1);

      const all = await budget(address);
      expect(all.stdout.split("\n").filter((line) => /^[✓✗]/.test(line))).toEqual([
        "✓ cart in prod: caution, deploy",
        "✗ mail in prod: unknown, deploy nothing but fixes",
        "✗ orders in prod: freeze, deploy nothing but fixes",
        "✓ stock in prod: incident, deploy",
      ]);
      expect(all.code).toBe(1);

      const silent = await budget(address, "mail");
      expect(silent.stdout).toMatch(/^✗ mail in prod: unknown, /);
      expect(silent.stdout).toContain(`[${address}] has no record of any of them`);
      expect(silent.code).toBe(1);

      // Less than was asked for is known: the half hour of an hour and a half.
      const since = new Date((now - 3 * SINCE_SECONDS) * 1_000).toISOString();
      const { stdout } = await budget(address, "orders", "--since", since, "--json");
      const said = JSON.parse(stdout) as {
        readonly services: readonly { readonly objectives: readonly Readonly<Record<string, unknown>>[] }[];
      };
      expect(said).toMatchObject({
        environment: "prod",
        deploy: false,
        services: [{ service: "orders", state: "freeze", deploy: false }],
      });
      const [api] = said.services[0]?.objectives ?? [];
      expect(api).toMatchObject({
        objective: "orders-api-availability",
        state: "freeze",
        remaining: 0.2,
        coverage: 1,
        policy: { name: "Deploy freeze" },
        place: { file: "services/orders/index.ts" },
      });
      // 1 % of errors is ten times the 0.1 % that may fail.
      expect(api?.["burn"]).toBeCloseTo(10, 6);
      // Of the two thirds that nobody knows nothing is counted.
      expect(api?.["spent"]).toBeCloseTo((10 * SINCE_SECONDS) / (28 * 86_400), 3);
      expect(api?.["known"]).toBeCloseTo(1 / 3, 1);
      const text = await budget(address, "orders", "--since", since);
      expect(text.stdout).toMatch(/burns 10\.0 times, 0\.\d+ % of the budget \(3\d % of the time known\)/);
    });
  }, 240_000);

  it.each([
    [1, "normal"],
    [0.5, "normal"],
    [0.4999, "caution"],
    [0.25, "caution"],
    [0.2499, "freeze"],
    [0.1, "freeze"],
    [0.0999, "incident"],
    [-4, "incident"],
  ])("of a budget of which %f is left is %s", (left, state) => {
    expect(gateState(left)).toBe(state);
  });

  describe("of what is none", () => {
    let login: HttpServer;
    let half: HttpServer;
    let slow: HttpServer;

    const listening = async (answer: Parameters<typeof createServer>[1]): Promise<HttpServer> => {
      const server = createServer(answer);
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return server;
    };
    const addressOf = (server: HttpServer): string =>
      `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

    beforeAll(async () => {
      login = await listening((_, response) => response.end("<html>Sign in</html>"));
      half = await listening((_, response) =>
        response.end('{"status":"success","data":{"resultType":"vector","result":['),
      );
      slow = await listening(() => undefined);
    });

    afterAll(() => {
      for (const server of [login, half, slow]) {
        server.closeAllConnections();
        server.close();
      }
    });

    it.each<readonly [what: string, args: () => readonly string[], message: string, code: number]>([
      [
        "a login page",
        () => ["orders", "--prometheus", addressOf(login)],
        "does not answer as Prometheus does",
        1,
      ],
      [
        "half an answer",
        () => ["orders", "--prometheus", addressOf(half)],
        "does not answer as Prometheus does",
        1,
      ],
      [
        "a server that hangs",
        () => ["orders", "--prometheus", addressOf(slow)],
        "cannot be reached: no answer within 5 seconds",
        1,
      ],
      [
        "nobody there",
        () => ["orders", "--prometheus", "http://127.0.0.1:2"],
        "[http://127.0.0.1:2] cannot be reached: connection refused",
        1,
      ],
      [
        "another service",
        () => ["ordres", "--prometheus", addressOf(login)],
        "[ordres] is no service with objectives in [prod]. Did you mean [orders]?",
        2,
      ],
      [
        "no time",
        () => ["orders", "--since", "yesterday", "--prometheus", addressOf(login)],
        "[yesterday] is not a time with its zone",
        2,
      ],
      [
        "a time to come",
        () => ["orders", "--since", "2999-01-01T00:00:00Z", "--prometheus", addressOf(login)],
        "is still to come",
        2,
      ],
    ])(
      "says so: %s",
      async (_, args, message, code) => {
        const { stderr, ...ended } = await checkout.tocsin("budget", "--env", "prod", ...args());
        expect(stderr).toContain(message);
        expect(ended).toMatchObject({ code, stdout: "" });
      },
      60_000,
    );

    it.each<readonly [what: string, text: string, problem: string]>([
      ["no reason", JSON.stringify([override("orders", "2026-12-31", { reason: "" })]), "[0].reason: "],
      [
        "no day",
        JSON.stringify([override("orders", "2026-02-30")]),
        "[0].expires: [2026-02-30] is not a day such as",
      ],
      ["half a file", '[{"service": "orders",', "the file is no JSON: "],
      [
        "a misspelt key",
        JSON.stringify([override("orders", "2026-12-31", { exprires: "2026-12-31" })]),
        "[0].exprires: [exprires] is no key of it\n    Did you mean [expires]?",
      ],
    ])(
      "says so, before anybody deploys: an override with %s",
      async (_, text, problem) => {
        checkout.write("budget-overrides.json", text);
        const { code, stdout } = await checkout.tocsin("check", "dev");
        expect(stdout).toContain("budget-overrides.json: ");
        expect(stdout).toContain(problem);
        expect(code).toBe(1);
      },
      60_000,
    );

    it("says so of prices that are none", async () => {
      checkout.write("prices.json", '{"gpm": {}}');
      const { code, stdout } = await checkout.tocsin("check", "dev");
      expect(stdout).toContain("prices.json: gpm: [gpm] is no key of it\n    Did you mean [gmp]?");
      expect(code).toBe(1);
    }, 60_000);
  });
});
