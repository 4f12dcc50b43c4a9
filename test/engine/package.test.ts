import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ROOT } from "../support/stacks";
import { removeFolder } from "../support/program";
import { Elsewhere } from "./elsewhere";
import { registeredIn } from "./registered";
import { Workspace } from "./workspace";

const TIMEOUT = 600_000;

/** A block of the tutorial: commands, what they print, or text for a file. */
interface Block {
  readonly language: string;
  /** What stands behind the language: what its commands do, or the file. */
  readonly about: string;
  readonly lines: readonly string[];
}

const TUTORIAL = "docs/tutorial.md";

const tutorial: readonly Block[] = [
  ...readFileSync(path.join(ROOT, TUTORIAL), "utf8").matchAll(/^```(\w+)(?: (.+))?\n([\s\S]*?)^```$/gm),
].map(([, language = "", about = "", text = ""]) => ({ language, about, lines: text.trimEnd().split("\n") }));

// Each test goes on where the one before it ended, as whoever tries the package does.
describe("a repository elsewhere, with nothing but the packed package", () => {
  const elsewhere = new Elsewhere();
  const followed = path.join(elsewhere.folder, "tutorial");

  beforeAll(() => elsewhere.install(), TIMEOUT);

  afterAll(async () => {
    await elsewhere.run(followed, "npx", "--no-install", "tocsin", "down");
    removeFolder(elsewhere.folder);
  });

  /** What the page's runbook said while its link led somewhere. */
  let runbook = "";

  /** Does what a line of the tutorial says, and looks again until somebody is paged where it looks into the inbox. */
  async function follow(line: string): Promise<string> {
    const [program = "", ...args] = line.split(" ");
    expect(program).toBe("npx");
    for (let tries = 0; tries < 60; tries += 1) {
      const said = await elsewhere.succeeds(followed, program, "--no-install", ...args);
      const link = /Runbook: (\S+)/.exec(said)?.[1];
      if (!line.endsWith(" inbox")) return said;
      if (link !== undefined) {
        runbook = await (await fetch(link)).text();
        return said;
      }
      await sleep(3_000);
    }
    throw new Error("nobody was paged");
  }

  test("is told what to do while it is empty", async () => {
    const { code, stderr } = await elsewhere.run(
      elsewhere.repository,
      "npx",
      "--no-install",
      "tocsin",
      "check",
    );
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        `tocsin: there is no catalogue.ts in [${elsewhere.repository}] or above it; ` +
        "call `npx tocsin init` in an empty folder to make a repository\n",
    });
  });

  test("is made by init, which overwrites nothing and says what it wrote", async () => {
    const manifest = elsewhere.text("package.json");
    const said = await elsewhere.tocsin(
      "init",
      "--environments",
      "test,prod-eu,prod-us",
      "--paging",
      "prod-eu,prod-us",
    );
    expect(said.split("\n\n")[0]?.split("\n")).toEqual([
      "+ .gitignore",
      "+ catalogue.ts",
      "+ index.ts",
      "+ Pulumi.yaml",
      "+ Pulumi.test.yaml",
      "+ Pulumi.prod-eu.yaml",
      "+ Pulumi.prod-us.yaml",
      "+ tsconfig.json",
      "+ services/shop/index.ts",
      "+ services/index.ts",
      "= package.json",
    ]);
    expect(elsewhere.text("package.json")).toBe(manifest);
    const again = await elsewhere.run(elsewhere.repository, "npx", "--no-install", "tocsin", "init");
    expect(again).toMatchObject({
      code: 1,
      stderr:
        "tocsin: [catalogue.ts, services/index.ts] is there already, so this is a repository; " +
        "`npx tocsin new service <id>` adds a service to it\n",
    });
  });

  test("passes the check, and goes on passing it with another service and an alert of its own", async () => {
    const checked = (text: string): readonly string[] =>
      [...text.matchAll(/^([✓✗] .+?: \d+ SLOs), /gm)].map(([, verdict = ""]) => verdict);
    expect(checked(await elsewhere.tocsin("check"))).toEqual([
      "✓ prod-eu: 2 SLOs",
      "✓ prod-us: 2 SLOs",
      "✓ test: 2 SLOs",
    ]);
    await elsewhere.tocsin("new", "service", "pay-desk", "--telemetry", "opentelemetry");
    await elsewhere.tocsin(
      ...["new", "alert", "shop", "OrderQueueLong", "--kind", "gauge"],
      ...["--metric", "shop_order_queue_depth", "--limit", "100"],
    );
    expect(checked(await elsewhere.tocsin("check"))).toEqual([
      "✓ prod-eu: 4 SLOs",
      "✓ prod-us: 4 SLOs",
      "✓ test: 4 SLOs",
    ]);
  });

  test("is a program about which the compiler has nothing to say", async () => {
    await elsewhere.compiles(elsewhere.repository);
  });

  test("is rendered, with a page for each alert of the team", async () => {
    expect(await elsewhere.tocsin("render", "prod-eu", "--out", "out")).toMatch(
      /^\d+ files of \[prod-eu\] are in out\n/,
    );
    const { runbooks } = JSON.parse(elsewhere.text("out/plan.json")) as {
      readonly runbooks: readonly { readonly service: string; readonly slug: string }[];
    };
    expect(runbooks.filter(({ service }) => service === "shop").map(({ slug }) => slug)).toContain(
      "order-queue-long",
    );
    expect(runbooks.filter(({ service }) => service === "tocsin").map(({ slug }) => slug)).toContain(
      "watchdog",
    );
  });

  test(
    "is previewed by the engine, with its own copy of the SDK and the policies of the package",
    async () => {
      const listed = await elsewhere.tocsin("check", "prod-eu");
      const secrets = [...listed.matchAll(/pulumi config set --stack \S+ --secret (?:--path )?'([^']+)'/g)];
      const workspace = await Workspace.make("prod-eu", elsewhere.repository);
      try {
        workspace.giveNamespaces(["shop-prod-eu", "pay-desk-prod-eu"]);
        const set = await workspace.pulumi(
          ...["config", "set-all", "--stack", "prod-eu", "--path"],
          ...secrets.flatMap(([, key = ""]) => [
            "--secret",
            `${key}=${key.includes("pagerduty") ? "" : "https://"}secret.example`,
          ]),
        );
        expect(set).toMatchObject({ code: 0 });
        const { code, stdout, output } = await workspace.operate(
          ...(["preview", "--json", "--policy-pack", await workspace.policyPack()] as const),
        );
        if (code !== 0) throw new Error(output);
        const types = registeredIn(stdout).map(({ type }) => type);
        expect(types).toContain("tocsin:index:Monitoring");
        expect(types.filter((type) => type === "grafana:oss/dashboard:Dashboard")).toHaveLength(3);
      } finally {
        await workspace.remove();
      }
    },
    TIMEOUT,
  );

  test("says which package is missing where backups lie in a cloud", async () => {
    const file = "Pulumi.prod-eu.yaml";
    const before = elsewhere.text(file);
    writeFileSync(
      path.join(elsewhere.repository, file),
      before.replace(
        "config:\n",
        'config:\n  tocsin:backups: { cloud: aws, prefix: acme, account: "310000000003", region: eu-central-1 }\n',
      ),
    );
    const { code, stdout } = await elsewhere.run(
      ...([elsewhere.repository, "npx", "--no-install", "tocsin", "check", "prod-eu"] as const),
    );
    writeFileSync(path.join(elsewhere.repository, file), before);
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout:
        "✗ 1 problem in [prod-eu]\n" +
        "Pulumi.prod-eu.yaml: tocsin:backups.cloud: [aws] needs the package [@pulumi/aws], which is not installed\n" +
        "    npm install @pulumi/aws@7\n" +
        "    see Pulumi.prod-eu.yaml:4\n",
    });
  });

  test(
    `is what ${TUTORIAL} makes, in an empty folder, up to a page with a runbook that says what the team knows`,
    async () => {
      mkdirSync(followed);
      symlinkSync(path.join(elsewhere.repository, "node_modules"), path.join(followed, "node_modules"));
      let said = "";
      const known: string[] = [];
      for (const { language, about, lines } of tutorial) {
        if (language === "sh" && about !== "install") {
          for (const line of lines) said = await follow(line);
        } else if (language === "text") {
          for (const line of lines) expect(said).toContain(line);
        } else if (language === "md") {
          const file = path.join(followed, about.replace(" (added)", ""));
          writeFileSync(
            file,
            readFileSync(file, "utf8").replace("{{ default }}", `${lines.join("\n")}\n\n$&`),
          );
          known.push(...lines);
        }
      }
      expect(known).not.toEqual([]);
      expect(runbook).toContain(known.join("\n"));
    },
    TIMEOUT,
  );

  test.each(["minimal", "two-productions"])("may be as the example %s is", async (example) => {
    const folder = elsewhere.example(example);
    const tocsin = path.join(elsewhere.repository, "node_modules/.bin/tocsin");
    expect(await elsewhere.succeeds(folder, tocsin, "check")).not.toContain("✗");
    const stacks = readdirSync(folder).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
    expect(stacks).not.toEqual([]);
    for (const stack of stacks) {
      const said = await elsewhere.succeeds(folder, tocsin, "render", stack, "--out", `out/${stack}`);
      expect(said).toContain(` files of [${stack}] are in `);
    }
    await elsewhere.compiles(folder);
  });

  test(
    "may be another Pulumi program, which the policies of their own package judge",
    async () => {
      const workspace = await Workspace.make("dev", elsewhere.example("policies"));
      try {
        const pack = path.join(elsewhere.repository, "node_modules/tocsin-policies");
        const { code, output } = await workspace.operate(
          ...(["preview", "--policy-pack", await workspace.policyPack(pack)] as const),
        );
        expect(code).not.toBe(0);
        expect(output).toContain("alert-has-owner-and-severity");
        expect(output).toContain("alert [QueueLong] of group [shop]");
        expect(output).not.toContain("[ShopDown]");
      } finally {
        await workspace.remove();
      }
    },
    TIMEOUT,
  );

  test(
    "sees what a newer version changes before it is deployed, in the words of a diff",
    async () => {
      await elsewhere.tocsin("render", "prod-eu", "--out", "before");
      await elsewhere.add(await elsewhere.nextVersion());
      expect(await elsewhere.tocsin("--version")).toContain("99.0.0");
      expect(await elsewhere.tocsin("check", "prod-eu")).toContain("✓ prod-eu");
      await elsewhere.tocsin("render", "prod-eu", "--out", "after");
      const said = await elsewhere.tocsin("diff", "before", "after");
      expect(said).toContain("LowErrorBudget");
      expect(said).toContain("15m");
      expect(said).toContain("20m");
      expect(said).not.toContain("HighErrorBudgetBurnRate");
    },
    TIMEOUT,
  );
});

describe("the tarballs", () => {
  const elsewhere = new Elsewhere();
  const bin = (program: string): string => path.join(ROOT, "node_modules/.bin", program);

  afterAll(() => removeFolder(elsewhere.folder));

  test.each(["", "policies"])(
    "of [%s] hold what their package.json promises, as publint sees it",
    async (folder) => {
      const tarball = await elsewhere.pack(path.join(ROOT, folder));
      expect(await elsewhere.succeeds(ROOT, bin("publint"), "run", "--strict", tarball)).toContain(
        "All good!",
      );
    },
  );

  test("have types for every module that may be imported, however it is resolved", async () => {
    // What a preload exports is nothing. The resolution of Node 10 knows no exports.
    const options = ["--profile", "node16", "--exclude-entrypoints", "preload"];
    const said = await elsewhere.succeeds(ROOT, bin("attw"), await elsewhere.pack(ROOT), ...options);
    // It fails where it finds a problem.
    expect(said).toContain('"tocsin/testing"');
  });
});
