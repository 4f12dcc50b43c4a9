import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { writeFileSync } from "node:fs";
import { ROOT } from "../support/stacks";
import { removeFolder, temporaryFolder } from "../support/program";
import { WarmProcess, type ProcessEnd } from "../support/warm";

interface Comment {
  readonly id: number;
  body: string;
  readonly user: { readonly login: string };
}

const BOT = "github-actions[bot]";
const MARKER = "<!-- tocsin diff -->";

describe("the comment on a pull request", () => {
  const warm = new WarmProcess(ROOT);
  const folder = temporaryFolder();
  const file = path.join(folder, "diff.md");
  let comments: Comment[] = [];
  /** Comments that are gone by the time they are edited. */
  let gone: readonly number[] = [];
  let asked: string[] = [];
  let mayWrite = true;
  let server: Server;

  beforeAll(async () => {
    server = createServer((request, response) => {
      const { method = "GET", url = "", headers } = request;
      const answer = (status: number, body: unknown): void => {
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
      };
      let text = "";
      request.on("data", (chunk: Buffer) => (text += chunk.toString()));
      request.on("end", () => {
        asked.push(`${method} ${url}`);
        expect(headers.authorization).toBe("Bearer a-token");
        const { searchParams, pathname } = new URL(url, "http://github.invalid");
        const body = text === "" ? "" : (JSON.parse(text) as { readonly body: string }).body;
        if (method !== "GET" && !mayWrite) {
          answer(403, { message: "Resource not accessible by integration" });
        } else if (pathname === "/repos/acme/shop/pulls") {
          answer(200, searchParams.get("head") === "fork:fix" ? [{ number: 7, head: { sha: "abc" } }] : []);
        } else if (pathname === "/repos/acme/shop/issues/7/comments" && method === "GET") {
          const page = Number(searchParams.get("page"));
          answer(200, comments.slice((page - 1) * 100, page * 100));
        } else if (pathname === "/repos/acme/shop/issues/7/comments") {
          comments.push({ id: comments.length + 1_000, body, user: { login: BOT } });
          answer(201, {});
        } else {
          const own = comments.find(({ id }) => pathname.endsWith(`/issues/comments/${id}`));
          if (own === undefined || gone.includes(own.id)) {
            answer(404, { message: "Not Found" });
          } else {
            own.body = body;
            answer(200, {});
          }
        }
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });

  beforeEach(() => {
    [comments, gone, asked, mayWrite] = [[], [], [], true];
    writeFileSync(file, "## Monitoring\n\n@mara is paged, a@b.example is not\n");
  });

  afterAll(() => {
    server.closeAllConnections();
    server.close();
    warm.end();
    removeFolder(folder);
  });

  const comment = (...args: readonly string[]): Promise<ProcessEnd> =>
    warm.tocsin(
      {
        GITHUB_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        GITHUB_REPOSITORY: "acme/shop",
        GITHUB_TOKEN: "a-token",
      },
      ...["comment", file, ...args],
    );
  const OF_FORK = ["--head", "fork:fix", "--sha", "abc"];
  const said = (login: string, body: string, id = 1): Comment => ({ id, body, user: { login } });

  it("is written once, edited by the next run, and left alone where nothing is new", async () => {
    expect(await comment(...OF_FORK)).toEqual({
      code: 0,
      stdout: "the comment on #7 was written\n",
      stderr: "",
    });
    expect(comments).toEqual([
      {
        id: 1_000,
        // Nobody is called by a text that a fork may have made.
        body: `${MARKER}\n## Monitoring\n\n@\u200bmara is paged, a@\u200bb.example is not\n`,
        user: { login: BOT },
      },
    ]);
    expect((await comment("--pull", "7")).stdout).toBe("the comment on #7 says this already\n");
    writeFileSync(file, "## Another\n");
    expect((await comment("--pull", "7")).stdout).toBe("the comment on #7 was edited\n");
    expect(comments.map(({ body }) => body)).toEqual([`${MARKER}\n## Another\n`]);
    expect((await comment("--pull", "7", "--kind", "preview of prod")).stdout).toBe(
      "the comment on #7 was written\n",
    );
    expect(comments).toHaveLength(2);
  }, 60_000);

  it("is never somebody else's, though it says the same, and is found behind a hundred others", async () => {
    comments = [
      said("mallory", `${MARKER}\nall is well\n`),
      ...Array.from({ length: 120 }, (_, index) => said("mara", "hm", 10 + index)),
      said(BOT, "a comment of another workflow", 500),
      said(BOT, `${MARKER}\nbefore\n`, 501),
    ];
    expect((await comment(...OF_FORK)).stdout).toBe("the comment on #7 was edited\n");
    expect(comments.filter(({ body }) => body.includes("is paged")).map(({ id }) => id)).toEqual([501]);
    expect(comments[0]?.body).toBe(`${MARKER}\nall is well\n`);
  }, 60_000);

  it("is written anew where it was deleted meanwhile", async () => {
    comments = [said(BOT, `${MARKER}\nbefore\n`)];
    gone = [1];
    expect((await comment(...OF_FORK)).stdout).toBe("the comment on #7 was written\n");
    expect(comments).toHaveLength(2);
  }, 60_000);

  it("is not written where the branch has moved on, or its pull request is closed", async () => {
    for (const moved of [
      ["--head", "fork:fix", "--sha", "older"],
      ["--head", "fork:closed", "--sha", "abc"],
    ]) {
      const { code, stdout } = await comment(...moved);
      expect({ code, stdout }).toEqual({
        code: 0,
        stdout: "there is no open pull request of this commit any more, so nothing was said\n",
      });
    }
    expect(asked.filter((one) => !one.startsWith("GET "))).toEqual([]);
  }, 60_000);

  it("fits, however long the text is", async () => {
    writeFileSync(file, "x".repeat(70_000));
    await comment("--pull", "7");
    expect(comments[0]?.body).toHaveLength(65_536);
    expect(comments[0]?.body.endsWith("\n(cut off here)\n")).toBe(true);
  }, 60_000);

  it.each<readonly [what: string, args: () => readonly string[], message: string, code: number]>([
    [
      "the token may not write",
      () => {
        mayWrite = false;
        return ["--pull", "7"];
      },
      "GitHub answers [403] to POST issues/7/comments: may the token write to pull requests?",
      1,
    ],
    [
      "there is no such pull request",
      () => ["--pull", "8"],
      "there is no pull request #8 in this repository",
      1,
    ],
    [
      "the text is empty",
      () => {
        writeFileSync(file, "\n");
        return ["--pull", "7"];
      },
      "is empty, and a comment cannot be",
      1,
    ],
    ["nobody says which", () => [], "name the pull request by --pull, or by --head and --sha", 2],
  ])(
    "says why there is none: %s",
    async (_, args, message, code) => {
      const ended = await comment(...args());
      expect(ended.stderr).toContain(message);
      expect(ended.code).toBe(code);
    },
    60_000,
  );
});
