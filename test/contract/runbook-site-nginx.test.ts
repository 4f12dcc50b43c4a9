import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync } from "node:fs";
import { request } from "node:http";
import path from "node:path";
import { nginxConfig } from "../../backends/runbook-site/nginx";
import { catalogue } from "../../catalogue";
import { siteRenderer } from "../../backends/runbook-site/pages";
import { NOT_FOUND_PATH, pathOf, runbookSite } from "../../backends/runbook-site/site";
import { CONTENT_SECURITY_POLICY } from "../../backends/runbook-site/stylesheet";
import { freePort } from "../../lab/process";
import { planOf } from "../support/plan";
import { eventually } from "../support/lab";
import { removeFolder, temporaryFolder, writeFiles } from "../support/program";
import { modelOf } from "../support/runbook-site";

const isThere = ((): boolean => {
  try {
    execFileSync("nginx", ["-v"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

if (!isThere) {
  process.stderr.write("no nginx on PATH: the runbooks were not served by the real one, only by its model\n");
}

interface Got {
  readonly status: number;
  readonly policy: string | undefined;
  readonly type: string | undefined;
  readonly body: string;
}

/** `fetch` sends the host name of the address only. */
function get(port: number, url: string): Promise<Got> {
  const { hostname, pathname } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: "127.0.0.1", port, path: pathname, headers: { host: hostname } },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("end", () =>
          resolve({
            status: answer.statusCode ?? 0,
            policy: answer.headers["content-security-policy"]?.toString(),
            type: answer.headers["content-type"],
            body: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    sent.on("error", reject).end();
  });
}

(isThere ? describe : describe.skip)("the real nginx with the generated configuration", () => {
  const plan = planOf("prod", catalogue);
  const render = siteRenderer(plan);
  const site = runbookSite(plan);
  const folder = temporaryFolder();
  const [root, scratch] = [path.join(folder, "site"), path.join(folder, "scratch")];
  let port = 0;
  let server: ChildProcess;
  let configuration = "";

  beforeAll(async () => {
    port = await freePort(undefined, "--port");
    configuration = nginxConfig(site, { port, root, scratch });
    mkdirSync(scratch, { recursive: true });
    writeFiles(root, new Map(site.files.map((file) => [pathOf(file), file.html])));
    writeFiles(folder, new Map([["nginx.conf", configuration]]));
    // Where the tests run as root, nginx reads as somebody else.
    chmodSync(folder, 0o755);
    server = spawn("nginx", ["-e", "stderr", "-c", path.join(folder, "nginx.conf")], { stdio: "inherit" });
    await eventually("nginx", 30, async () => {
      const { status } = await get(port, "http://127.0.0.1/-/ready").catch(() => ({ status: 0 }));
      return status === 200 ? true : undefined;
    });
  }, 60_000);

  afterAll(async () => {
    const ended = once(server, "exit");
    server.kill("SIGTERM");
    await ended;
    removeFolder(folder);
  });

  it("opens the page of every runbook, with a policy that lets no script run", async () => {
    for (const page of plan.runbooks) {
      expect(await get(port, page.url)).toEqual({
        status: 200,
        policy: CONTENT_SECURITY_POLICY,
        type: "text/html; charset=utf-8",
        body: render.runbook(page),
      });
    }
  });

  it("answers as the model of it does, right and wrong addresses alike", async () => {
    const disk = new Map(site.files.map((file) => [path.join(root, pathOf(file)), file.html]));
    const modelled = modelOf(configuration, disk);
    const urls = plan.runbooks.flatMap(({ service, slug, url }) => [
      url,
      new URL("./", url).href,
      `${url}/`,
      url.toUpperCase().replace("HTTPS", "https"),
      `http://other.example/${slug}`,
      `http://other.example/${service}/${slug}`,
      `http://other.example/${service}/`,
      `http://other.example/${service}`,
    ]);
    for (const url of [...new Set(urls), "http://other.example/", `http://other.example/${NOT_FOUND_PATH}`]) {
      const { status, body } = await get(port, url);
      // Its file is internal; asked for, it is what any wrong address is.
      const model = modelled(url);
      expect([url, status, body === model.body]).toEqual([url, model.status, true]);
    }
  });

  it("says that it lives and is ready, and shows nothing of its configuration", async () => {
    expect((await get(port, "http://127.0.0.1/-/healthy")).body).toBe("healthy\n");
    expect((await get(port, "http://127.0.0.1/nginx.conf")).status).toBe(404);
  });
});
