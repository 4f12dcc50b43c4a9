import { readdirSync, statSync, truncateSync } from "node:fs";
import { createServer, type Server as HttpServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import type { PastEngine } from "../../lab/backtest/engine";
import { Checkout } from "../support/checkout";
import { removeFolder, temporaryFolder } from "../support/program";
import { MINUTE, stockServer, withStockAlone } from "../support/stock-past";
import type { ProcessEnd } from "../support/warm";

interface Said {
  readonly known: number;
  readonly mended: number;
  readonly base?: Side;
  readonly head: Side;
}
interface Side {
  readonly asked: number;
  readonly records: { readonly read: number; readonly computed: number };
  readonly teams: readonly {
    readonly team: string;
    readonly weeks: readonly object[];
    readonly over: number;
  }[];
  readonly pages: readonly {
    readonly team: string;
    readonly opened: number;
    readonly closed: number;
    readonly hours: string;
    readonly alerts: readonly string[];
  }[];
}

describe("the alerts of a stack over a past", () => {
  const checkout = new Checkout();
  const folder = temporaryFolder();
  const servers: HttpServer[] = [];
  let server: PastEngine;
  let blocks: string;

  beforeAll(async () => {
    ({ server, blocks } = await stockServer(folder));
    withStockAlone(checkout);
    const rendered = await checkout.tocsin("render", "prod", "--out", path.join(folder, "base"));
    expect(`${rendered.code}: ${rendered.stdout}${rendered.stderr}`).toMatch(/^0: /);
  }, 600_000);

  beforeEach(() => {
    withStockAlone(checkout);
  });
  afterEach(() => checkout.restore());
  afterAll(async () => {
    for (const one of servers) {
      one.closeAllConnections();
      one.close();
    }
    await server.stop();
    checkout.dispose();
    removeFolder(folder);
  });

  const backtest = (prometheus: string, keep: string, ...args: readonly string[]): Promise<ProcessEnd> =>
    checkout.tocsin(
      ...["backtest", "prod", "--prometheus", prometheus, "--keep", path.join(folder, keep)],
      ...(args.includes("--until") ? args : ["--until", "2026-11-25T00:00:00Z", ...args]),
    );
  const listening = async (answer: Parameters<typeof createServer>[1]): Promise<string> => {
    const one = createServer(answer);
    servers.push(one);
    await new Promise<void>((resolve) => one.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(one.address() as AddressInfo).port}`;
  };
  /** The server, which answers so many reads of its samples. */
  const breaking = (reads: number, how: (response: ServerResponse) => void): Promise<string> => {
    let left = reads;
    return listening((request, response) => {
      const isRead = request.url?.startsWith("/api/v1/read") === true;
      if (isRead && (left -= 1) < 0) {
        how(response);
        return;
      }
      const pieces: Buffer[] = [];
      request.on("data", (piece: Buffer) => pieces.push(piece));
      request.on("end", () => {
        const { host: _, ...headers } = request.headers as Record<string, string>;
        const body = request.method === "POST" ? { body: Buffer.concat(pieces) } : {};
        void fetch(`${server.address}${request.url ?? ""}`, {
          method: request.method ?? "GET",
          headers,
          ...body,
        }).then(async (answer) => {
          response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
          response.end(Buffer.from(await answer.arrayBuffer()));
        });
      });
    });
  };
  const stockPages = ({ pages }: Side): readonly (readonly string[])[] =>
    pages
      .filter(({ alerts }) => alerts.includes("DiskAlmostFull"))
      .map(({ opened, closed, hours, team }) => [
        new Date(opened).toISOString().slice(8, 19),
        new Date(closed).toISOString().slice(8, 19),
        hours,
        team,
      ]);

  it("are what they would have done, beside those of another version, and beyond a budget it ends with 1", async () => {
    checkout.edit("services/stock/index.ts", 'above: "0.9"', 'above: "0.5"');
    checkout.write(
      "Pulumi.prod.yaml",
      `${checkout.text("Pulumi.prod.yaml")}  tocsin:onCall: { zone: Europe/Berlin, pagesPerWeek: { stock: 2 } }\n`,
    );
    const compared = ["--days", "2", "--base", path.join(folder, "base")];
    const { code, stdout } = await backtest(server.address, "kept", ...compared, "--json");
    const said = JSON.parse(stdout) as Said;
    // The clocks of Berlin are an hour ahead. Each fires after five minutes, and waits ten seconds for company.
    const pages = [
      ["23T10:05:10", "23T10:30:10", "working", "stock"],
      ["24T03:05:10", "24T03:40:10", "sleeping", "stock"],
    ];
    expect(said.base === undefined ? [] : stockPages(said.base)).toEqual(pages);
    expect(stockPages(said.head)).toEqual([...pages, ["24T12:05:10", "24T12:20:10", "working", "stock"]]);
    expect(said.head.teams.find(({ team }) => team === "stock")).toEqual({
      team: "stock",
      weeks: [{ working: 2, off: 0, sleeping: 1 }],
      open: 75 * MINUTE,
      budget: 2,
      over: 1,
    });
    expect(said).toMatchObject({ known: 1, mended: 0, head: { records: { read: 0 } } });
    expect(said.head.asked).toBeGreaterThan(0);
    expect(code).toBe(1);

    const again = await backtest(server.address, "kept", ...compared);
    expect(again.stdout).toMatch(
      /^prod, 2026-11-23 00:00 to 2026-11-25 00:00 UTC of 2 days asked: 3 pages; 2 by .*base\n/,
    );
    expect(again.stdout).toMatch(/^stock +2 → 3 +1 → 2 +0 +1 +1 h → 1 h 15 min +2 a week$/m);
    expect(again.stdout).toMatch(
      /^DiskAlmostFull +stock\/none-DiskAlmostFull +critical +2 → 3 .* page-stock$/m,
    );
    expect(again.stdout).toContain("✗ stock would have had more than its 2 pages in 1 week");
    expect(again.stderr).not.toMatch(/evaluated|computing/);
    expect(again.code).toBe(1);

    const head = path.join(folder, "head");
    expect(await checkout.tocsin("render", "prod", "--out", head)).toMatchObject({ code: 0 });
    const diff = await checkout.tocsin(
      "diff",
      path.join(folder, "base"),
      head,
      "--prometheus",
      "http://127.0.0.1:2",
    );
    expect(diff.stdout).toContain(
      "### Forecast\n\n- none: [http://127.0.0.1:2] cannot be reached: connection refused",
    );
    expect(diff.code).toBe(0);
  }, 300_000);

  it("are those of a folder of blocks, of which less than was asked for is known", async () => {
    const { code, stdout } = await backtest(
      blocks,
      "blocks",
      "--until",
      "2026-11-24T00:00:00Z",
      "--days",
      "4",
    );
    expect(stdout).toContain("\n25.0 % of the time is known to the server; of the rest nothing is said.\n");
    expect(stdout).toMatch(/^stock +1 +/m);
    expect(code).toBe(0);
  }, 300_000);

  it("go on where a server broke off, and where what was kept is half written", async () => {
    const day = ["--until", "2026-11-24T00:00:00Z", "--days", "1"];
    for (const how of [
      (response: ServerResponse) => response.writeHead(503).end("busy"),
      (response: ServerResponse) =>
        response.writeHead(200, { "content-length": "9999" }).write("half", () => response.destroy()),
    ]) {
      const broken = await backtest(await breaking(60, how), "resumed", ...day);
      expect(broken.stderr).toMatch(/tocsin: the history of \[http.*\] could not be read whole: /);
      expect(broken.stderr).toContain("What was found until then is kept: call it again, and it goes on.\n");
      expect(broken).toMatchObject({ code: 1, stdout: "" });
    }
    const whole = JSON.parse((await backtest(server.address, "resumed", ...day, "--json")).stdout) as Said;
    expect(stockPages(whole.head)).toEqual([["23T10:05:10", "23T10:30:10", "working", "stock"]]);

    const [file = ""] = readdirSync(path.join(folder, "resumed")).filter((name) => name.endsWith(".jsonl"));
    const kept = path.join(folder, "resumed", file);
    truncateSync(kept, statSync(kept).size - 20);
    const again = JSON.parse((await backtest(server.address, "resumed", ...day, "--json")).stdout) as Said;
    expect(again).toEqual({ ...whole, mended: 1, head: { ...whole.head, asked: 1 } });
  }, 300_000);

  it.each<
    readonly [
      what: string,
      args: () => Promise<readonly string[]> | readonly string[],
      code: number,
      message: string,
    ]
  >([
    [
      "nobody there",
      () => ["--prometheus", "http://127.0.0.1:2"],
      1,
      "cannot be reached: connection refused",
    ],
    [
      "a login page",
      async () => ["--prometheus", await listening((_, response) => response.end("<html>Sign in</html>"))],
      1,
      "does not answer as Prometheus does",
    ],
    [
      "a server that hangs",
      async () => ["--prometheus", await listening(() => undefined)],
      1,
      "cannot be reached: no answer within 5 seconds",
    ],
    [
      "a server that gives no samples",
      async () => ["--prometheus", await breaking(0, (response) => response.writeHead(404).end())],
      1,
      "and gives no samples by [",
    ],
    [
      "a server that knows nothing of that time",
      () => ["--prometheus", server.address, "--until", "2026-03-01T00:00:00Z"],
      1,
      "has no series [up] in the 28 days before 2026-03-01T00:00:00.000Z",
    ],
    ["a folder without blocks", () => ["--prometheus", folder], 2, "holds no blocks of Prometheus"],
    [
      "days that are none",
      () => ["--prometheus", server.address, "--days", "1.5"],
      2,
      "[1.5] is not a whole number of days",
    ],
    [
      "a time that is none",
      () => ["--prometheus", server.address, "--until", "monday"],
      2,
      "[monday] is not a time with its zone",
    ],
    [
      "a time to come",
      () => ["--prometheus", server.address, "--until", "2999-01-01T00:00:00Z"],
      2,
      "is still to come, and has no history",
    ],
    ["a folder that is not there", () => ["--prometheus", "./nowhere"], 2, "there is no folder [./nowhere]"],
    ["another environment", () => ["prdo", "--prometheus", server.address], 2, "prdo"],
    [
      "another base",
      () => ["--prometheus", server.address, "--base", "no-such"],
      2,
      "[no-such] is neither a folder here nor a commit",
    ],
  ])(
    "are not looked for, and it is said why: %s",
    async (_, args, code, message) => {
      const ended = await checkout.tocsin("backtest", "--keep", path.join(folder, "none"), ...(await args()));
      expect(ended.stderr).toContain(message);
      expect(ended).toMatchObject({ code, stdout: "" });
    },
    60_000,
  );
});
