import { appendFileSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { credentials } from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
  ConfigureAnalyzerRequest,
  EnforcementLevel,
  PolicyConfig,
  PolicyType,
  type AnalyzerInfo,
  type AnalyzeResponse,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { parse } from "yaml";
import manifest from "../../policies/package.json";
import { policies } from "../../policies/registry";
import { buildPack, copyPack, startInVain, startPack, type RunningPack } from "../support/policy-pack";
import {
  analyzeRequest,
  analyzeStackRequest,
  emptyRequest,
  saidIn,
  toStruct,
  UNKNOWN,
  type Said,
  type Subject,
} from "../support/policy-requests";
import { removeFolder, temporaryFolder } from "../support/program";
import { ruleFile } from "../support/rule-carriers";

jest.setTimeout(60_000);

let folder: string;
let pack: string;

beforeAll(async () => {
  folder = temporaryFolder();
  pack = copyPack(folder);
  await buildPack(pack);
});

afterAll(() => removeFolder(folder));

/** What other policies ask of an alert. */
const READY = {
  for: "2m",
  annotations: { summary: "The shop is down", dashboard_url: "https://example.com/d" },
};

const shop = (text: string): Subject => ({
  type: "kubernetes:core/v1:ConfigMap",
  name: "shop",
  props: { data: { "shop.yml": text } },
});

describe("the compiled pack, started as the engine starts it", () => {
  let running: RunningPack;
  let client: AnalyzerClient;

  beforeAll(async () => {
    running = await startPack(pack);
    client = new AnalyzerClient(running.address, credentials.createInsecure());
  });

  afterAll(async () => {
    client.close();
    await running.stop();
  });

  const analyze = async (subject: Subject): Promise<readonly Said[]> => {
    const ask = promisify<ReturnType<typeof analyzeRequest>, AnalyzeResponse>(client.analyze.bind(client));
    return saidIn(await ask(analyzeRequest(subject)));
  };
  const runbook = (level: string, seen: string): Said => ({
    policy: "critical-alert-has-runbook",
    level,
    message:
      "A critical alert links to its runbook over https.\n" +
      `Resource [shop]: alert [ShopDown] of group [shop] in data key [shop.yml] has ${seen}. ` +
      "Set runbook_url to the https address of the page that says what to do.",
  });
  const owned = { severity: "critical", team: "payments", service: "shop" };

  it("introduces itself with every policy of the registry", async () => {
    const ask = promisify<ReturnType<typeof emptyRequest>, AnalyzerInfo>(client.getAnalyzerInfo.bind(client));
    const info = await ask(emptyRequest());
    expect([info.getName(), info.getVersion()]).toEqual(["tocsin", manifest.version]);
    expect(
      info
        .getPoliciesList()
        .map((policy) => [
          policy.getName(),
          policy.getPolicyType() === PolicyType.POLICY_TYPE_STACK,
          policy.getEnforcementlevel(),
          policy.getConfigschema()?.getProperties()?.toJavaScript(),
        ]),
    ).toEqual(
      policies.map((policy) => [
        policy.name,
        "validateStack" in policy,
        policy.enforcementLevel === "disabled" ? EnforcementLevel.DISABLED : EnforcementLevel.MANDATORY,
        policy.configSchema?.properties,
      ]),
    );
  });

  it("refuses a critical alert without runbook", async () => {
    expect(await analyze(shop(ruleFile({ ...READY, labels: owned })))).toEqual([
      runbook("mandatory", "severity [critical] and no runbook_url"),
    ]);
  });

  it("makes notes of a rule file that is not known yet", async () => {
    const notes = await analyze(shop(UNKNOWN));
    expect(notes.map(({ policy, level }) => [policy, level])).toEqual([
      ["alert-has-owner-and-severity", "advisory"],
      ["critical-alert-has-runbook", "advisory"],
    ]);
  });

  it("refuses a stack with a public bucket", async () => {
    const grant: Subject = {
      type: "gcp:storage/bucketIAMMember:BucketIAMMember",
      name: "everyone",
      props: { bucket: "backups", member: "allUsers" },
    };
    const ask = promisify<ReturnType<typeof analyzeStackRequest>, AnalyzeResponse>(
      client.analyzeStack.bind(client),
    );
    expect(saidIn(await ask(analyzeStackRequest([grant])))).toEqual([
      {
        policy: "bucket-is-private-and-encrypted",
        level: "mandatory",
        message:
          "A bucket is private, encrypted and keeps what is deleted.\nResource [everyone]: it grants access to " +
          "[allUsers], which is everyone. Name the accounts that need it.",
        urn: "urn:pulumi:prod::tocsin::gcp:storage/bucketIAMMember:BucketIAMMember::everyone",
      },
    ]);
  });

  it("judges by its configuration from then on", async () => {
    const request = new ConfigureAnalyzerRequest();
    const set = (name: string, level: EnforcementLevel, properties: object): void => {
      const config = new PolicyConfig().setEnforcementlevel(level).setProperties(toStruct(properties));
      request.getPolicyconfigMap().set(name, config);
    };
    set("critical-alert-has-runbook", EnforcementLevel.ADVISORY, {
      severities: ["warning"],
      hosts: ["wiki"],
    });
    set("alert-has-owner-and-severity", EnforcementLevel.DISABLED, {});
    await promisify<ConfigureAnalyzerRequest, unknown>(client.configure.bind(client))(request);

    expect(await analyze(shop(ruleFile({ ...READY, labels: { severity: "critical" } })))).toEqual([]);
    const annotations = { ...READY.annotations, runbook_url: "https://runbooks.example.com/shop" };
    expect(await analyze(shop(ruleFile({ ...READY, labels: { severity: "warning" }, annotations })))).toEqual(
      [
        runbook(
          "advisory",
          "severity [warning] and runbook_url [https://runbooks.example.com/shop], whose host is not one of [wiki]",
        ),
      ],
    );
  });
});

describe("a build", () => {
  const refusal = (what: string): string =>
    `error: [runtime] The policy pack ${what}. Run npm run build:policies, and try again.\n`;

  it("holds no provider's package, and nothing of the repository beside the pack", () => {
    const sources = Object.keys(
      JSON.parse(readFileSync(path.join(pack, "dist/sources.json"), "utf8")) as object,
    );
    expect(sources).toEqual(sources.toSorted());
    expect(sources.filter((source) => source.startsWith("..") || path.isAbsolute(source))).toEqual([]);
    const bundle = readFileSync(path.join(pack, "dist/pack.js"), "utf8");
    const required = [...bundle.matchAll(/require\("([^"]+)"\)/g)].map(([, name = ""]) => name);
    const kinds = required.filter((name) => !name.startsWith("node:"));
    expect([...new Set(kinds)].sort()).toEqual([
      "@pulumi/policy",
      "@pulumi/policy/proxy",
      "@pulumi/pulumi/errors",
      "buffer",
      "process",
    ]);
  });

  it("is what the engine looks for", () => {
    expect(manifest.main).toBe("dist/pack.js");
    expect(parse(readFileSync(path.join(pack, "PulumiPolicy.yaml"), "utf8"))).toMatchObject({
      runtime: "nodejs",
    });
  });

  it("older than its sources is refused, by name of what changed", async () => {
    appendFileSync(path.join(pack, "shown.ts"), "// changed\n");
    rmSync(path.join(pack, "order.ts"));
    expect(await startInVain(pack)).toEqual({
      code: 32,
      output: refusal("was built before [order.ts, shown.ts] changed"),
    });
  });

  it("that does not say what it was made of is refused", async () => {
    rmSync(path.join(pack, "dist/sources.json"));
    expect(await startInVain(pack)).toEqual({
      code: 32,
      output: refusal("has no [sources.json] that says what it was built from"),
    });
  });

  it("shipped without its sources comes up", async () => {
    for (const entry of readdirSync(pack).filter((name) => !["dist", "package.json"].includes(name))) {
      rmSync(path.join(pack, entry), { recursive: true });
    }
    const running = await startPack(pack);
    await running.stop();
    expect(running.address).toMatch(/^127\.0\.0\.1:\d+$/);
  });
});
