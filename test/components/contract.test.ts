import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { componentsIn, faultsIn } from "../support/component-rules";
import { ROOT } from "../support/stacks";

const FOLDER = path.join(ROOT, "components");

const SOURCES = readdirSync(FOLDER, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .sort()
  .map((file) => ({ file, text: readFileSync(path.join(FOLDER, file), "utf8") }));

describe("the components", () => {
  it.each(SOURCES)("in $file keep the rules", ({ file, text }) => {
    expect(faultsIn(file, text)).toEqual([]);
  });

  it("are all looked at", () => {
    const found = SOURCES.filter(({ file, text }) => componentsIn(file, text).length === 1);
    expect(found.map(({ file }) => file)).toEqual(
      SOURCES.filter(({ text }) => /extends\s+\S*Resource\b/.test(text)).map(({ file }) => file),
    );
    expect(found.length).toBeGreaterThan(7);
  });
});

const right = (body: string): string => `
  export class BackupBucket extends pulumi.ComponentResource {
    constructor(name: string, args: Args, opts: pulumi.ComponentResourceOptions) {
      super("tocsin:index:BackupBucket", name, {}, opts);
      ${body}
    }
  }`;

const REGISTER = "this.registerOutputs({});";

describe("a component that breaks a rule is found out:", () => {
  it("none of them, where it keeps them", () => {
    expect(
      faultsIn("backup-bucket.ts", right(`new Bucket(name, {}, { parent: this }); ${REGISTER}`)),
    ).toEqual([]);
  });

  it.each([
    [
      "it registers no outputs",
      right("new Bucket(name);"),
      [
        "BackupBucket registers its outputs 0 times",
        "BackupBucket does not end its constructor with registerOutputs",
      ],
    ],
    [
      "it registers its outputs twice",
      right(`${REGISTER} ${REGISTER}`),
      ["BackupBucket registers its outputs 2 times"],
    ],
    [
      "it makes a child after its outputs",
      right(`${REGISTER} new Bucket(name);`),
      ["BackupBucket does not end its constructor with registerOutputs"],
    ],
    [
      "it registers its outputs under a condition",
      right(`if (args.wanted) { ${REGISTER} }`),
      ["BackupBucket does not end its constructor with registerOutputs"],
    ],
    [
      "its type is another's",
      right(REGISTER).replace("tocsin:index:BackupBucket", "tocsin:index:Bucket"),
      ['BackupBucket does not begin with super("tocsin:index:BackupBucket", name, {}, opts)'],
    ],
    [
      "it keeps its options to itself",
      right(REGISTER).replace("{}, opts)", "{})"),
      ['BackupBucket does not begin with super("tocsin:index:BackupBucket", name, {}, opts)'],
    ],
    [
      "it asks the stack for its name",
      right(`const stack = pulumi.getStack(); ${REGISTER}`),
      ["backup-bucket.ts asks [getStack] where it runs"],
    ],
    [
      "it reads configuration and the environment",
      right(`new pulumi.Config().require(process.env["KEY"] ?? ""); ${REGISTER}`),
      ["backup-bucket.ts asks [Config] where it runs", "backup-bucket.ts asks [process] where it runs"],
    ],
    [
      "it makes a resource inside apply",
      right(`args.names.apply((names) => names.map((one) => new Bucket(one))); ${REGISTER}`),
      ["backup-bucket.ts calls apply, in which a preview sees no resources"],
    ],
    [
      "it shares its file",
      `${right(REGISTER)} ${right(REGISTER).replaceAll("BackupBucket", "Other")}`,
      ["Other lies in backup-bucket.ts", "backup-bucket.ts holds 2 components"],
    ],
  ])("%s", (_what, text, faults) => {
    expect(faultsIn("backup-bucket.ts", text)).toEqual(faults);
  });
});
