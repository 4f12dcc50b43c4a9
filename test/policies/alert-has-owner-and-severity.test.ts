import { alertHasOwnerAndSeverity } from "../../policies/rules/alert-has-owner-and-severity";
import { sayOf, UNKNOWN, type Said, type Subject } from "../support/policy-requests";
import { CARRIERS, ruleFile, type TestAlert } from "../support/rule-carriers";

const OWNED = { severity: "warning", team: "payments", service: "shop" };
const IN_FILE = "Resource [shop]: alert [ShopDown] of group [shop] in data key [shop.yml]";
const ALLOWED = "[critical, warning, info, none]";

const said = (level: string, message: string): Said => ({
  policy: "alert-has-owner-and-severity",
  level,
  message: `An alert says how serious it is, and whose it is.\n${message}`,
});
const wrong = (...messages: readonly string[]): readonly Said[] =>
  messages.map((message) => said("mandatory", message));

const inFile = (alert: TestAlert): Subject => ({
  type: "kubernetes:core/v1:ConfigMap",
  name: "shop",
  props: { data: { "shop.yml": ruleFile(alert) } },
});

/** What the policy says of a resource with its defaults. */
const judged = (subject: Subject): Promise<readonly Said[]> => sayOf(subject, alertHasOwnerAndSeverity());

describe("alert-has-owner-and-severity", () => {
  describe.each(CARRIERS)("in $type", ({ carry, place }) => {
    it("refuses an alert without labels, once for each", async () => {
      expect(await judged(carry({}))).toEqual(
        wrong(
          `Resource [shop]: ${place} has no label severity. Set it to one of ${ALLOWED}.`,
          `Resource [shop]: ${place} has no label team. Set it to the name of the team.`,
          `Resource [shop]: ${place} has no label service. Set it to the name of the service.`,
        ),
      );
    });

    it("refuses an alert with a severity that no route knows", async () => {
      expect(await judged(carry({ labels: { ...OWNED, severity: "page" } }))).toEqual(
        wrong(`Resource [shop]: ${place} has severity [page]. Set it to one of ${ALLOWED}.`),
      );
    });

    it("passes an alert with owner and severity", async () => {
      expect(await judged(carry({ labels: OWNED }))).toEqual([]);
    });

    it("has nothing to say of the same properties in another type", async () => {
      expect(await judged({ ...carry({}), type: "kubernetes:apps/v1:Deployment" })).toEqual([]);
    });
  });
});

describe("a label", () => {
  it.each(["critical", "warning", "info", "none"])("severity may be %s", async (severity) => {
    expect(await judged(inFile({ labels: { ...OWNED, severity } }))).toEqual([]);
  });

  it.each([
    ["Critical", "severity [Critical]"],
    ["", "severity []"],
    ["{{ $labels.severity }}", "severity [{{ $labels.severity }}]"],
    ["a\u001b[31m\nb", "severity [a [31m b]"],
    [null, "no label severity"],
    [["critical"], "no label severity"],
  ])("severity may not be %j", async (severity, seen) => {
    expect(await judged(inFile({ labels: { ...OWNED, severity } }))).toEqual(
      wrong(`${IN_FILE} has ${seen}. Set it to one of ${ALLOWED}.`),
    );
  });

  it.each(["", "  "])("team may not be %j", async (team) => {
    expect(await judged(inFile({ labels: { ...OWNED, team } }))).toEqual(
      wrong(`${IN_FILE} has an empty label team. Set it to the name of the team.`),
    );
  });

  it("may be a number, which Prometheus reads as a text", async () => {
    expect(await judged(inFile({ labels: { ...OWNED, team: 7 } }))).toEqual([]);
  });

  it("may stand in the group, and an empty one of the rule takes it away", async () => {
    const ofRule = (labels: object): Subject => ({
      type: "kubernetes:monitoring.coreos.com/v1:PrometheusRule",
      name: "shop",
      props: { spec: { groups: [{ name: "shop", labels: OWNED, rules: [{ alert: "ShopDown", labels }] }] } },
    });
    expect(await judged(ofRule({}))).toEqual([]);
    expect(await judged(ofRule({ team: "" }))).toEqual(
      wrong(
        "Resource [shop]: alert [ShopDown] of group [shop] in spec has an empty label team. " +
          "Set it to the name of the team.",
      ),
    );
  });
});

describe("what cannot be read", () => {
  it("is refused here as well, because this may be the only policy that is enabled", async () => {
    const subject = { ...inFile({}), props: { data: { "shop.yml": "groups: {" } } };
    expect(await judged(subject)).toEqual(
      wrong(
        "Resource [shop]: data key [shop.yml] does not hold readable rules: Flow map in block collection must be " +
          "sufficiently indented and end with a } at line 1, column 10. Mend it, or its alerts go unchecked.",
      ),
    );
  });
});

describe("what is not known before the deployment", () => {
  const subject = (labels: unknown): Subject => ({
    type: "kubernetes:monitoring.coreos.com/v1:PrometheusRule",
    name: "shop",
    props: { spec: { groups: [{ name: "shop", rules: [{ alert: "ShopDown", labels }] }] } },
  });
  const note = (label: string): string =>
    `Resource [shop]: alert [ShopDown] of group [shop] in spec has a label ${label} that is not known before the ` +
    "deployment. Write it as a literal text.";

  it("is a note for each label, or a violation where that is configured", async () => {
    const labels = ["severity", "team", "service"];
    expect(await judged(subject(UNKNOWN))).toEqual(labels.map((label) => said("advisory", note(label))));
    const strict = alertHasOwnerAndSeverity("mandatory", { unchecked: "mandatory" });
    expect(await sayOf(subject(UNKNOWN), strict)).toEqual(wrong(...labels.map(note)));
  });

  it("does not silence what is known of the same alert", async () => {
    expect(await judged(subject({ ...OWNED, team: UNKNOWN, service: "" }))).toEqual([
      said("advisory", note("team")),
      said(
        "mandatory",
        "Resource [shop]: alert [ShopDown] of group [shop] in spec has an empty label service. " +
          "Set it to the name of the service.",
      ),
    ]);
  });
});

describe("the policy's values", () => {
  it("set the severities and the labels of the owner", async () => {
    const policy = alertHasOwnerAndSeverity("mandatory", { severities: ["page"], owners: ["squad"] });
    expect(await sayOf(inFile({ labels: { severity: "page", squad: "a" } }), policy)).toEqual([]);
    expect(await sayOf(inFile({ labels: OWNED }), policy)).toEqual(
      wrong(
        `${IN_FILE} has severity [warning]. Set it to one of [page].`,
        `${IN_FILE} has no label squad. Set it to the name of the squad.`,
      ),
    );
  });

  it("set the level", async () => {
    const subject = inFile({ labels: { ...OWNED, team: "" } });
    expect(await sayOf(subject, alertHasOwnerAndSeverity("advisory"))).toEqual([
      said("advisory", `${IN_FILE} has an empty label team. Set it to the name of the team.`),
    ]);
    expect(await sayOf(subject, alertHasOwnerAndSeverity("disabled"))).toEqual([]);
  });
});
