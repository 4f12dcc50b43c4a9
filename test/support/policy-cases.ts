import type { PolicyFactory } from "../../policies/policy";
import { sayOf, sayOfStack, type Subject } from "./policy-requests";

/** Resources, and what the policy says of them: each message without the policy's description. */
interface PolicyCase {
  readonly title: string;
  readonly subjects: readonly Subject[];
  readonly says?: readonly string[];
  /** What the policy is told. */
  readonly values?: object;
}

/** What every policy is tested by. */
export interface PolicyCases {
  /** At least two. */
  readonly fails: readonly PolicyCase[];
  readonly passes: readonly [PolicyCase, ...PolicyCase[]];
  /** Something alike in another type of resource. */
  readonly wrongType: Omit<PolicyCase, "title">;
  /** Something that only the deployment will tell: notes, and violations where that is configured. */
  readonly unknown: readonly [PolicyCase, ...PolicyCase[]];
}

/** Tests of a policy in pairs, each asked as the engine asks. */
export function describePolicy(make: PolicyFactory, cases: PolicyCases): void {
  const { name, description } = make();
  const say = async ({ subjects, values = {} }: Omit<PolicyCase, "title">): Promise<readonly string[]> => {
    const policy = make("mandatory", values);
    const said =
      "validateStack" in policy
        ? await sayOfStack(subjects, policy)
        : (await Promise.all(subjects.map((subject) => sayOf(subject, policy)))).flat();
    return said.map(({ level, message }) => `${level} ${message.replace(`${description}\n`, "")}`);
  };
  const at = (level: string, messages: readonly string[] = []): readonly string[] =>
    messages.map((message) => `${level} ${message}`);

  describe(name, () => {
    it("is refused in two ways at least", () => {
      expect(cases.fails.length).toBeGreaterThan(1);
    });

    it.each(cases.fails)("refuses $title", async (refused) => {
      expect(refused.says).toBeDefined();
      expect(await say(refused)).toEqual(at("mandatory", refused.says));
    });

    it.each(cases.passes)("passes $title", async (passed) => {
      expect(await say(passed)).toEqual([]);
    });

    it("has nothing to say of another type", async () => {
      expect(await say(cases.wrongType)).toEqual([]);
    });

    it.each(cases.unknown)("does not judge $title", async (unknown) => {
      expect(await say(unknown)).toEqual(at("advisory", unknown.says));
      const strict = { ...unknown, values: { ...unknown.values, unchecked: "mandatory" } };
      expect(await say(strict)).toEqual(at("mandatory", unknown.says));
    });
  });
}
