import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { parse, stringify } from "yaml";
import { withServer } from "../../tools/bench/server";
import { Checkout } from "../support/checkout";
import { OPERATOR_SET } from "../support/operator-set";
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

  describe("of a cluster", () => {
    const checkout = new Checkout();
    afterAll(() => {
      checkout.dispose();
    });
    const ofCluster = (text: string, ...args: readonly string[]): ReturnType<typeof doctor> => {
      checkout.write("cluster.json", text);
      return checkout.tocsin("doctor", "prod", "--cluster", "cluster.json", ...args);
    };
    const withOperator = (): void => {
      const stack = parse(checkout.text("Pulumi.prod.yaml")) as { readonly config: object };
      const set = Object.entries(OPERATOR_SET).map(([key, value]) => [`tocsin:${key}`, value] as const);
      checkout.write(
        "Pulumi.prod.yaml",
        stringify({ ...stack, config: { ...stack.config, ...Object.fromEntries(set) } }),
      );
    };

    it("is asked where an operator runs the servers", async () => {
      expect(await ofCluster('{"kind":"List","items":[]}')).toMatchObject({
        code: 2,
        stderr: expect.stringContaining(
          "Pulumi.prod.yaml names none: set tocsin:backend to operator",
        ) as string,
      });
    });

    it("says all that it does not have", async () => {
      withOperator();
      const { code, stdout } = await ofCluster('{"kind":"List","items":[]}');
      expect(stdout).toMatch(/^✗ prod: the cluster: 7 problems\n/);
      expect(stdout).toContain(
        "cluster.PrometheusRule: its custom resource [monitoring.coreos.com/v1] is not installed\n",
      );
      expect(code).toBe(1);
      const json = await ofCluster('{"kind":"PrometheusList","items":[]}', "--json");
      expect((JSON.parse(json.stdout) as { readonly problems: readonly object[] }).problems).toHaveLength(7);
    });

    it.each([
      ["no JSON", "kind: List", 1, "[cluster.json] is no list of objects as `kubectl get -o json` writes it"],
      ["one object", '{"kind":"Prometheus"}', 1, "is no list of objects"],
      ["nothing", "", 1, "is no list of objects"],
    ])("is not read from %s", async (_, text, code, message) => {
      withOperator();
      const ended = await ofCluster(text);
      expect(ended.stderr).toContain(message);
      expect(ended).toMatchObject({ code, stdout: "" });
    });

    it("is not read from a file that is not there", async () => {
      withOperator();
      expect(await checkout.tocsin("doctor", "prod", "--cluster", "none.json")).toMatchObject({
        code: 2,
        stderr: expect.stringContaining("the objects [none.json] cannot be read [ENOENT]") as string,
      });
    });
  });
});
