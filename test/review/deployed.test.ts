import { parseState } from "../../evaluation/exported-state";
import { planOfResources } from "../../review/deployed-plan";
import { isEmpty } from "../../review/difference";
import { planDiff } from "../../review/plan-diff";
import { resourceDiff, type ShownResource } from "../../review/resource-diff";
import { evaluatePolicies } from "../../policies/evaluate";
import { COMMITTED, evaluated } from "../support/evaluated";

/** How the engine marks a secret in a state. Source: Pulumi SDK, `resource.SigKey`. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

const prod = COMMITTED.find(({ stack }) => stack === "prod");

/** What `pulumi stack export` writes of resources, with what a provider fills in. */
function stateOf(
  resources: readonly { readonly urn: string; readonly type: string; readonly inputs: object }[],
): string {
  return JSON.stringify({
    version: 3,
    deployment: {
      resources: [
        { urn: "urn:pulumi:prod::tocsin::pulumi:pulumi:Stack::tocsin-prod", type: "pulumi:pulumi:Stack" },
        ...resources,
      ],
    },
  });
}

describe("the state of a stack", () => {
  it("differs in nothing from what it was made of, and is judged in the same words", async () => {
    if (prod === undefined) throw new Error("there is no prod");
    const { resources, violations, plan } = await evaluated(prod);
    const exported = resources.map(({ urn, type, props, shown, parent, provider, dependencies }) => ({
      urn,
      type,
      ...{ parent, provider, dependencies },
      inputs: Object.fromEntries(
        Object.entries({ ...shown, ofTheProvider: "filled in", __defaults: ["ofTheProvider"] }).map(
          ([key, value]) => [
            key,
            JSON.stringify(props[key]) === JSON.stringify(shown[key]) ? value : masked(value),
          ],
        ),
      ),
    }));
    const read = parseState(stateOf(exported));
    if (!read.ok) throw new Error(read.fault);
    expect(read.state.stack).toBe("prod");
    const side = (all: readonly { type: string; name: string; props: object }[]): readonly ShownResource[] =>
      all.map(({ type, name, props }) => ({ type, name, inputs: props as ShownResource["inputs"] }));
    const shown = resources.map(({ type, name, shown: inputs }) => ({ type, name, inputs }));
    expect(isEmpty(resourceDiff(side(read.state.resources), shown))).toBe(true);
    const [before, after] = [side(read.state.resources), shown].map((all) => planOfResources(all, plan));
    expect(after?.alerts).toHaveLength(plan.alerts.length);
    expect(after?.dashboards).toHaveLength(plan.dashboards.length);
    expect(planDiff(before, after)).toMatchObject({
      alerts: { added: [], removed: [], changed: [] },
      dashboards: { added: [], removed: [], changed: [] },
    });
    const judged = await evaluatePolicies(read.state.resources);
    const blocking = (all: typeof judged): readonly string[] =>
      all.filter(({ level }) => level === "mandatory").map(({ policy, message }) => `${policy}: ${message}`);
    expect(blocking(judged)).toEqual(blocking([...violations]));
  }, 120_000);

  it("is judged by the policies, which name what was deployed", async () => {
    const read = parseState(
      stateOf([
        {
          urn: "urn:pulumi:prod::tocsin::kubernetes:core/v1:ConfigMap::rules-x",
          type: "kubernetes:core/v1:ConfigMap",
          inputs: {
            data: {
              "x.yml":
                "groups:\n- name: g\n  rules:\n  - alert: Down\n    expr: up == 0\n    for: 1m\n    labels: {severity: critical, team: a, service: x}\n    annotations: {summary: s, dashboard_url: https://g.example/d/x}\n",
            },
          },
        },
      ]),
    );
    if (!read.ok) throw new Error(read.fault);
    const found = await evaluatePolicies(read.state.resources);
    expect(found.map(({ policy, level }) => `${policy} ${level}`)).toContain(
      "critical-alert-has-runbook mandatory",
    );
  });

  it.each<readonly [what: string, text: string, fault: string]>([
    [
      "half a file",
      '{"version": 3, "deployment": {"resources": [{"urn"',
      "it is no JSON, or was not written to its end",
    ],
    ["another file", '{"resources": []}', "it is no exported stack: [version] is missing"],
    ["an empty stack", '{"version": 3, "deployment": {}}', "it holds no resource, so nothing was deployed"],
    [
      "two stacks",
      stateOf([{ urn: "urn:pulumi:dev::tocsin::a:b:C::d", type: "a:b:C", inputs: {} }]),
      "it holds several stacks",
    ],
  ])("is none: %s", (_, text, fault) => {
    expect(parseState(text)).toMatchObject({ ok: false, fault: expect.stringContaining(fault) as unknown });
  });
});

/** A value that is a secret as a whole, as far as a text may be: what the state has of it is a ciphertext. */
function masked(value: unknown): unknown {
  if (value === "[secret]") {
    return { [SIGNATURE]: SECRET, ciphertext: "v1:abc" };
  }
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, masked(entry)]))
    : value;
}
