import { execFileSync } from "node:child_process";
import path from "node:path";
import { rootCertificates } from "node:tls";
import { parse } from "yaml";
import { managedPrometheusNotices } from "../../backends/gmp/check";
import { prometheusConfig } from "../../backends/prometheus/config";
import { ruleTests } from "../../backends/rule-tests/rule-tests";
import { crossFieldFindings } from "../../config/cross-field-rules";
import { remoteWrite } from "../../config/remote-write";
import { generatePlan } from "../../generators/monitoring-plan";
import { selfService } from "../../generators/self-service";
import { readContent } from "../../config/content";
import { testRules } from "../../lab/played-rules";
import type { Toolchain } from "../../lab/toolchain";
import type { Environment } from "../../plan/environment";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { formatProblems } from "../../slo/problem";
import { ENVIRONMENTS } from "../fixture/environments";
import { shopOf } from "../support/http-shop";
import { removeFolder, temporaryFolder, writeFiles } from "../support/program";
import { environmentFor, ROOT } from "../support/stacks";
import { toolchain } from "../support/toolchain";

const shop = shopOf("99%", "28d");
const [CERTIFICATE = ""] = rootCertificates;

const WHOLE = {
  name: "mimir",
  url: "https://mimir.example.com/api/v1/push",
  authorization: { kind: "basic", username: "acme", passwordSecret: "mimir-password" },
  tls: {
    ca: CERTIFICATE,
    serverName: "mimir.internal",
    client: { certificate: CERTIFICATE, keySecret: "mimir-key" },
  },
  headers: { "X-Scope-OrgID": "acme" },
  keep: ["slo:.*", "ALERTS"],
  drop: [".*:sampled5m"],
  nativeHistograms: true,
  queue: {
    capacity: 20_000,
    minShards: 2,
    maxShards: 20,
    maxSamplesPerSend: 5_000,
    batchSendDeadline: "10s",
    minBackoff: "100ms",
    maxBackoff: "10s",
    sampleAgeLimit: "1h",
    retryOnRateLimit: true,
  },
};
const BARE = { name: "inside", url: "http://mimir.mimir.svc:8080/api/v1/push" };

function environmentWriting(targets: readonly object[]): Environment {
  const prod = environmentFor("prod", [shop]);
  return {
    ...prod,
    remoteWrite: remoteWrite.parse(targets),
    prometheus: { ...prod.prometheus, retention: "120d" },
  };
}

function planWriting(targets: readonly object[]): MonitoringPlan {
  const runbooks = readContent(ROOT).runbooks.filter(({ service }) => service === "tocsin");
  const result = generatePlan([shop], environmentWriting(targets), { runbooks });
  if (!result.ok) throw new Error(formatProblems(result.problems));
  return result.plan;
}

const plan = planWriting([WHOLE, BARE]);
const watching = plan.alerts.filter(({ alertname }) => alertname.startsWith("RemoteWrite"));
const tests = ruleTests(plan, [shop, selfService(environmentWriting([WHOLE, BARE]), [shop])]).filter(
  ({ cases }) => JSON.stringify(cases).includes("RemoteWrite"),
);

let programs: Toolchain;

beforeAll(async () => {
  programs = await toolchain();
}, 600_000);

describe("what is written to others", () => {
  it("is watched by alerts that wake nobody, each with a page, and by none where nobody is written to", () => {
    expect(watching.map(({ alertname, severity }) => `${alertname} ${severity}`)).toEqual([
      "RemoteWriteBehind warning",
      "RemoteWriteDropped warning",
      "RemoteWriteLogUnreadable warning",
      "RemoteWriteRefused warning",
      "RemoteWriteShardsAtMaximum warning",
    ]);
    const pages = plan.runbooks.map(({ service, slug }) => `${service}/${slug}`);
    expect(watching.filter(({ runbook }) => !pages.includes(`${runbook.service}/${runbook.slug}`))).toEqual(
      [],
    );
    const nobody = planWriting([]);
    expect(JSON.stringify(nobody)).not.toMatch(/remote.?write/i);
    expect(prometheusConfig(nobody)).not.toContain("remote_write");
  });

  it.each(tests)("has alerts that fire and stay silent: $name", async (test) => {
    const { code, output } = await testRules(programs.promtool, test);
    expect(code === 0 ? "" : output).toBe("");
  });

  it("is tried by those tests alert by alert", () => {
    const tried = JSON.stringify(tests);
    expect(watching.filter(({ alertname }) => !tried.includes(`"alertname":"${alertname}"`))).toEqual([]);
  });

  it("can be raised in the lab, where it goes to nobody", () => {
    const self = plan.services.find(({ id }) => id === "tocsin");
    const raised = new Set(self?.incidents.flatMap(({ alerts }) => alerts));
    expect(watching.filter(({ alertname }) => !raised.has(alertname))).toEqual([]);
  });

  it("is said to leave out a service that Google scrapes", () => {
    const bound = (targets: readonly object[]): readonly string[] =>
      managedPrometheusNotices({
        ...planWriting(targets),
        services: plan.services.map((service) => ({
          ...service,
          backend: { metrics: "gmp", alerts: "gmp" },
        })),
      })
        .filter(({ path: at }) => at === "services.shop.gmp.remoteWrite")
        .map(({ message }) => message);
    expect(bound([WHOLE, BARE])).toEqual([
      "the stack's own Prometheus writes to [mimir, inside], and has no series of this service",
    ]);
    expect(bound([])).toEqual([]);
  });

  it("is told to Prometheus as it understands it, and what is not said is left to it", () => {
    const text = prometheusConfig(plan);
    const { remote_write: written } = parse(text) as { readonly remote_write: unknown };
    expect(written).toEqual([
      {
        name: "mimir",
        url: "https://mimir.example.com/api/v1/push",
        headers: { "X-Scope-OrgID": "acme" },
        basic_auth: { username: "acme", password_file: "/etc/prometheus/secrets/mimir-password" },
        tls_config: {
          ca: CERTIFICATE,
          server_name: "mimir.internal",
          cert: CERTIFICATE,
          key_file: "/etc/prometheus/secrets/mimir-key",
        },
        send_native_histograms: true,
        write_relabel_configs: [
          { action: "keep", source_labels: ["__name__"], regex: "slo:.*|ALERTS" },
          { action: "drop", source_labels: ["__name__"], regex: ".*:sampled5m" },
        ],
        queue_config: {
          capacity: 20_000,
          min_shards: 2,
          max_shards: 20,
          max_samples_per_send: 5_000,
          batch_send_deadline: "10s",
          min_backoff: "100ms",
          max_backoff: "10s",
          sample_age_limit: "1h",
          retry_on_http_429: true,
        },
      },
      BARE,
    ]);
    const folder = temporaryFolder();
    writeFiles(folder, new Map([["prometheus.yml", text]]));
    const check = (): string =>
      execFileSync(programs.promtool, ["check", "config", path.join(folder, "prometheus.yml")], {
        encoding: "utf8",
      });
    expect(check()).toContain("SUCCESS");
    removeFolder(folder);
  });
});

describe("a target that cannot be", () => {
  it.each([
    [
      "http to a public host",
      { url: "http://mimir.example.com/push" },
      "url: [http://mimir.example.com/push] would send samples over a network in plain text; use https, or the address of a Service such as http://mimir.mimir.svc:8080/api/v1/push",
    ],
    [
      "a host that only begins like one of the cluster",
      { url: "http://10.evil.example/push" },
      "url: [http://10.evil.example/push] would send samples over a network in plain text; use https, or the address of a Service such as http://mimir.mimir.svc:8080/api/v1/push",
    ],
    [
      "credentials in the address",
      { url: "https://user:s3cret@mimir.example.com/push" },
      "url: [https://…@mimir.example.com/push] is not an address to write to such as https://mimir.example.com/api/v1/push",
    ],
    [
      "a token in the address",
      { url: "https://mimir.example.com/push?token=s3cret" },
      "url: [https://mimir.example.com/push?…] is not an address to write to such as https://mimir.example.com/api/v1/push",
    ],
    [
      "a password over http",
      { ...BARE, authorization: WHOLE.authorization },
      "url: [http://mimir.mimir.svc:8080/api/v1/push] is not https, and `authorization` or `tls` is set: a secret would be sent in plain text",
    ],
    [
      "a kind of authorization that is none",
      { authorization: { kind: "oauth" } },
      "authorization.kind: [oauth] is not one of [basic, bearer]",
    ],
    [
      "the secret itself in the place of its key",
      { authorization: { kind: "bearer", tokenSecret: "glc_eyJrIjoiYWJjZGVmMTIzNDU2In0=" } },
      "authorization.tokenSecret: is not the key of a secret such as slack-alerts; it is not shown, since it may be the secret itself",
    ],
    [
      "a header that is an authorization",
      { headers: { Authorization: "Bearer x" } },
      "headers.Authorization: [Authorization] is not a header such as X-Scope-OrgID that is neither Prometheus' own nor an authorization",
    ],
    [
      "a pattern that is none",
      { keep: ["slo:(.*"] },
      "keep.0: [slo:(.*] is not a regular expression of Prometheus: missing closing ): `slo:(.*`",
    ],
    [
      "a certificate that is a file",
      { tls: { ca: "/etc/ca.pem" } },
      "tls.ca: [/etc/ca.pem] is not a certificate in PEM, which begins with -----BEGIN CERTIFICATE-----",
    ],
    ["no check of certificates", { tls: { insecureSkipVerify: true } }, "tls: ca, serverName, client"],
    [
      "more shards at least than at most",
      { queue: { minShards: 60 } },
      "queue.minShards: [60] is more than the [50] of `maxShards`",
    ],
    [
      "a first wait that exceeds the longest",
      { queue: { minBackoff: "1m" } },
      "queue.minBackoff: [1m] is more than the [5s] of `maxBackoff`",
    ],
    [
      "samples that the log has forgotten",
      { queue: { sampleAgeLimit: "1d" } },
      "queue.sampleAgeLimit: [1d] is not a duration from 1m to 2h such as 1h",
    ],
    ["no shards", { queue: { maxShards: 0 } }, "queue.maxShards: [0] is not a whole number from 1 to 1000"],
  ])("is refused: %s", (_what, wrong, expected) => {
    const result = remoteWrite.safeParse([{ name: "mimir", url: WHOLE.url, ...wrong }]);
    expect(result.error?.issues.map(({ path: [, ...at], message }) => `${at.join(".")}: ${message}`)).toEqual(
      [expected],
    );
  });

  it.each([
    "https://mimir.example.com/push",
    "http://127.0.0.1:9090/api/v1/write",
    "http://10.1.2.3:8080/push",
    "http://172.20.0.1/push",
    "http://receive.thanos.svc.cluster.local:19291/api/v1/receive",
  ])("is none at %s", (url) => {
    expect(remoteWrite.safeParse([{ name: "mimir", url }]).success).toBe(true);
  });

  it("is refused where two have one name", () => {
    const result = remoteWrite.safeParse([BARE, { ...WHOLE, name: BARE.name }]);
    expect(result.error?.issues.map(({ message }) => message)).toEqual([
      "has several targets that are called [inside]",
    ]);
  });

  const said = (values: object): readonly string[] =>
    crossFieldFindings({ environment: "prod", ...values }, ENVIRONMENTS).map(
      ({ path: at, message }) => `${at.join(".")}: ${message}`,
    );

  it("is refused where others run Prometheus", () => {
    const backend = { backend: "operator", operator: { namespace: "kube-prometheus" } };
    const refusal =
      "remoteWrite: is set, and tocsin:backend is [operator], whose Prometheus is not the stack's to configure";
    expect(said({ ...backend, remoteWrite: [BARE] })).toContain(refusal);
    expect(said(backend)).not.toContain(refusal);
    expect(said({ remoteWrite: [BARE] })).not.toContain(refusal);
  });

  it("is refused where its secret is that of something else", () => {
    const twice = (authorization: object): readonly string[] =>
      said({ remoteWrite: [WHOLE, { ...BARE, authorization }] }).filter((text) => text.includes("secret"));
    expect(twice({ kind: "bearer", tokenSecret: "mimir-password" })).toEqual([
      "remoteWrite.1.authorization.tokenSecret: names a secret that is used as a password of remote writing and as a token of remote writing",
    ]);
    expect(twice({ kind: "basic", username: "b", passwordSecret: "mimir-password" })).toEqual([]);
    expect(
      said({
        receivers: { unrouted: [{ kind: "webhook", urlSecret: "mimir-key" }] },
        remoteWrite: [WHOLE],
      }).filter((text) => text.includes("secret")),
    ).toEqual([
      "remoteWrite.0.tls.client.keySecret: names a secret that is used as the address of a webhook and as a private key of remote writing",
    ]);
  });
});
