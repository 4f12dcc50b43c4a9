import { catalogue } from "../fixture/catalogue";
import { judgeStack, type JudgedStack } from "../../evaluation/stack";
import { ofEngine, ofEvaluation, operationsIn, registeredIn } from "./registered";
import { namespacesOf, SECRET_VALUE, setSecrets } from "./needs";
import { differences } from "./stand-in/differences";
import type { StoredObject } from "./stand-in/store";
import type { Properties } from "./stand-in/wire";
import { Workspace, type EngineResource } from "./workspace";

/** Exit code of an operation that changed something although `--expect-no-changes` was given. */
const CHANGED = 7;

const STACK = "pulumi:pulumi:Stack";
const NAMESPACE = "kubernetes:core/v1:Namespace";
const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";
const DASHBOARD = "grafana:oss/dashboard:Dashboard";

/** What stays when a stack is destroyed besides the namespace: what belongs to locked buckets, of which dev has none. */
const LOCKED = { dev: 0, prod: 16 } as const;

function first(objects: readonly StoredObject[], type: string): StoredObject {
  const object = objects.find((one) => one.type === type);
  if (object === undefined) throw new Error(`the stand-ins hold no object of type [${type}]`);
  return object;
}

/** What became of objects, each by its URN and the path of what is different. */
function changes(before: readonly StoredObject[], after: readonly StoredObject[]): readonly string[] {
  const byUrn = (objects: readonly StoredObject[]): Properties =>
    Object.fromEntries(objects.map(({ urn, inputs }) => [urn, inputs]));
  return differences(byUrn(before), byUrn(after)).map(({ path, kind }) => `${kind} ${path}`);
}

const nameOf = (object: StoredObject): string => object.urn.slice(object.urn.lastIndexOf("::") + 2);

// Each test goes on where the one before it ended: a stack is made, looked at, disturbed and destroyed. The third stack
// is that of recovery.test.ts.
describe.each(["dev", "prod"] as const)("the stack %s under the engine", (stack) => {
  let workspace: Workspace;
  let judged: JudgedStack;
  let pack: string;
  let state: readonly EngineResource[];
  /** What concerns the cluster and Grafana alone, which both stacks have alike, is tried with the smaller one. */
  const alike = (title: string, run: () => Promise<void>): void => {
    if (stack === "dev") test(title, run);
  };

  beforeAll(async () => {
    workspace = await Workspace.make(stack);
    workspace.giveNamespaces(namespacesOf(stack));
    [pack] = await Promise.all([workspace.policyPack(), setSecrets(workspace)]);
    judged = await judgeStack(catalogue, stack, await workspace.configuration());
  });

  afterAll(() => workspace.remove());

  test("registers what the program registers without the engine, one by one", async () => {
    const { code, stdout, output } = await workspace.operate("preview", "--json");
    if (code !== 0) throw new Error(output);
    expect(stdout).not.toContain(SECRET_VALUE);
    const registered = registeredIn(stdout).map(ofEngine);
    const evaluated = judged.resources.map(ofEvaluation);
    expect(registered.map(({ urn }) => urn)).toEqual(evaluated.map(({ urn }) => urn));
    for (const [index, resource] of registered.entries()) {
      expect(resource).toEqual(evaluated[index]);
    }
  });

  test("is created whole, past every policy and without a warning", async () => {
    const { code, output } = await workspace.up("--policy-pack", pack);
    expect({ code, warnings: output.match(/.*warning.*/g) }).toEqual({ code: 0, warnings: null });
    expect(output).toContain("tocsin@");

    state = await workspace.state();
    const made = state.filter(({ type }) => type !== STACK);
    expect(made.map(({ urn }) => urn).sort()).toEqual(judged.resources.map(({ urn }) => urn));
    const outside = made.filter(({ custom, type }) => custom && !type.startsWith("pulumi:providers:"));
    expect(
      workspace
        .objects()
        .map(({ urn }) => urn)
        .sort(),
    ).toEqual(outside.map(({ urn }) => urn).sort());
  });

  test("has the outputs of the program without the engine", () => {
    expect(state.find(({ type }) => type === STACK)?.outputs).toEqual(judged.outputs);
  });

  test("keeps no secret in plain text, and its providers get them", () => {
    expect(JSON.stringify(state)).not.toContain(SECRET_VALUE);
    const receivers = first(workspace.objects(), "kubernetes:core/v1:Secret");
    const values = Object.values(receivers.inputs["stringData"] ?? {});
    expect(values.filter((value) => typeof value !== "string" || !value.includes(SECRET_VALUE))).toEqual([]);
    expect(values).not.toEqual([]);
  });

  test("is unchanged by a second up, which finds no drift", async () => {
    const before = workspace.objects();
    const { code, output } = await workspace.up("--refresh", "--expect-no-changes");
    expect({ code, unchanged: / {4}(\d+) unchanged/.exec(output)?.[1] }).toEqual({
      code: 0,
      unchanged: `${judged.resources.length + 1}`,
    });
    expect(changes(before, workspace.objects())).toEqual([]);
  });

  alike(
    "changes every object in place when settings change, so that nothing is gone for a moment",
    async () => {
      const restore = workspace.editConfig((config) => {
        config["tocsin:prometheus"] = {
          ...(config["tocsin:prometheus"] as object),
          ...{ retention: "40d", scrapeInterval: "15s" },
        };
      });
      const { stdout } = await workspace.operate("preview", "--json");
      restore();
      expect(operationsIn(stdout)).toEqual([
        // It says how long errors last before somebody is told, which follows the interval.
        "update grafana:oss/dashboard:Dashboard",
        "update kubernetes:apps/v1:StatefulSet",
        "update kubernetes:core/v1:ConfigMap",
      ]);
    },
  );

  alike(
    "shows what was deleted and changed behind the engine's back, and up --refresh brings it back",
    async () => {
      const before = workspace.objects();
      const [deleted, changed] = [first(before, CONFIG_MAP), first(before, DASHBOARD)];
      workspace.cloud("kubernetes").remove(stack, deleted.type, deleted.id);
      const inputs = { ...changed.inputs, configJson: '{"uid":"changed-by-hand"}' };
      workspace.cloud("grafana").replace(stack, { ...changed, inputs });

      const refreshed = await workspace.operate("refresh", "--preview-only", "--expect-no-changes");
      expect(refreshed.code).toBe(CHANGED);
      expect(refreshed.output).toMatch(
        new RegExp(`- +kubernetes:core/v1:ConfigMap ${nameOf(deleted)} delete`),
      );
      expect(refreshed.output).toMatch(new RegExp(`~ +grafana:oss:Dashboard ${nameOf(changed)} update`));
      expect(refreshed.output).toMatch(/Resources:\n {4}~ 1 to update\n {4}- 1 to delete\n/);

      expect(await workspace.up("--refresh")).toMatchObject({ code: 0 });
      expect(changes(before, workspace.objects())).toEqual([]);
    },
  );

  alike(
    "is asked for another namespace without a loss: the one with the volumes stays, a second is made",
    async () => {
      const namespaces = (): readonly string[] =>
        workspace
          .objects()
          .filter(({ type }) => type === NAMESPACE)
          .map(({ id }) => id)
          .sort();
      workspace.editConfig((config) => {
        config["tocsin:kubernetes"] = {
          ...(config["tocsin:kubernetes"] as object),
          namespace: "observability",
        };
      });
      expect(await workspace.up()).toMatchObject({ code: 0 });
      expect(namespaces()).toEqual(["monitoring", "observability"]);
    },
  );

  // The way of docs/removing-a-service.md.
  test("lets a service go, and leaves its locked bucket as it was", async () => {
    // Nobody has rights there any more, since nobody's jobs run.
    const ofBucket = (): readonly StoredObject[] =>
      workspace
        .objects()
        .filter(({ urn, type }) => urn.includes("BackupBucket$") && !type.startsWith("aws:iam/user"));
    const before = ofBucket();
    await workspace.removeService("orders");
    expect(await workspace.up()).toMatchObject({ code: 0 });
    expect(
      changes(
        before.filter(() => LOCKED[stack] > 0),
        ofBucket(),
      ),
    ).toEqual([]);
    expect((await workspace.state()).filter(({ urn }) => urn.includes("orders"))).toEqual([]);
  });

  test("is destroyed, but for the namespaces with their volumes and what is locked", async () => {
    expect(await workspace.operate("destroy", "--yes", "--skip-preview")).toMatchObject({ code: 0 });
    const left = workspace.objects().filter(({ type }) => type !== NAMESPACE);
    expect(left).toHaveLength(LOCKED[stack]);
    expect(left.filter(({ urn }) => !urn.includes("BackupBucket$"))).toEqual([]);
    expect(await workspace.state()).toEqual([]);
  });
});
