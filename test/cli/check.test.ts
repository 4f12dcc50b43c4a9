import { receiverKeys } from "../../config/secrets";
import { Checkout, type ProcessEnd } from "../support/checkout";
import { asEngineReads } from "../support/config-sources";
import { planOf } from "../support/plan";
import type { ProgramEnd } from "../support/program-runner";

/** A mistake that people make, in a checkout of its own, and everything that is said about it. */
interface Mistake {
  readonly sentence: string;
  readonly stack: "dev" | "prod";
  readonly make: (checkout: Checkout) => void;
  readonly said: readonly (readonly [problem: string, remedy: string])[];
}

/** Each starts a process, which takes its time where many run. */
const TIMEOUT = 120_000;

const SERVICE = "services/omnihub.ts";
const SEE = (key: string): string => `See tocsin:${key} in docs/configuration.md.`;

const HEADINGS =
  "The headings are Severity, Summary, Impact, Diagnosis, Resolution, Escalation, Post-Incident, in this order.";
const NO_BUCKET = [
  "services.omnihub.slos.api-latency.sli.threshold: [0.3] is not a bucket bound of [http_request_duration_seconds]",
  "Add the bound to the service and its contract, or use one of [0.05, 0.1, 0.2, 0.5, 1, 2.5, 5].",
] as const;

const MISTAKES: readonly Mistake[] = [
  {
    sentence: "what a service declares cannot be measured or kept, a runbook and the retention are too short",
    stack: "prod",
    make: (checkout) => {
      checkout.edit(
        SERVICE,
        'objective: { default: "99.9%" }',
        'objective: { default: "99.9%", prod: "100%" }',
      );
      checkout.edit(SERVICE, 'objective: { default: "95%" }', 'objective: { default: "90%" }');
      checkout.edit(SERVICE, 'threshold: "0.5"', 'threshold: "0.3"');
      checkout.edit(SERVICE, "requestDuration, emergencyControl] }", "requestDuration] }");
      checkout.edit(SERVICE, '["dev", "prod", "staging"]', '["dev", "prod", "staging", "qa"]');
      checkout.edit("runbooks/omnihub/service-down.md", "## Escalation", "## Whom to call");
      checkout.edit("Pulumi.prod.yaml", "retention: 35d", "retention: 34d");
    },
    said: [
      ...["api-availability", "api-latency"].map(
        (slo) =>
          [
            "configuration.prometheus.retention: [34d] does not hold the window of " +
              `[omnihub/${slo}], 28d and a margin of 7d`,
            "Raise the retention, or shorten the window of the SLO.",
          ] as const,
      ),
      ["runbooks/omnihub/service-down.md: heading [Escalation] is missing", HEADINGS],
      [
        "services.omnihub.alerts.KillSwitchEnabled.where: metric [omnihub_emergency_control] of job " +
          "[orchestrator] is not in the telemetry contract",
        "Declare it there, or use one of [http_requests_total, http_request_duration_seconds].",
      ],
      ["services.omnihub.environments: [qa] is not an environment", "Use one of [beta, dev, prod, staging]."],
      [
        "services.omnihub.slos.api-availability.objective.prod: [100%] is not an objective: " +
          "it leaves no error budget that could be spent or kept",
        "Use a percentage above 0% and below 100% with at most six decimals, e.g. 99.9%.",
      ],
      [
        "services.omnihub.slos.api-latency.objective.default: burn rate 13.44 over 1h needs an error ratio above " +
          "[1.344], which no service can have",
        "At [90%] use a threshold alert on the SLI instead of an SLO.",
      ],
      NO_BUCKET,
    ],
  },
  {
    sentence: "two alerts of one identity, a runbook that is gone, and one without a heading",
    stack: "prod",
    make: (checkout) => {
      checkout.edit(SERVICE, "  alerts: [\n", `  alerts: [\n${SECOND_TARGETS_DOWN}`);
      checkout.remove("runbooks/omnihub/kill-switch-active.md");
      checkout.edit("runbooks/omnihub/service-down.md", "## Impact", "## Damage");
    },
    said: [
      [
        "alerts.KillSwitchEnabled/omnihub/none-KillSwitchEnabled.runbook: " +
          "there is no runbooks/omnihub/kill-switch-active.md",
        "Copy runbooks/_template.md to that place and fill it in, or correct the slug.",
      ],
      [
        "alerts.TargetsDown/omnihub/none-TargetsDown: two alerts are called [TargetsDown/omnihub/none-TargetsDown]",
        "Rename one, or give it the SLO that it belongs to.",
      ],
      ["runbooks/omnihub/service-down.md: heading [Impact] is missing", HEADINGS],
    ],
  },
  {
    sentence:
      "a configuration with an unknown environment, unknown keys, a plain secret, beside a faulty service",
    stack: "dev",
    make: (checkout) => {
      const file = "Pulumi.dev.yaml";
      checkout.edit(file, "environment: dev", "environment: qa");
      checkout.edit(file, "tocsin:cluster:", "tocsin:clutser:");
      checkout.edit(file, "context: dev-1", "context: dev-1\n    contxt: dev-1");
      checkout.edit(file, "replicas: 1", "replicas: one");
      checkout.edit(file, "config:\n", "config:\n  tocsin:grafanaToken: hunter2\n");
      checkout.edit(SERVICE, 'threshold: "0.5"', 'threshold: "0.3"');
    },
    said: [
      [
        "Pulumi.dev.yaml: tocsin:cluster: is not set; expected the name of a cluster such as prod-1",
        SEE("cluster"),
      ],
      [
        "Pulumi.dev.yaml: tocsin:clutser: [clutser] is not a key of the configuration",
        "Use one of [environment, cluster, paging, kubernetes, prometheus, alertmanager, grafana, backups, " +
          "objectives, runbooks, receivers, secrets, grafanaToken, kubeconfig].",
      ],
      [
        "Pulumi.dev.yaml: tocsin:environment: [qa] is not one of [beta, dev, prod, staging]",
        SEE("environment"),
      ],
      [
        "Pulumi.dev.yaml: tocsin:grafanaToken: this secret is in plain text",
        "Encrypt it, and replace it where it comes from if others may have read it: " +
          "pulumi config set --stack dev --secret 'tocsin:grafanaToken'",
      ],
      [
        "Pulumi.dev.yaml: tocsin:kubernetes.contxt: [contxt] is not a key of the configuration",
        "Use one of [namespace, kubeconfig, context, clientNamespaces].",
      ],
      ["Pulumi.dev.yaml: tocsin:prometheus.replicas: [one] is not a whole number from 1", SEE("prometheus")],
      NO_BUCKET,
    ],
  },
];

/** Says something else than the alert of this name that the service declares. */
const SECOND_TARGETS_DOWN = `{
  kind: "threshold", name: "TargetsDown", source: "OMNIHUB-ERR-9", severity: "warning", category: "saturation",
  measure: { kind: "targets-up", job: apiGateway }, comparison: "below", threshold: "50%", for: "5m",
  summary: "Half of the API Gateway is down", description: "Half of the targets answer.", runbook: "targets-down",
},
`;

const UNSET: Mistake["said"] = [
  [
    "Pulumi.dev.yaml: tocsin:grafanaToken: this secret is not set, and Grafana asks for it",
    "Set it: pulumi config set --stack dev --secret 'tocsin:grafanaToken'",
  ],
  ...["slack-alerts", "slack-unrouted"].map(
    (key) =>
      [
        `Pulumi.dev.yaml: tocsin:secrets["${key}"]: this secret is not set, and a receiver reads it`,
        `Set it: pulumi config set --stack dev --secret --path 'tocsin:secrets["${key}"]'`,
      ] as const,
  ),
];

const CIPHERTEXTS = `  tocsin:grafanaToken: { secure: v1:abc }
  tocsin:secrets: { slack-alerts: { secure: v1:abc }, slack-unrouted: { secure: v1:abc } }
`;

/** Runs the program with the configuration of the checkout, and with the secrets that a deployment would have. */
async function deploy(
  checkout: Checkout,
  stack: string,
  set: readonly string[] = ["tocsin:secrets", "tocsin:grafanaToken"],
): Promise<ProgramEnd> {
  const { entries, secretKeys } = asEngineReads(checkout.text(`Pulumi.${stack}.yaml`));
  const receivers = Object.fromEntries(receiverKeys(planOf(stack)).map((key) => [key, "a secret"]));
  const secrets: readonly (readonly [string, string])[] = [
    ["tocsin:secrets", JSON.stringify(receivers)],
    ["tocsin:grafanaToken", "a secret"],
  ];
  const more = secrets.filter(([key]) => set.includes(key) && !(key in entries));
  return checkout.program({
    project: "tocsin",
    stack,
    entries: { ...entries, ...Object.fromEntries(more) },
    secretKeys: [...secretKeys, ...more.map(([key]) => key)],
  });
}

function lines(said: Mistake["said"]): readonly string[] {
  return said.flatMap(([problem, remedy]) => [problem, `    ${remedy}`]);
}

describe("tocsin check", () => {
  const checkout = new Checkout();

  afterEach(() => checkout.restore());
  afterAll(() => checkout.dispose());

  async function check(...args: readonly string[]): Promise<ProcessEnd> {
    const before = checkout.files();
    const end = await checkout.tocsin("check", ...args);
    expect(`${end.stdout}${end.stderr}`).not.toMatch(/^\s+at .+:\d+/m);
    expect(checkout.files()).toEqual(before);
    return end;
  }

  it.each(MISTAKES)(
    "and the program refuse alike: $sentence",
    async ({ stack, make, said }) => {
      make(checkout);
      const [checked, ran] = await Promise.all([check(stack), deploy(checkout, stack)]);
      const count = `${said.length} problems`;
      expect(checked.stdout.split("\n")).toEqual([`✗ ${count} in [${stack}]`, ...lines(said), ""]);
      expect(checked).toMatchObject({ code: 1, stderr: "" });
      expect(ran.error?.message.split("\n")).toEqual([`${count} in stack [${stack}]`, ...lines(said)]);
      expect(ran).toMatchObject({ error: { name: "RunError" }, registered: [] });
    },
    TIMEOUT,
  );

  it(
    "and the program refuse alike: a rule group that no ConfigMap holds",
    async () => {
      const text = '"The emergency kill switch stops every execution."';
      checkout.edit(SERVICE, text, `${text}.repeat(25_000)`);
      const [checked, ran] = await Promise.all([check("dev"), deploy(checkout, "dev")]);
      const [headline, problem = "", ...rest] = checked.stdout.split("\n");
      expect(headline).toBe("✗ 1 problem in [dev]");
      expect(problem).toMatch(
        /^services\.omnihub\.ruleGroups\.alerts:omnihub: the rule group takes \[12\d{5}\] bytes, and a ConfigMap holds 1000000$/,
      );
      expect(rest).toEqual([
        "    Split the service, or shorten what its alerts say: a group cannot be cut.",
        "",
      ]);
      expect(checked).toMatchObject({ code: 1, stderr: "" });
      expect(ran).toEqual({
        error: {
          name: "RunError",
          message: `1 problem in stack [dev]\n${problem}\n${rest[0] ?? ""}`,
        },
        registered: [],
      });
    },
    TIMEOUT,
  );

  it(
    "gives a notice of each secret that is not set, and the program refuses to run without them",
    async () => {
      const said = lines(UNSET);
      const [checked, ran] = await Promise.all([check("dev"), deploy(checkout, "dev", [])]);
      const [verdict, ...rest] = checked.stdout.split("\n");
      expect(verdict).toMatch(
        /^✓ dev: \d+ SLOs, \d+ alerts, \d+ dashboards, \d+ resources, 0 policy violations$/,
      );
      expect(rest).toEqual(["notice: 3 secrets are not set; `pulumi up` needs them", ...said, ""]);
      expect(checked).toMatchObject({ code: 0, stderr: "" });
      expect(ran).toEqual({
        error: { name: "RunError", message: ["3 problems in stack [dev]", ...said].join("\n") },
        registered: [],
      });
    },
    TIMEOUT,
  );

  it(
    "has nothing to say of a stack whose secrets are set, and the program runs",
    async () => {
      checkout.edit("Pulumi.dev.yaml", "config:\n", `config:\n${CIPHERTEXTS}`);
      const [checked, ran] = await Promise.all([check("dev"), deploy(checkout, "dev")]);
      expect(checked.stdout).toMatch(/^✓ dev: [^\n]+, 0 policy violations\n$/);
      expect(checked).toMatchObject({ code: 0, stderr: "" });
      expect(ran.error).toBeUndefined();
      expect(ran.registered).toContain("kubernetes:core/v1:ConfigMap");
    },
    TIMEOUT,
  );

  it(
    "names the policy that blocks a deployment, with the resource, the value and the remedy",
    async () => {
      checkout.edit("Pulumi.dev.yaml", "omnihub: https://runbooks", "omnihub: http://runbooks");
      const { code, stdout, stderr } = await check("dev");
      expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
      const [verdict, ...found] = (stdout.split("\nnotice: ")[0] ?? "").split(/\n(?=\S)/);
      expect(verdict).toMatch(/^✗ dev: [^\n]+, 3 policy violations$/);
      expect(found.map((one) => one.split("\n")[0])).toEqual(
        Array(3).fill(
          "critical-alert-has-runbook (mandatory): tocsin-prometheus-monitoring-prometheus-rules-omnihub",
        ),
      );
      const seen = (text: string): readonly string[] => /(?<=runbook_url \[)[^\]]+/.exec(text) ?? [];
      expect(found.flatMap(seen)).toEqual(
        ["high-error-rate", "kill-switch-active", "service-down"].map(
          (slug) => `http://runbooks.omnihub.dev/${slug}`,
        ),
      );
      expect(found.filter((one) => !one.includes("Set runbook_url to the https address"))).toEqual([]);
    },
    TIMEOUT,
  );
});
