import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { ruleTestFiles } from "../../backends/prometheus/rule-tests";
import { replaceFolder } from "../../cli/folder";
import { UserError } from "../../cli/user-error";
import { ruleTests } from "../../backends/rule-tests/rule-tests";
import type { Toolchain } from "../../lab/toolchain";
import { planOf, servicesOf } from "../support/plan";
import { FIXTURE } from "../support/stacks";
import { toolchain } from "../support/toolchain";
import { WarmProcess } from "../support/warm";
import { removeFolder, runProgram, temporaryFolder, writeFiles, type Ended } from "../support/program";

const TEN_MINUTES = 600_000;

// Each run starts a process that loads the program anew.
jest.setTimeout(300_000);

let folder: string;

beforeEach(() => {
  folder = temporaryFolder();
});

afterEach(() => {
  removeFolder(folder);
});

const warm = new WarmProcess(FIXTURE.root);

afterAll(() => warm.end());

async function tocsin(...args: readonly string[]): Promise<Ended> {
  const { code, stdout, stderr } = await warm.tocsin({}, ...args);
  return { code: code ?? -1, output: `${stdout}${stderr}` };
}

/** Texts by relative path. */
function filesOf(root: string): ReadonlyMap<string, string> {
  return new Map(
    readdirSync(root, { recursive: true, encoding: "utf8" })
      .filter((file) => statSync(path.join(root, file)).isFile())
      .sort()
      .map((file) => [file.split(path.sep).join("/"), readFileSync(path.join(root, file), "utf8")]),
  );
}

describe("tocsin render", () => {
  let rendered: string;
  let first: Ended;
  let programs: Toolchain;

  beforeAll(async () => {
    programs = await toolchain();
    rendered = path.join(temporaryFolder(), "out");
    first = await tocsin("render", "prod", "--out", rendered);
  }, TEN_MINUTES);

  afterAll(() => {
    removeFolder(path.dirname(rendered));
  });

  const inFolder = (...names: readonly string[]): string => path.join(rendered, ...names);

  it("says how much it wrote, and where", () => {
    expect(first).toEqual({
      code: 0,
      output: `${filesOf(rendered).size} files of [prod] are in ${rendered}\n`,
    });
  });

  it("writes everything that an environment gets", () => {
    const plan = planOf("prod");
    const files = [...filesOf(rendered).keys()];
    const owners = [...new Set(plan.ruleGroups.map(({ file }) => file))];
    const tests = [...ruleTestFiles(ruleTests(plan, servicesOf("prod"))).keys()];
    const services = [...new Set(plan.runbooks.map(({ service }) => service))];
    expect(files.filter((file) => !file.startsWith("kubernetes/"))).toEqual(
      [
        "alertmanager/alertmanager.yml",
        "alertmanager/routes.json",
        "alertmanager/templates/tocsin.tmpl",
        ...plan.dashboards.map(({ uid }) => `grafana/dashboards/${uid}.json`),
        "plan.json",
        "policy-config.json",
        "prometheus/prometheus.yml",
        ...owners.map((owner) => `prometheus/rules/${owner}.yml`),
        ...tests.map((file) => `prometheus/${file}`),
        "resources.json",
        ...["index", "not-found"].map((list) => `runbooks/lists/${list}.html`),
        ...services.map((id) => `runbooks/pages/${id}/index.${id}.html`),
        // Orders has the default address itself; the others have a folder below it.
        ...services.map((id) =>
          id === "orders"
            ? "runbooks/lists/index_runbooks.orders.dev_.html"
            : `runbooks/pages/${id}/index_runbooks.orders.dev_${id}_.html`,
        ),
        "blackbox/blackbox.yml",
        "runbooks/nginx.conf",
        "violations.json",
        ...plan.runbooks.map(({ service, slug }) => `runbooks/pages/${service}/${slug}.html`),
      ].sort(),
    );
    expect(files).toContain("kubernetes/monitoring-statefulset-prometheus.yaml");
    expect(JSON.parse(readFileSync(inFolder("plan.json"), "utf8"))).toEqual(plan);
  });

  it("writes no secret, only that there is one", () => {
    const resources = JSON.parse(readFileSync(inFolder("resources.json"), "utf8")) as readonly {
      readonly type: string;
      readonly inputs: Readonly<Record<string, unknown>>;
    }[];
    const secrets = resources.filter(({ type }) => type === "kubernetes:core/v1:Secret");
    // That of the receivers, and that of the digest's mail.
    expect(secrets.map(({ inputs }) => inputs["stringData"])).toEqual(["[secret]", "[secret]"]);
    const kinds = [...filesOf(inFolder("kubernetes")).values()].map(
      (text) => (parse(text) as { readonly kind: string }).kind,
    );
    expect(kinds).toContain("ConfigMap");
    expect(kinds).not.toContain("Secret");
  });

  it("writes a configuration and rules that promtool accepts", async () => {
    const ruleFiles = [...filesOf(inFolder("prometheus", "rules")).keys()];
    expect(
      await runProgram(programs.promtool, ["check", "config", inFolder("prometheus", "prometheus.yml")]),
    ).toEqual({ code: 0, output: expect.stringContaining(`SUCCESS: ${ruleFiles.length} rule files found`) });
    expect(
      await runProgram(programs.promtool, ["check", "rules", inFolder("prometheus", "rules", "orders.yml")]),
    ).toEqual({ code: 0, output: expect.stringMatching(/SUCCESS: [1-9]\d* rules found/) });
  });

  it("writes a configuration that amtool accepts", async () => {
    const file = inFolder("alertmanager", "alertmanager.yml");
    expect(await runProgram(programs.amtool, ["check-config", file])).toEqual({
      code: 0,
      output: expect.stringMatching(/SUCCESS[\s\S]* receivers/),
    });
  });

  it("writes rule tests that find the rules beside them, and pass", async () => {
    const file = inFolder("prometheus", "tests", "tocsin", "server.yml");
    expect(await runProgram(programs.promtool, ["test", "rules", file])).toEqual({
      code: 0,
      output: expect.stringContaining("SUCCESS"),
    });
  });

  it("gives the same bytes each time, and leaves nothing of an earlier run", async () => {
    const before = filesOf(rendered);
    writeFileSync(inFolder("kubernetes", "of-a-service-that-is-gone.yaml"), "kind: ConfigMap\n");
    expect(await tocsin("render", "prod", "--out", rendered)).toEqual(first);
    expect([...filesOf(rendered)]).toEqual([...before]);
    expect(readdirSync(path.dirname(rendered))).toEqual(["out"]);
  });

  it("refuses a folder of somebody else's, and leaves it as it is", async () => {
    writeFiles(folder, new Map([["thesis/chapter-1.txt", "It was a dark and stormy night."]]));
    expect(await tocsin("render", "dev", "--out", folder)).toEqual({
      code: 1,
      output: `tocsin: [${folder}] holds other files than a render's (no resources.json in it); name an empty or a new folder\n`,
    });
    expect([...filesOf(folder)]).toEqual([["thesis/chapter-1.txt", "It was a dark and stormy night."]]);
  });

  it("writes nothing of a stack that it cannot read", async () => {
    const out = path.join(folder, "out");
    const ended = await tocsin("render", "qa", "--out", out);
    expect(ended.code).toBe(2);
    expect(ended.output).toMatch(/^tocsin: Pulumi\.qa\.yaml: .+\n {4}.+\n$/);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ["without a folder", ["render", "prod"], "required option '--out <folder>' not specified"],
    ["without a stack", ["render", "--out", "anywhere"], "missing required argument 'environment'"],
  ])("is a wrong call %s", async (_what, args, message) => {
    const ended = await tocsin(...args);
    expect(ended.code).toBe(2);
    expect(ended.output).toContain(`error: ${message}`);
  });
});

describe("a folder that is replaced", () => {
  const OLD = new Map([
    ["proof.json", "old"],
    ["a/b.txt", "old"],
  ]);
  const inside = (): string => path.join(folder, "out");

  /** A set of files of which the second cannot be written, since the first is in its way. */
  const IMPOSSIBLE = new Map([
    ["a", "new"],
    ["a/b.txt", "new"],
  ]);

  it("is as it was when a write fails midway, and nothing is left beside it", () => {
    writeFiles(inside(), OLD);
    expect(() => replaceFolder(inside(), IMPOSSIBLE, "proof.json")).toThrow(UserError);
    expect(() => replaceFolder(inside(), IMPOSSIBLE, "proof.json")).toThrow(
      /^\[.+out\] cannot be written \(E/,
    );
    expect(filesOf(inside())).toEqual(new Map([...OLD].sort()));
    expect(readdirSync(folder)).toEqual(["out"]);
  });

  it("is not there when the first write fails midway", () => {
    expect(() => replaceFolder(inside(), IMPOSSIBLE, "proof.json")).toThrow(UserError);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is not made inside a file of somebody's, which stays as it is", () => {
    writeFileSync(inside(), "mine");
    expect(() => replaceFolder(path.join(inside(), "within"), OLD, "proof.json")).toThrow(UserError);
    expect([...filesOf(folder)]).toEqual([["out", "mine"]]);
  });

  it("holds the new files and no old one when all of them were written", () => {
    writeFiles(inside(), OLD);
    replaceFolder(inside(), new Map([["proof.json", "new"]]), "proof.json");
    expect([...filesOf(inside())]).toEqual([["proof.json", "new"]]);
    expect(readdirSync(folder)).toEqual(["out"]);
  });

  it("is somebody else's without its proof, unless it is empty", () => {
    mkdirSync(inside());
    replaceFolder(inside(), new Map([["other.json", "new"]]), "proof.json");
    expect(() => replaceFolder(inside(), OLD, "proof.json")).toThrow(
      new UserError(
        `[${inside()}] holds other files than a render's (no proof.json in it); name an empty or a new folder`,
      ),
    );
    expect([...filesOf(inside())]).toEqual([["other.json", "new"]]);
  });
});
