import { criticalAlertHasRunbook } from "../../policies/rules/critical-alert-has-runbook";
import { RULE_SOURCES } from "../../policies/rule-sources";
import { sayOf, UNKNOWN, type Said, type Subject } from "../support/policy-requests";
import { CARRIERS, ruleFile, type TestAlert } from "../support/rule-carriers";

const CRITICAL = { severity: "critical" };
const RUNBOOK = { runbook_url: "https://runbooks.example.com/shop" };
const REMEDY = "Set runbook_url to the https address of the page that says what to do.";
const IN_FILE = "Resource [shop]: alert [ShopDown] of group [shop] in data key [shop.yml]";

const said = (level: string, message: string): Said => ({
  policy: "critical-alert-has-runbook",
  level,
  message: `A critical alert links to its runbook over https.\n${message}`,
});

const wrong = (message: string): readonly Said[] => [said("mandatory", message)];
const note = (message: string): readonly Said[] => [said("advisory", message)];

const configMap = (
  data: Readonly<Record<string, unknown>> | string,
  labels: Readonly<Record<string, string>> = {},
): Subject => ({
  type: "kubernetes:core/v1:ConfigMap",
  name: "shop",
  props: { metadata: { name: "shop", labels }, data },
});
const RULES = { "app.kubernetes.io/component": "rules" };

const rules = (groups: unknown): Subject => ({
  type: "kubernetes:monitoring.coreos.com/v1:PrometheusRule",
  name: "shop",
  props: { spec: { groups } },
});

const AMP = "aws:amp/ruleGroupNamespace:RuleGroupNamespace";
const amp = (data: unknown): Subject => ({ type: AMP, name: "shop", props: { data } });
const GRAFANA = "grafana:alerting/v0alpha1/alertRule:AlertRule";
const grafana = (spec: unknown): Subject => ({ type: GRAFANA, name: "shop", props: { spec } });

const inFile = (alert: TestAlert): Subject => configMap({ "shop.yml": ruleFile(alert) });

/** What the policy says of a resource with its defaults. */
const judged = (subject: Subject): Promise<readonly Said[]> => sayOf(subject, criticalAlertHasRunbook());

describe("critical-alert-has-runbook", () => {
  it("looks into every kind of resource that these tests carry alerts in", () => {
    const pyrra = [...RULE_SOURCES.keys()].filter((type) => type.startsWith("kubernetes:pyrra.dev/"));
    const carried = CARRIERS.map(({ type }) => type);
    expect([...RULE_SOURCES.keys()].sort()).toEqual([...pyrra, ...carried].sort());
  });

  describe.each(CARRIERS)("in $type", ({ carry, place }) => {
    it("refuses a critical alert without runbook", async () => {
      expect(await judged(carry({ labels: CRITICAL }))).toEqual(
        wrong(`Resource [shop]: ${place} has severity [critical] and no runbook_url. ${REMEDY}`),
      );
    });

    it("refuses a critical alert whose runbook is not served over https", async () => {
      const alert = { labels: CRITICAL, annotations: { runbook_url: "http://runbooks.example.com/shop" } };
      expect(await judged(carry(alert))).toEqual(
        wrong(
          `Resource [shop]: ${place} has severity [critical] and runbook_url [http://runbooks.example.com/shop], ` +
            `which is no https address with a host. ${REMEDY}`,
        ),
      );
    });

    it("passes a critical alert with a runbook over https", async () => {
      expect(await judged(carry({ labels: CRITICAL, annotations: RUNBOOK }))).toEqual([]);
    });

    it("passes a warning without runbook", async () => {
      expect(await judged(carry({ labels: { severity: "warning" } }))).toEqual([]);
    });

    it("has nothing to say of the same properties in another type", async () => {
      const subject = { ...carry({ labels: CRITICAL }), type: "kubernetes:apps/v1:Deployment" };
      expect(await judged(subject)).toEqual([]);
    });
  });
});

describe("the address of a runbook", () => {
  it.each([
    ["https://runbooks.example.com/shop"],
    ["https://runbooks.example.com:8443/shop?page=1#first"],
    ["https://runbooks/shop/{{ $labels.service }}"],
    ["https://wiki.example.com/?pageId=42"],
    ["https://wiki.example.com/#shop-down"],
    ["https://wiki.example.com/todos/shop"],
    ["https://localhost.example.com/shop"],
    ["HTTPS://runbooks.example.com/shop\n"],
  ])("[%s] passes", async (runbook_url) => {
    expect(await judged(inFile({ labels: CRITICAL, annotations: { runbook_url } }))).toEqual([]);
  });

  it.each([
    ["https://", "[https://]"],
    ["https:///shop", "[https:///shop]"],
    ["https:shop", "[https:shop]"],
    ["https://{{ $labels.host }}/shop", "[https://{{ $labels.host }}/shop]"],
    ["ftp://runbooks.example.com", "[ftp://runbooks.example.com]"],
    ["wiki/shop", "[wiki/shop]"],
    [42, "[42]"],
    [`wiki ${"x".repeat(200)}`, `[wiki ${"x".repeat(115)}...]`],
    ["http://me:hunter2@wiki/shop?token=hunter2", "[http://...@wiki/shop?...]"],
    ["wiki#hunter2", "[wiki#...]"],
  ])("[%s] is refused, and shown as %s", async (runbook_url, shown) => {
    expect(await judged(inFile({ labels: CRITICAL, annotations: { runbook_url } }))).toEqual(
      wrong(
        `${IN_FILE} has severity [critical] and runbook_url ${shown}, which is no https address with a host. ${REMEDY}`,
      ),
    );
  });

  it.each([
    ["https://localhost/shop", "whose host is the reader's own machine"],
    ["https://shop.localhost:8443/shop", "whose host is the reader's own machine"],
    ["https://127.0.0.1/shop", "whose host is the reader's own machine"],
    ["https://2130706433/shop", "whose host is the reader's own machine"],
    ["https://[::1]/shop", "whose host is the reader's own machine"],
    ["https://example.com/TODO", "which is a placeholder and no page"],
    ["https://example.com/shop#tbd", "which is a placeholder and no page"],
    ["https://example.com/runbooks/your-runbook-here", "which is a placeholder and no page"],
    ["https://runbooks.example.com", "which names no page of its host"],
    ["https://runbooks.example.com//", "which names no page of its host"],
    [
      "https://runbooks.example.com/{{ $labels.alertname }}",
      "which names no page of its host: a template renders to nothing where the alert has no such label",
    ],
  ])("[%s] is refused: %s", async (runbook_url, fault) => {
    const shown = runbook_url.replace(/#.*/, "#...");
    expect(await judged(inFile({ labels: CRITICAL, annotations: { runbook_url } }))).toEqual(
      wrong(`${IN_FILE} has severity [critical] and runbook_url [${shown}], ${fault}. ${REMEDY}`),
    );
  });

  it.each([[""], ["  "], [null], [["https://a.example"]]])("%j is none", async (runbook_url) => {
    expect(await judged(inFile({ labels: CRITICAL, annotations: { runbook_url } }))).toEqual(
      wrong(`${IN_FILE} has severity [critical] and no runbook_url. ${REMEDY}`),
    );
  });
});

describe("a severity", () => {
  it("may come from the group", async () => {
    const rule = { alert: "ShopDown" };
    expect(await judged(rules([{ name: "shop", labels: CRITICAL, rules: [rule] }]))).toEqual(
      wrong(
        `Resource [shop]: alert [ShopDown] of group [shop] in spec has severity [critical] and no runbook_url. ${REMEDY}`,
      ),
    );
  });

  it("of the rule wins over that of the group", async () => {
    const rule = { alert: "ShopDown", labels: { severity: "info" } };
    expect(await judged(rules([{ name: "shop", labels: CRITICAL, rules: [rule] }]))).toEqual([]);
  });
});

describe("a ConfigMap", () => {
  it("is searched in every document, through anchors and merge keys", async () => {
    const text = [
      "groups: []",
      "---",
      "page: &page { severity: critical }",
      "groups:",
      "- name: shop",
      "  rules:",
      "  - alert: ShopDown",
      "    labels: { <<: *page, team: shop }",
    ].join("\n");
    expect(await judged(configMap({ "shop.yml": text }))).toEqual(
      wrong(`${IN_FILE} has severity [critical] and no runbook_url. ${REMEDY}`),
    );
  });

  it("is searched in its keys' order, and under any key whose text looks like rules", async () => {
    const text = ruleFile({ labels: CRITICAL });
    const data = { "shop.rules": text, "b.yaml": text, "a.YML": text, "a.md": "see https://example.com" };
    const places = ["a.YML", "b.yaml", "shop.rules"];
    expect(await judged(configMap(data))).toEqual(
      places.flatMap((key) =>
        wrong(
          `Resource [shop]: alert [ShopDown] of group [shop] in data key [${key}] has severity [critical] ` +
            `and no runbook_url. ${REMEDY}`,
        ),
      ),
    );
  });

  it("may hold Grafana's alert files, in which an alert has a title", async () => {
    const group = { name: "shop", rules: [{ title: "ShopDown", uid: "shop", labels: CRITICAL }] };
    const text = JSON.stringify({ apiVersion: 1, groups: [group] });
    expect(await judged(configMap({ "shop.yml": text }))).toEqual(
      wrong(`${IN_FILE} has severity [critical] and no runbook_url. ${REMEDY}`),
    );
  });

  it("is searched when only one of its groups has rules", async () => {
    const text = JSON.stringify({
      groups: [{ name: "empty" }, { name: "shop", rules: [{ alert: "ShopDown", labels: CRITICAL }] }],
    });
    expect(await judged(configMap({ "shop.yml": text }))).toEqual(
      wrong(`${IN_FILE} has severity [critical] and no runbook_url. ${REMEDY}`),
    );
  });

  it.each([
    ["no data at all", configMap({})],
    ["an empty text", configMap({ "shop.yml": "" }, RULES)],
    ["no groups", configMap({ "prometheus.yml": "global: {}" }, RULES)],
    ["groups of another meaning", configMap({ "users.yml": "groups: [admins, users]" })],
    ["groups that are no list", configMap({ "users.yml": "groups: { admins: [me] }" })],
    ["groups without rules", configMap({ "users.yml": "groups: [{ name: admins }]" })],
    ["broken YAML of another kind", configMap({ "users.yml": "users: [" })],
  ])("with %s passes", async (_what, subject) => {
    expect(await judged(subject)).toEqual([]);
  });

  it.each([
    [
      "groups:\n- name: shop\n   rules: []",
      {},
      "Nested mappings are not allowed in compact mappings at line 2, column 9",
    ],
    [
      '{"groups": [',
      {},
      "Flow sequence in block collection must be sufficiently indented and end with a ] at line 1, column 13",
    ],
    [
      "users: [",
      RULES,
      "Flow sequence in block collection must be sufficiently indented and end with a ] at line 1, column 9",
    ],
    [
      "groups:\n- name: shop\n  rules: *hunter2",
      {},
      "Unresolved alias (the anchor must be set before the alias)",
    ],
    ["groups: []\ngroups: []", {}, "Map keys must be unique at line 2, column 1"],
    ["groups: |hunter2\n  x", {}, "Block scalar header includes extra characters at line 1, column 10"],
  ])("with %j is refused without a quote of it", async (text, labels, reason) => {
    expect(await judged(configMap({ "shop.yml": text }, labels))).toEqual(
      wrong(
        `Resource [shop]: data key [shop.yml] does not hold readable rules: ${reason}. ` +
          "Mend it, or its alerts go unchecked.",
      ),
    );
  });

  it.each([
    ["groups: { shop: [] }", "the list of groups in data key [shop.yml]", "it is an object, not a list"],
    ["groups: [shop]", "group number 1 in data key [shop.yml]", "it is a text, not an object"],
    [
      "groups: [{ rules: all }]",
      "the list of rules of group number 1 in data key [shop.yml]",
      "it is a text, not a list",
    ],
    [
      "groups: [{ name: shop, rules: [null] }]",
      "rule number 1 of group [shop] in data key [shop.yml]",
      "it is nothing, not an object",
    ],
  ])("of rules with %j is refused", async (text, place, reason) => {
    expect(await judged(configMap({ "shop.yml": text }, RULES))).toEqual(
      wrong(
        `Resource [shop]: ${place} does not hold readable rules: ${reason}. Mend it, or its alerts go unchecked.`,
      ),
    );
  });

  it("with binaryData says that it was not read, and is refused when it should hold rules", async () => {
    const subject = (labels: object): Subject => ({
      ...configMap({}),
      props: { metadata: { labels }, binaryData: { "logo.png": "AA==", "shop.yml": "AA==" } },
    });
    const never = "binaryData is never read, so rules belong under data";
    expect(await judged(subject({}))).toEqual(
      note(
        `Resource [shop]: binaryData key [shop.yml] was not checked: ${never}. Write it as a literal text.`,
      ),
    );
    expect(await judged(subject(RULES))).toEqual(
      ["logo.png", "shop.yml"].flatMap((key) =>
        wrong(
          `Resource [shop]: binaryData key [${key}] does not hold readable rules: ${never}. Mend it, or its alerts go unchecked.`,
        ),
      ),
    );
  });
});

describe("alerts that an operator writes", () => {
  const objective = (metadata: object, alerting: object = {}): Subject => ({
    type: "kubernetes:pyrra.dev/v1alpha1:ServiceLevelObjective",
    name: "shop",
    props: { metadata: { name: "shop", ...metadata }, spec: { target: "99.9", alerting } },
  });
  const burn = `Resource [shop]: critical burn rate alert of the objective has severity [critical] and no runbook_url. ${REMEDY}`;

  it("are refused in Pyrra's objects without an annotation that Pyrra copies", async () => {
    expect(await judged(objective({ annotations: RUNBOOK }))).toEqual(wrong(burn));
  });

  it("pass with one, and where Pyrra is told to write none", async () => {
    const annotations = { "pyrra.dev/runbook_url": RUNBOOK.runbook_url };
    expect(await judged(objective({ annotations }))).toEqual([]);
    expect(await judged(objective({}, { disabled: true }))).toEqual([]);
  });

  it("have in Sloth's objects the nearest of four labels, and none where they are disabled", async () => {
    const service = (pageAlert: object): Subject => ({
      type: "kubernetes:sloth.slok.dev/v1:PrometheusServiceLevel",
      name: "shop",
      props: {
        spec: {
          labels: CRITICAL,
          slos: [
            {
              name: "up",
              labels: { severity: "info" },
              alerting: { pageAlert, ticketAlert: { labels: CRITICAL } },
            },
          ],
        },
      },
    });
    const of = (kind: string): string =>
      `Resource [shop]: ${kind} alert of SLO [up] in spec has severity [critical] and no runbook_url. ${REMEDY}`;
    expect(await judged(service({}))).toEqual(wrong(of("ticket")));
    expect(await judged(service({ labels: CRITICAL }))).toEqual([
      ...wrong(of("page")),
      ...wrong(of("ticket")),
    ]);
    expect(await judged(service({ labels: CRITICAL, disable: true }))).toEqual(wrong(of("ticket")));
  });
});

describe("a property that is a rule file", () => {
  it.each([
    [
      "broken YAML",
      "users: [",
      "Flow sequence in block collection must be sufficiently indented and end with a ] at line 1, column 9",
    ],
    ["a list", [], "it is a list, not a text"],
  ])("is refused with %s", async (_what, data, reason) => {
    expect(await judged(amp(data))).toEqual(
      wrong(
        `Resource [shop]: data does not hold readable rules: ${reason}. Mend it, or its alerts go unchecked.`,
      ),
    );
  });

  it("may be left out, as may the only rule of a resource", async () => {
    expect(await judged(amp(null))).toEqual([]);
    expect(await judged(grafana(null))).toEqual([]);
  });
});

describe("what is not known before the deployment", () => {
  const later = "is not known before the deployment";
  const literal = "Both are checked only where they are literal texts.";
  const unread = (place: string): string =>
    `Resource [shop]: ${place} was not checked: it ${later}. Write it as a literal text.`;
  const group = (rule: unknown): unknown => [{ name: "shop", rules: [rule] }];
  const place = "Resource [shop]: alert [ShopDown] of group [shop] in spec";

  it.each<[string, Subject, string]>([
    ["the text of a rule file", configMap({ "shop.yml": UNKNOWN }), unread("data key [shop.yml]")],
    ["any text of a ConfigMap", configMap({ shop: UNKNOWN }), unread("data key [shop]")],
    ["a ConfigMap's data", configMap(UNKNOWN), unread("data")],
    ["a rule file", amp(UNKNOWN), unread("data")],
    ["the only rule of a resource", grafana(UNKNOWN), unread("spec")],
    ["the list of groups", rules(UNKNOWN), unread("the list of groups in spec")],
    ["a group", rules([UNKNOWN]), unread("member number 1 of the list of groups in spec")],
    ["a rule", rules(group(UNKNOWN)), unread("member number 1 of the list of rules of group [shop] in spec")],
    [
      "the runbook of a critical alert",
      rules(group({ alert: "ShopDown", labels: CRITICAL, annotations: { runbook_url: UNKNOWN } })),
      `${place} has severity [critical] and a runbook_url that ${later}. ${REMEDY} ${literal}`,
    ],
    [
      "the annotations of a critical alert",
      rules(group({ alert: "ShopDown", labels: CRITICAL, annotations: UNKNOWN })),
      `${place} has severity [critical] and a runbook_url that ${later}. ${REMEDY} ${literal}`,
    ],
    [
      "the severity of an alert without runbook",
      rules(group({ alert: "ShopDown", labels: { severity: UNKNOWN } })),
      `${place} has a severity that ${later} and no runbook_url. ${REMEDY} ${literal}`,
    ],
    [
      "the name of an alert without runbook",
      rules(group({ alert: UNKNOWN, labels: UNKNOWN })),
      `Resource [shop]: alert without a known name of group [shop] in spec has a severity that ${later} ` +
        `and no runbook_url. ${REMEDY} ${literal}`,
    ],
  ])("as %s is a note, or a violation where that is configured", async (_what, subject, message) => {
    expect(await judged(subject)).toEqual(note(message));
    const strict = criticalAlertHasRunbook("mandatory", { unchecked: "mandatory" });
    expect(await sayOf(subject, strict)).toEqual(wrong(message));
  });

  it.each<[string, Subject]>([
    [
      "the severity of an alert with a runbook",
      rules(group({ alert: "A", labels: UNKNOWN, annotations: RUNBOOK })),
    ],
    [
      "the runbook of a warning",
      rules(group({ alert: "A", labels: { severity: "info" }, annotations: UNKNOWN })),
    ],
    ["a recording rule's name", rules(group({ record: UNKNOWN, labels: CRITICAL }))],
  ])("as %s does not matter", async (_what, subject) => {
    expect(await judged(subject)).toEqual([]);
  });

  it("does not silence what is known of the same resource", async () => {
    const alert = { alert: "ShopDown", labels: CRITICAL };
    expect(await judged(rules([{ name: "shop", rules: [UNKNOWN, alert] }]))).toEqual([
      ...wrong(`${place} has severity [critical] and no runbook_url. ${REMEDY}`),
      ...note(unread("member number 1 of the list of rules of group [shop] in spec")),
    ]);
  });
});

describe("the policy's values", () => {
  it("set the severities that need a runbook", async () => {
    const policy = criticalAlertHasRunbook("mandatory", { severities: ["warning"] });
    expect(await sayOf(inFile({ labels: CRITICAL }), policy)).toEqual([]);
    expect(await sayOf(inFile({ labels: { severity: "warning" } }), policy)).toEqual(
      wrong(`${IN_FILE} has severity [warning] and no runbook_url. ${REMEDY}`),
    );
  });

  it("set the hosts that may serve runbooks", async () => {
    const alert = { labels: CRITICAL, annotations: RUNBOOK };
    const at = (...hosts: string[]): Promise<readonly Said[]> =>
      sayOf(inFile(alert), criticalAlertHasRunbook("mandatory", { hosts }));
    expect(await at("wiki.example.com", "Runbooks.example.com")).toEqual([]);
    expect(await at("wiki.example.com", "example.com")).toEqual(
      wrong(
        `${IN_FILE} has severity [critical] and runbook_url [https://runbooks.example.com/shop], ` +
          `whose host is not one of [wiki.example.com, example.com]. ${REMEDY}`,
      ),
    );
  });

  it("set the level", async () => {
    expect(await sayOf(inFile({ labels: CRITICAL }), criticalAlertHasRunbook("advisory"))).toEqual(
      note(`${IN_FILE} has severity [critical] and no runbook_url. ${REMEDY}`),
    );
    expect(await sayOf(inFile({ labels: CRITICAL }), criticalAlertHasRunbook("disabled"))).toEqual([]);
  });
});
