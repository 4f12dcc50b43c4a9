import { catalogue } from "../fixture/catalogue";
import * as pulumi from "@pulumi/pulumi";
import { evaluateProgram, type Evaluation } from "../../evaluation/evaluate";
import { judgeStack, PROJECT } from "../../evaluation/stack";
import { evaluated, VARIANTS, type Variant } from "../support/evaluated";

const INPUT = { project: "tocsin", stack: "dev", entries: {}, secretKeys: [] };

const URN = "urn:pulumi:dev::tocsin::";

// A first evaluation loads the providers' SDKs.
jest.setTimeout(60_000);

class Box extends pulumi.ComponentResource {
  constructor(name: string, opts: pulumi.ComponentResourceOptions = {}) {
    super("test:index:Box", name, {}, opts);
    this.registerOutputs({});
  }
}

class Thing extends pulumi.CustomResource {
  constructor(name: string, inputs: pulumi.Inputs = {}, opts: pulumi.CustomResourceOptions = {}) {
    super("test:index:Thing", name, inputs, opts);
  }
}

function raise(error: Error): never {
  throw error;
}

const evaluate = (program: () => unknown): Promise<Evaluation> => evaluateProgram(program, INPUT);

/** The URNs of a program, without what all of them begin with. */
async function urns(program: () => unknown): Promise<readonly string[]> {
  const { resources } = await evaluate(program);
  return resources.map(({ urn }) => urn.slice(URN.length));
}

const [dev, prod] = ["dev", "prod"].map((title) => VARIANTS.find((variant) => variant.title === title)) as [
  Variant,
  Variant,
];

describe("an evaluation", () => {
  it("names a child after the types above it, as the engine does", async () => {
    const program = (): void => {
      const outer = new Box("outer");
      const inner = new Box("inner", { parent: outer });
      new Thing("thing", {}, { parent: inner });
    };
    expect(await urns(program)).toEqual([
      "test:index:Box$test:index:Box$test:index:Thing::thing",
      "test:index:Box$test:index:Box::inner",
      "test:index:Box::outer",
    ]);
  });

  it("refuses two resources of one URN, and says which", async () => {
    const program = (): void => {
      new Box("twice");
      new Box("twice");
    };
    await expect(evaluate(program)).rejects.toThrow(
      new Error(`two resources are called [${URN}test:index:Box::twice]`),
    );
  });

  it("refuses two resources of one URN under one parent, wherever they are made", async () => {
    const program = (): void => {
      const parent = new Box("parent");
      new Thing("twice", {}, { parent });
      pulumi.output(1).apply(() => new Thing("twice", {}, { parent }));
    };
    await expect(evaluate(program)).rejects.toThrow(
      new Error(`two resources are called [${URN}test:index:Box$test:index:Thing::twice]`),
    );
  });

  it("accepts one name under two parents", async () => {
    const program = (): void => {
      new Thing("same", {}, { parent: new Box("left") });
      new Thing("same");
    };
    expect(await urns(program)).toEqual([
      "test:index:Box$test:index:Thing::same",
      "test:index:Box::left",
      "test:index:Thing::same",
    ]);
  });

  it("records what is made in nested applies", async () => {
    const program = (): void => {
      new Box("first").urn.apply(() =>
        new Box("second").urn.apply(() => pulumi.output(Promise.resolve(3)).apply(() => new Box("third"))),
      );
    };
    expect(await urns(program)).toEqual([
      "test:index:Box::first",
      "test:index:Box::second",
      "test:index:Box::third",
    ]);
  });

  it("records what is made later and later, one turn of the event loop after the other", async () => {
    const chain = (left: number): void => {
      if (left > 0) {
        const turn = new Promise<number>((resolve) => setImmediate(resolve, left));
        new Box(`${left} left`).urn.apply(() => pulumi.output(turn).apply(() => chain(left - 1)));
      }
    };
    expect(await urns(() => chain(8))).toHaveLength(8);
  });

  it("waits for a program that takes its time", async () => {
    const program = async (): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      new Box("late");
    };
    expect(await urns(program)).toEqual(["test:index:Box::late"]);
  });

  it.each([
    ["at once", (error: Error) => raise(error)],
    ["later", (error: Error) => Promise.reject(error)],
  ])("gives the error of a program that fails %s, and the next one works", async (_when, fail) => {
    const program = (): unknown => {
      new Box("before");
      return fail(new RangeError("of the program"));
    };
    await expect(evaluate(program)).rejects.toThrow(new RangeError("of the program"));
    expect(await urns(() => new Box("after"))).toEqual(["test:index:Box::after"]);
  });

  it("knows which values a deployment would have to tell", async () => {
    const { resources } = await evaluate(() => {
      const source = new Thing("source", { known: "yes" });
      new Thing("user", { sourceId: source.id, sourceUrn: source.urn });
    });
    expect(resources.map(({ name, props }) => [name, props])).toEqual([
      ["source", { known: "yes" }],
      ["user", { sourceId: { __pulumiUnknown: true }, sourceUrn: `${URN}test:index:Thing::source` }],
    ]);
  });

  it("masks secrets in what may be shown, and only there", async () => {
    const { resources } = await evaluate(
      () =>
        new Thing("thing", { open: "a", hidden: pulumi.secret("b"), within: { deep: [pulumi.secret(3)] } }),
    );
    expect(resources.map(({ props, shown }) => ({ props, shown }))).toEqual([
      {
        props: { open: "a", hidden: "b", within: { deep: [3] } },
        shown: { open: "a", hidden: "[secret]", within: { deep: ["[secret]"] } },
      },
    ]);
  });

  it("says what depends on what, and what the engine would keep", async () => {
    const { resources } = await evaluate(() => {
      const first = new Thing("first", {}, { retainOnDelete: true });
      new Thing("second", {}, { dependsOn: [first] });
    });
    expect(
      resources.map(({ name, dependencies, retainOnDelete }) => ({ name, dependencies, retainOnDelete })),
    ).toEqual([
      { name: "first", dependencies: [], retainOnDelete: true },
      { name: "second", dependencies: [`${URN}test:index:Thing::first`], retainOnDelete: false },
    ]);
  });

  it("refuses a call, which only a deployment can answer", async () => {
    await expect(evaluate(() => pulumi.runtime.invoke("aws:index/getRegion:getRegion", {}))).rejects.toThrow(
      new Error("the program calls [aws:index/getRegion:getRegion], which only a deployment can answer"),
    );
  });

  it("refuses to read a resource that the program does not make", async () => {
    await expect(evaluate(() => new Thing("theirs", {}, { id: "i-1" }))).rejects.toThrow(
      new Error("the program reads [i-1] of [test:index:Thing], which only a deployment can do"),
    );
  });

  it("gives the outputs of the program as they are", async () => {
    expect((await evaluate(() => ({ answer: 42 }))).outputs).toEqual({ answer: 42 });
    expect((await evaluate(() => undefined)).outputs).toBeUndefined();
  });
});

describe("several evaluations in one process", () => {
  it("do not leak into each other", async () => {
    const first = await evaluated(dev);
    const between = await evaluated(prod);
    const again = await evaluated(dev);
    expect(JSON.stringify(again)).toBe(JSON.stringify(first));
    expect(between.resources.filter(({ urn }) => !urn.startsWith("urn:pulumi:prod::tocsin::"))).toEqual([]);
    expect(again.resources.filter(({ urn }) => !urn.startsWith("urn:pulumi:dev::tocsin::"))).toEqual([]);
  });

  it("do not hand one's configuration to the next", async () => {
    await evaluated(prod);
    await expect(judgeStack(catalogue, "empty", {})).rejects.toThrow(
      new pulumi.RunError(
        [
          "1 problem in stack [empty]",
          "Pulumi.empty.yaml: has no keys of [tocsin:]",
          "    Copy the keys of another stack: see docs/configuration.md.",
        ].join("\n"),
      ),
    );
    expect((await evaluated(dev)).resources.length).toBeGreaterThan(0);
  });

  it("carry the name of the project, which is part of every URN", async () => {
    const { resources } = await evaluated(dev);
    expect(new Set(resources.map(({ urn }) => urn.split("::")[1]))).toEqual(new Set([PROJECT]));
  });
});
