import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { withServer } from "../../tools/bench/server";
import { planOf } from "../support/plan";
import { FIXTURE } from "../support/stacks";
import { toolchain } from "../support/toolchain";
import { WarmProcess } from "../support/warm";

const warm = new WarmProcess(FIXTURE.root);

afterAll(() => {
  warm.end();
});

const doctor = (...args: readonly string[]): ReturnType<WarmProcess["tocsin"]> =>
  warm.tocsin({}, "doctor", "prod", ...args);

describe("the doctor", () => {
  it("says of a real server that knows nothing of the stack all that it does not do", async () => {
    const now = Math.floor(Date.now() / 1_000);
    const past = ["# TYPE other gauge", `other 1 ${now - 60}`, "# EOF"];
    const [text, json] = await withServer(await toolchain(), past, now, async ({ address }) => [
      await doctor("--prometheus", `${address}/`),
      await doctor("--prometheus", address, "--json"),
    ]);
    const { ruleGroups, scrape } = planOf("prod");
    expect([text.code, json.code]).toEqual([1, 1]);
    expect(text.stdout).toMatch(
      /^✗ prod: Prometheus 3\.\d+\.\d+, keeps \S+, 0 rules in 0 groups \(0\.0 % of a core\), 0 targets, \d+ series: \d+ problems\n/,
    );
    const { problems } = JSON.parse(json.stdout) as {
      readonly problems: readonly { readonly path: string; readonly message: string }[];
    };
    const said = problems.map(({ message }) => message);
    expect(said).toContain("the server knows no Alertmanager, so that no alert reaches anybody");
    expect(said.filter((message) => message.endsWith("rules is loaded"))).toHaveLength(ruleGroups.length);
    expect(said.filter((message) => message === "it has no target")).toHaveLength(scrape.jobs.length);
    for (const { path, message } of problems) expect(text.stdout).toContain(`${path}: ${message}\n`);
  }, 120_000);

  it.each([
    ["a page that asks for a login", "", "does not answer as Prometheus does", 1],
    [
      "an address with a login",
      "fake-user:fake-word@",
      "holds a login, which stays in the history of the shell",
      2,
    ],
  ])("refuses %s", async (_what, login, message, code) => {
    const page = createServer((_, response) => response.end("<html>Sign in</html>"));
    await new Promise<void>((resolve) => page.listen(0, "127.0.0.1", resolve));
    const { port } = page.address() as AddressInfo;
    const ended = await doctor("--prometheus", `http://${login}127.0.0.1:${port}`);
    page.close();
    expect(ended.stderr).toContain(message);
    expect(ended.stderr).not.toContain("fake-word");
    expect(ended.code).toBe(code);
  });

  it("is called with an address", async () => {
    expect(await doctor()).toMatchObject({ code: 2 });
    expect(await doctor("--prometheus", "localhost:9090")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("[localhost:9090] is not an address of Prometheus") as string,
    });
  });
});
