import type { Policies, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { evaluatePolicies, type EvaluatedResource } from "../../policies/evaluate";
import manifest from "../../policies/package.json";
import { policies } from "../../policies/registry";
import { sayOf, sayOfStack, UNKNOWN, urnOf, type Subject } from "../support/policy-requests";

const MARKER = { __pulumiUnknown: true };

const configMap = (name: string, data: Readonly<Record<string, unknown>>): Subject => ({
  type: "kubernetes:core/v1:ConfigMap",
  name,
  props: { metadata: { name }, data },
});
const RULES = "groups: [{ name: shop, rules: [{ alert: ShopDown, labels: { severity: critical } }] }]";

/** Resources that policies of both kinds have something against, and things that nobody knows yet. */
const SUBJECTS: readonly Subject[] = [
  { type: "tocsin:index:Shop", name: "shop", props: {} },
  configMap("shop", { "shop.yml": RULES }),
  configMap("later", { "shop.yml": UNKNOWN }),
  { type: "aws:s3/bucket:Bucket", name: "backups", props: { bucket: "backups-prod" } },
  { type: "aws:s3/bucketVersioning:BucketVersioning", name: "backups", props: { bucket: UNKNOWN } },
];

const resourceOf = (subject: Subject): EvaluatedResource => ({
  ...subject,
  urn: urnOf(subject),
  props: JSON.parse(
    JSON.stringify(subject.props, (_key, value: unknown) => (value === UNKNOWN ? MARKER : value)),
  ) as EvaluatedResource["props"],
});

/** A policy that tells what it was shown. */
function witness(tell: (args: Parameters<ResourceChecker>[0]) => string): ResourceValidationPolicy {
  return {
    name: "witness",
    description: "Tells.",
    validateResource: (args, report) => report(tell(args)),
  };
}
type ResourceChecker = Extract<ResourceValidationPolicy["validateResource"], (...args: never) => unknown>;

const tellings = async (
  resources: readonly EvaluatedResource[],
  from: Policies,
): Promise<readonly (readonly [string | undefined, string])[]> =>
  (await evaluatePolicies(resources, from)).map(({ urn, message }) => [urn, message.replace("Tells.\n", "")]);

describe("evaluatePolicies", () => {
  it("says what the engine would be told", async () => {
    const told = [
      ...(
        await Promise.all(
          SUBJECTS.map(async (subject) =>
            (await sayOf(subject, ...policies)).map((one) => ({ ...one, urn: urnOf(subject) })),
          ),
        )
      ).flat(),
      ...(await sayOfStack(SUBJECTS, ...policies)),
    ];
    const evaluated = await evaluatePolicies(SUBJECTS.map(resourceOf));
    expect(evaluated).toHaveLength(13);
    expect(new Set(evaluated.map(({ policy }) => policy)).size).toBe(5);
    expect(new Set(evaluated)).toEqual(new Set(told));
  });

  it("is ordered by URN, policy and message, whatever the order of the resources", async () => {
    const resources = SUBJECTS.map(resourceOf);
    const evaluated = await evaluatePolicies(resources);
    const keys = evaluated.map(({ urn, policy, message }) => [urn, policy, message].join("\n"));
    expect(keys).toEqual(keys.toSorted());
    expect(await evaluatePolicies(resources.toReversed())).toEqual(evaluated);
  });

  it("has nothing to say of nothing", async () => {
    expect(await evaluatePolicies([])).toEqual([]);
  });

  it("leaves out the URN where the whole stack is meant", async () => {
    const policy: StackValidationPolicy = {
      name: "witness",
      description: "Tells.",
      enforcementLevel: "advisory",
      validateStack: (_args, report) => report("all of it"),
    };
    expect(await evaluatePolicies([], [policy])).toEqual([
      { policy: "witness", level: "advisory", message: "Tells.\nall of it" },
    ]);
  });

  it("shows policies what the engine shows: type, name, parent, provider and plain properties", async () => {
    const provider = "urn:pulumi:prod::tocsin::pulumi:providers:kubernetes::main";
    const resources: readonly EvaluatedResource[] = [
      {
        type: "pulumi:providers:kubernetes",
        name: "main",
        urn: provider,
        props: { namespace: "monitoring" },
      },
      {
        type: "kubernetes:core/v1:ConfigMap",
        name: "shop",
        urn: "urn:shop",
        parent: "urn:parent",
        provider: `${provider}::id`,
        props: { list: [1, null, undefined, { deep: true }], gone: undefined, empty: null },
      },
    ];
    const tell = witness(({ type, name, opts, provider: used, props }) =>
      JSON.stringify({ type, name, parent: opts.parent, provider: [used?.name, used?.props], props }),
    );
    expect(await tellings(resources, [tell])).toEqual([
      [
        provider,
        JSON.stringify({
          type: "pulumi:providers:kubernetes",
          name: "main",
          provider: [null, null],
          props: { namespace: "monitoring" },
        }),
      ],
      [
        "urn:shop",
        JSON.stringify({
          type: "kubernetes:core/v1:ConfigMap",
          name: "shop",
          parent: "urn:parent",
          provider: ["main", { namespace: "monitoring" }],
          props: { list: [1, null, null, { deep: true }], empty: null },
        }),
      ],
    ]);
  });

  it("shows a stack policy who depends on whom", async () => {
    const policy: StackValidationPolicy = {
      name: "witness",
      description: "Tells.",
      validateStack: ({ resources }, report) =>
        resources.forEach(({ urn, parent, dependencies }) =>
          report(JSON.stringify([parent?.name, dependencies.map(({ name }) => name)]), urn),
        ),
    };
    const resources = [
      { type: "a:b:C", name: "one", urn: "urn:one", props: {} },
      { type: "a:b:C", name: "two", urn: "urn:two", props: {}, parent: "urn:one", dependencies: ["urn:one"] },
    ];
    expect(await tellings(resources, [policy])).toEqual([
      ["urn:one", "[null,[]]"],
      ["urn:two", '["one",["one"]]'],
    ]);
  });

  it("shows a secret in plain text, as the engine does", async () => {
    const secret = {
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      value: { token: "hunter2" },
    };
    const resource = { type: "a:b:C", name: "one", urn: "urn:one", props: { secret } };
    expect(await tellings([resource], [witness(({ props }) => JSON.stringify(props))])).toEqual([
      ["urn:one", '{"secret":{"token":"hunter2"}}'],
    ]);
  });

  it("makes the library's note of a policy that reads what is not known yet", async () => {
    const resource = { type: "a:b:C", name: "one", urn: "urn:one", props: { deep: [MARKER] } };
    const reader = witness(({ props }) => JSON.stringify(props));
    expect(await evaluatePolicies([resource], [{ ...reader, enforcementLevel: "mandatory" }])).toEqual([
      {
        policy: "witness",
        urn: "urn:one",
        level: "advisory",
        message:
          `can't run policy 'witness' from policy pack 'tocsin@v${manifest.version}' during preview: ` +
          "string value at .deep.0 can't be known during preview",
      },
    ]);
  });

  it.each([
    [{ make: () => 1 }, "[make] is a [function]"],
    [{ list: [{ when: new Date(0) }] }, "[list[0].when] is a [Date]"],
    [{ size: 1n }, "[size] is a [bigint]"],
  ])("refuses %p, which no engine could send", async (props, what) => {
    const refused = evaluatePolicies([{ type: "a:b:C", name: "one", urn: "urn:one", props }]);
    expect(await refused.catch((error: unknown) => error)).toHaveProperty(
      "message",
      `Resource [urn:one]: ${what}, which no engine sends: give plain values, and { __pulumiUnknown: true } ` +
        "for what is not known yet.",
    );
  });

  it("passes a policy's own error on", async () => {
    const broken = witness(() => {
      throw new Error("a fault of the policy");
    });
    await expect(
      evaluatePolicies([{ type: "a:b:C", name: "one", urn: "urn:one", props: {} }], [broken]),
    ).rejects.toThrow(/^Error validating resource with policy 'witness' .*\nError: a fault of the policy\n/);
  });
});
