import { receiverKeys } from "../../config/secrets";
import { services } from "../fixture/services";
import { suggestion } from "../../slo/nearest";
import type { LatencyRatioSli } from "../../slo/sli";
import { Checkout } from "../support/checkout";
import { asEngineReads } from "../support/config-sources";
import { kubeconfigFor } from "../support/kubeconfig";
import { planOf, secretText } from "../support/plan";
import type { ProcessEnd } from "../support/warm";
import type { ProgramEnd } from "../support/program-runner";

type Said = readonly (readonly [problem: string, remedy: string])[];

/** A mistake that people make, in a checkout of its own, and what must be said about it. */
interface Mistake {
  readonly sentence: string;
  readonly stack: "dev" | "prod";
  readonly make: (checkout: Checkout) => void;
  readonly said: Said;
}

/** Each starts a process, which takes its time where many run. */
const TIMEOUT = 120_000;

const SEE = (key: string): string => `See tocsin:${key} in docs/configuration.md.`;
const HEADINGS =
  "The headings are Severity, Summary, Impact, Diagnosis, Resolution, Escalation, Post-Incident, in this order.";
const orders = theOnly(services, ({ id }) => id === "orders");
const latency = theOnly(orders.slos, ({ id }) => id === "api-latency").sli as LatencyRatioSli;
const critical = planOf("dev").alerts.filter(
  ({ service, severity }) => service === "orders" && severity === "critical",
);

function theOnly<T>(items: readonly T[], is: (item: T) => boolean): T {
  const [item, ...others] = items.filter(is);
  if (item === undefined || others.length > 0) {
    throw new Error("the orders service no longer has what this test changes");
  }
  return item;
}

/** Puts expressions in the place of what the orders service declares; `slos` and `alert` change what it has. */
function redeclare(checkout: Checkout, changes: Readonly<Record<string, string>>): void {
  const fields = Object.entries(changes).map(([key, expression]) => `${key}: ${expression}`);
  checkout.write(
    "services/index.ts",
    `import { orders } from "./orders";
     const slos = (change) => orders.slos.map((one) => ({ ...one, ...change(one)[one.id] }));
     const alert = (name, change) => ({ ...orders.alerts.find((one) => one.name === name), ...change });
     export const services = [{ ...orders, ${fields.join(", ")} }];`,
  );
}

const MISTAKES: readonly Mistake[] = [
  {
    sentence: "what a service declares cannot be measured or kept, a page lacks a heading, samples are lost",
    stack: "prod",
    make: (checkout) => {
      redeclare(checkout, {
        environments: '[...orders.environments, "qa"]',
        slos: `slos(({ sli }) => ({
          "api-availability": { objective: { default: "99.9%", prod: "100%" } },
          "api-latency": { objective: { default: "0%" }, sli: { ...sli, threshold: "0.3" } },
        }))`,
        alerts: `[...orders.alerts, alert("KillSwitchEnabled", {
          name: "Unheard",
          measure: {
            kind: "level", of: "max",
            gauge: { ...alert("KillSwitchEnabled").measure.gauge, name: "orders_unheard" },
          },
        })]`,
      });
      checkout.edit("services/orders/runbooks/targets-down.md", "## Escalation", "## Whom to call");
      checkout.edit("Pulumi.prod.yaml", "retention: 35d", "retention: 34d");
      // Neither what contradicts itself in the configuration nor what no backend can do hides the rest.
      checkout.edit("Pulumi.prod.yaml", "    deadMansSwitch: { urlSecret: heartbeat-url }\n", "");
      checkout.edit(
        "services/orders/runbooks/targets-down.md",
        "## Impact",
        "[nowhere](nowhere.md)\n\n## Impact",
      );
    },
    said: [
      [
        "Pulumi.prod.yaml: tocsin:receivers.deadMansSwitch: is not set, and tocsin:environment is [prod]",
        "Name the secret that holds the heartbeat address of a service outside the cluster.",
      ],
      [
        `configuration.prometheus.retention: [34d] does not hold 28d and a margin of 7d, the window of [${orders.slos
          .map(({ id }) => `orders/${id}`)
          .sort()
          .join(", ")}]`,
        "Raise the retention, or shorten the windows.",
      ],
      ["services/orders/runbooks/targets-down.md: heading [Escalation] is missing", HEADINGS],
      [
        "services.orders.alerts.Unheard.measure.gauge: " +
          "metric [orders_unheard] of job [orchestrator] is not in the telemetry contract",
        `Declare it there, or name another. ${suggestion(
          "orders_unheard",
          orders.telemetry.metrics.map(({ name }) => name),
        )}`,
      ],
      ["services.orders.environments: [qa] is not an environment", "Use one of [beta, dev, prod, staging]."],
      [
        "services.orders.slos.api-availability.objective.prod: " +
          "[100%] is not an objective: it leaves no error budget that could be spent or kept",
        "Use a percentage above 0% and below 100% with at most six decimals, e.g. 99.9%.",
      ],
      [
        "services.orders.slos.api-latency.objective.default: " +
          "[0%] is not an objective: it leaves no error budget that could be spent or kept",
        "Use a percentage above 0% and below 100% with at most six decimals, e.g. 99.9%.",
      ],
      [
        `services.orders.slos.api-latency.sli.threshold: [0.3] is not a bucket bound of [${latency.histogram.name}]`,
        `Add the bound to the service and its contract, or use one of [${latency.histogram.bounds.join(", ")}].`,
      ],
    ],
  },
  {
    sentence: "two alerts have one identity, a page that has no default is gone, and one lacks a heading",
    stack: "prod",
    make: (checkout) => {
      redeclare(checkout, {
        alerts: '[...orders.alerts, alert("TargetsDown", { when: { below: "50%" } })]',
      });
      checkout.remove("generators/self-runbooks/unknown-severity.md");
      checkout.edit("services/orders/runbooks/targets-down.md", "## Impact", "## Damage");
    },
    said: [
      [
        "alerts.TargetsDown/orders/none-TargetsDown: two alerts are called [TargetsDown/orders/none-TargetsDown]",
        "Rename one, or give it the SLO that it belongs to.",
      ],
      [
        "alerts.UnknownSeverity/tocsin/none-UnknownSeverity.runbook: " +
          "there is no services/tocsin/runbooks/unknown-severity.md",
        "Write it after docs/runbook-template.md: of this alert there is no default page.",
      ],
      ["services/orders/runbooks/targets-down.md: heading [Impact] is missing", HEADINGS],
    ],
  },
  {
    sentence:
      "a configuration has an unknown environment and keys and a bare secret, and a service is at fault",
    stack: "dev",
    make: (checkout) => {
      const file = "Pulumi.dev.yaml";
      checkout.edit(file, "environment: dev", "environment: qa");
      checkout.edit(file, "tocsin:cluster:", "tocsin:clutser:");
      checkout.edit(file, "context: dev-1", "context: dev-1\n    contxt: dev-1");
      checkout.edit(file, "replicas: 1", "replicas: one");
      checkout.edit(file, "config:\n", "config:\n  tocsin:grafanaToken: hunter2\n");
      redeclare(checkout, { environments: '["dev", "qa"]' });
    },
    said: [
      [
        "Pulumi.dev.yaml: tocsin:cluster: is not set; expected the name of a cluster such as prod-1",
        SEE("cluster"),
      ],
      [
        "Pulumi.dev.yaml: tocsin:clutser: [clutser] is not a key of the configuration",
        "Did you mean [cluster]? Use one of [environment, cluster, shard, paging, kubernetes, prometheus, alertmanager, grafana, backend, operator, backends, gmp, backups, backupsOf, " +
          "managedDatabases, longTerm, remoteWrite, objectives, maintenance, onCall, runbooks, runbookSite, backupJobs, blackbox, receivers, secrets, grafanaToken, kubeconfig].",
      ],
      [
        "Pulumi.dev.yaml: tocsin:environment: [qa] is not one of [beta, dev, prod, staging]",
        "Name one of those, or give `environments` of catalogue.ts another.",
      ],
      [
        "Pulumi.dev.yaml: tocsin:grafanaToken: this secret is in plain text",
        "Encrypt it, and replace it where it comes from if others may have read it: " +
          "pulumi config set --stack dev --secret 'tocsin:grafanaToken'",
      ],
      [
        "Pulumi.dev.yaml: tocsin:kubernetes.contxt: [contxt] is not a key of the configuration",
        "Did you mean [context]? Use one of [namespace, kubeconfig, context, clientNamespaces].",
      ],
      [
        "Pulumi.dev.yaml: tocsin:prometheus.replicas: [one] is not a whole number from 1 to 20",
        SEE("prometheus"),
      ],
      ["services.orders.environments: [qa] is not an environment", "Use one of [beta, dev, prod, staging]."],
    ],
  },
];

const UNSET: Said = [
  [
    "Pulumi.dev.yaml: tocsin:grafanaToken: this secret is not set, and Grafana asks for it",
    "Set it: pulumi config set --stack dev --secret 'tocsin:grafanaToken'",
  ],
  ...receiverKeys(planOf("dev")).map(
    (key) =>
      [
        `Pulumi.dev.yaml: tocsin:secrets["${key}"]: this secret is not set, and a receiver reads it`,
        `Set it: pulumi config set --stack dev --secret --path 'tocsin:secrets["${key}"]'`,
      ] as const,
  ),
];

const CIPHERTEXTS = `  tocsin:grafanaToken: { secure: v1:abc }
  tocsin:secrets:
${receiverKeys(planOf("dev"))
  .map((key) => `    ${key}: { secure: v1:abc }\n`)
  .join("")}`;

/** Runs the program with the configuration of the checkout, a kubeconfig and the secrets that a deployment would have. */
async function deploy(
  checkout: Checkout,
  stack: string,
  set: readonly string[] = ["tocsin:secrets", "tocsin:grafanaToken"],
): Promise<ProgramEnd> {
  const { entries, secretKeys } = asEngineReads(checkout.text(`Pulumi.${stack}.yaml`));
  const receivers = Object.fromEntries(
    receiverKeys(planOf(stack)).map((key) => [key, secretText(planOf(stack), key)]),
  );
  const secrets: readonly (readonly [string, string])[] = [
    ["tocsin:secrets", JSON.stringify(receivers)],
    ["tocsin:grafanaToken", "a secret"],
  ];
  // What the file has encrypted is decrypted by the engine.
  const more = secrets.filter(
    ([key]) => set.includes(key) && (!(key in entries) || secretKeys.includes(key)),
  );
  const kubeconfig = "tocsin:kubeconfig";
  return checkout.program({
    project: "tocsin",
    stack,
    entries: { ...entries, ...Object.fromEntries(more), [kubeconfig]: kubeconfigFor(stack) },
    secretKeys: [...secretKeys, kubeconfig, ...more.map(([key]) => key)],
  });
}

function lines(said: Said): readonly string[] {
  return said.flatMap(([problem, remedy]) => [problem, `    ${remedy}`]);
}

/** Where something is declared, as the command says it. */
const PLACE = /^ {4}see \S+\n/gm;

describe("tocsin check", () => {
  const checkout = new Checkout();

  afterEach(() => checkout.restore());
  afterAll(() => checkout.dispose());

  async function check(...args: readonly string[]): Promise<ProcessEnd> {
    const before = checkout.files();
    const end = await checkout.tocsin("check", ...args);
    expect(`${end.stdout}${end.stderr}`).not.toMatch(/^\s+at .+:\d+/m);
    expect(checkout.files()).toEqual(before);
    // Where it is declared only the command knows; `places.test.ts` reads it.
    return { ...end, stdout: end.stdout.replaceAll(PLACE, "") };
  }

  /** What both say of the checkout, which must be the same. */
  async function refused(stack: string): Promise<readonly string[]> {
    const [checked, ran] = await Promise.all([check(stack), deploy(checkout, stack)]);
    const [headline, ...printed] = checked.stdout.trimEnd().split("\n");
    const count = printed.length === 2 ? "1 problem" : `${printed.length / 2} problems`;
    expect(headline).toBe(`✗ ${count} in [${stack}]`);
    expect(checked).toMatchObject({ code: 1, stderr: "" });
    expect(ran).toEqual({
      error: { name: "RunError", message: [`${count} in stack [${stack}]`, ...printed].join("\n") },
      registered: [],
    });
    return printed;
  }

  const test = (sentence: string, run: () => Promise<void>): void => it(sentence, run, TIMEOUT);

  for (const { sentence, stack, make, said } of MISTAKES) {
    test(`and the program refuse alike: ${sentence}`, async () => {
      make(checkout);
      const printed = await refused(stack);
      expect(lines(said).filter((line) => !printed.includes(line))).toEqual([]);
    });
  }

  test("and the program refuse alike: a rule group that no ConfigMap holds", async () => {
    redeclare(checkout, {
      alerts: `orders.alerts.map((one) =>
        one.name === "KillSwitchEnabled" ? { ...one, description: "All stops. ".repeat(99_000) } : one)`,
    });
    const [problem, remedy] = await refused("dev");
    expect(problem).toMatch(
      /^services\.orders\.ruleGroups\.alerts:orders: the rule group takes \[1[01]\d{5}\] bytes, and a ConfigMap holds 1000000$/,
    );
    expect(remedy).toBe("    Split the service, or shorten what its alerts say: a group cannot be cut.");
  });

  test("says what promtool and amtool refuse, which no rule of our own has seen", async () => {
    redeclare(checkout, {
      alerts: `orders.alerts.map((one) =>
        one.name === "KillSwitchEnabled" ? { ...one, description: "{{ | humanize }}" } : one)`,
    });
    checkout.edit("receivers/slack.ts", 'text: call("slack.text")', 'text: call("slack.txt")');
    const remedy =
      "    Correct what it is made from, in services/ or in the stack's file; if that is right, it is a bug of tocsin's.";
    const { code, stdout, stderr } = await check("dev");
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    const [verdict, ...said] = (stdout.split("\nnotice: ")[0] ?? "").split("\n");
    expect(verdict).toMatch(/^✗ dev: .+, 0 policy violations$/);
    expect(said).toEqual([
      "dev: alertmanager/alertmanager.yml: amtool refuses it: " +
        '<{{template "tocsin.slack.txt" .}}>: template "tocsin.slack.txt" not defined',
      remedy,
      'dev: prometheus/rules/orders.yml: promtool refuses it: group "alerts:orders", rule 9, ' +
        '"KillSwitchEnabled": annotation "description": template: __alert_KillSwitchEnabled:1: unexpected "|" in command',
      remedy,
    ]);
    const rendered = await checkout.tocsin("render", "dev", "--out", `${checkout.folder}/rendered`);
    expect({ ...rendered, stderr: rendered.stderr.replaceAll(PLACE, "") }).toEqual({
      code: 1,
      stdout: "",
      stderr: `tocsin: 2 problems in [dev]\n${said.join("\n")}\n`,
    });
  });

  test("says of every text that Prometheus loads and cannot fill in", async () => {
    const texts = {
      DLQBacklog: "{{ $value | humanize 3 }} of {{ printf }}",
      KillSwitchEnabled: '{{ with query "up{" }}{{ . | first | value }}{{ end }}',
      HighDatabaseConnections: '{{ query "up" | first | value }} {{ $value | printf "%.1f" | toUpper }}',
    };
    redeclare(checkout, {
      alerts: `orders.alerts.map((one) => ({ ...one, description: ${JSON.stringify(texts)}[one.name] ?? one.description }))`,
    });
    const { code, stdout } = await check("dev");
    const said = stdout.split("\n").filter((line) => line.startsWith("dev: "));
    expect({ code, said }).toEqual({
      code: 1,
      said: [
        "DLQBacklog cannot be filled in at <humanize>: wrong number of args for humanize: want 1 got 2",
        'KillSwitchEnabled cannot be filled in at <query "up{">: error calling query: 1:4: parse error: unexpected end of input inside braces',
      ].map((says) => `dev: prometheus/rules/orders.yml: promtool refuses it: the description of ${says}`),
    });
  });

  test("gives a notice of secrets that are not set, host names that somebody else has to route and programs that are not there, and refuses nothing; the program refuses to run without secrets", async () => {
    checkout.edit("Pulumi.dev.yaml", "    ingress: { className: nginx, tlsSecret: runbooks-tls }\n", "");
    const nowhere = { PATH: "/nowhere", TOCSIN_CACHE_DIR: `${checkout.folder}/no-cache` };
    const [checked, ran] = await Promise.all([
      checkout.tocsinIn(nowhere, "check", "dev"),
      deploy(checkout, "dev", []),
    ]);
    expect(checked).toMatchObject({ code: 0, stderr: "" });
    const [verdict, ...printed] = checked.stdout.split("\n");
    expect(verdict).toMatch(/^✓ dev: \d+ SLOs, .+, \d+ resources, 0 policy violations$/);
    const why = (suite: string, programs: string): string =>
      `${suite} from PATH: no ${programs} there; ${suite} from the cache: no ${checkout.folder}/no-cache/`;
    const install =
      "    Install it by `npm run -s tocsin -- toolchain`, or put it on PATH together with its server.";
    expect(printed.map((line) => line.replace(/no-cache\/[^)]+/, "no-cache/"))).toEqual([
      `notice: ${UNSET.length} secrets are not set; \`pulumi up\` needs them`,
      ...lines(UNSET),
      "notice: `pulumi up` leaves this to you",
      "Pulumi.dev.yaml: tocsin:runbookSite.ingress: is not set, and alerts link to runbooks at " +
        "[runbooks.dev.orders.dev]",
      "    Name an ingress class, or route these host names to the Service [runbooks] in the namespace [monitoring] " +
        "yourself.",
      "notice: not every generated file was read by the program that it is for",
      `amtool: was not found (${why("alertmanager", "alertmanager and no amtool")}), ` +
        "so alertmanager.yml and the notification templates were not read by it",
      install,
      `promtool: was not found (${why("prometheus", "prometheus and no promtool")}), ` +
        "so prometheus.yml and the rules were not read by it",
      install,
      "",
    ]);
    const message = [`${UNSET.length} problems in stack [dev]`, ...lines(UNSET)].join("\n");
    expect(ran).toEqual({ error: { name: "RunError", message }, registered: [] });
  });

  test("has nothing to say of a stack whose secrets are set, and the program runs", async () => {
    checkout.edit("Pulumi.dev.yaml", "config:\n", `config:\n${CIPHERTEXTS}`);
    const [checked, ran] = await Promise.all([check("dev"), deploy(checkout, "dev")]);
    expect(checked.stdout).toMatch(/^✓ dev: [^\n]+, 0 policy violations\n$/);
    expect(checked).toMatchObject({ code: 0, stderr: "" });
    expect(ran.error).toBeUndefined();
    expect(ran.registered).toContain("kubernetes:core/v1:ConfigMap");
  });

  test("names the policy that blocks a deployment, with resource, value and remedy", async () => {
    checkout.edit("Pulumi.dev.yaml", "orders: https://runbooks", "orders: http://runbooks");
    const { code, stdout, stderr } = await check("dev");
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    const [verdict, ...found] = (stdout.split("\nnotice: ")[0] ?? "").split(/\n(?=\S)/);
    expect(verdict).toMatch(new RegExp(`^✗ dev: .+, ${critical.length} policy violations$`));
    expect([...new Set(found.map((one) => one.split("\n")[0]))]).toEqual([
      "critical-alert-has-runbook (mandatory): tocsin-prometheus-monitoring-prometheus-rules-orders",
    ]);
    const seen = (text: string): readonly string[] => /(?<=runbook_url \[)[^\]]+/.exec(text) ?? [];
    expect(found.flatMap(seen).sort()).toEqual(
      critical.map(({ runbook }) => runbook.url.replace("https:", "http:")).sort(),
    );
    expect(found.filter((one) => !one.includes("Set runbook_url to the https address"))).toEqual([]);
  });
});
