import { Checkout } from "../support/checkout";

/** Each starts a process, which takes its time where many run. */
const TIMEOUT = 120_000;

describe("tocsin check of what is no stack", () => {
  const checkout = new Checkout();

  afterEach(() => checkout.restore());
  afterAll(() => checkout.dispose());

  it(
    "names the stacks that there are when it is asked for another",
    async () => {
      expect(await checkout.tocsin("check", "moon")).toEqual({
        code: 2,
        stdout: "",
        stderr:
          "tocsin: Pulumi.moon.yaml: there is no such file\n" +
          "    Use one of [dev, prod, staging]. Or write the file: see docs/configuration.md.\n",
      });
    },
    TIMEOUT,
  );

  it(
    "goes on with the other stacks when one is broken and one cannot be read",
    async () => {
      checkout.edit("Pulumi.dev.yaml", "tocsin:cluster: dev-1", "tocsin:cluster: dev: 1");
      checkout.putFolder("Pulumi.staging.yaml");
      const { code, stdout, stderr } = await checkout.tocsin("check");
      expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
      const [dev, prod, staging] = stdout.split(/^(?=[✓✗])/m);
      expect(dev).toBe(
        "✗ 1 problem in [dev]\n" +
          "Pulumi.dev.yaml: line 6, column 19: is not YAML: Nested mappings are not allowed in compact mappings\n" +
          "    Correct the file at that place.\n" +
          "    see Pulumi.dev.yaml:6\n",
      );
      expect(prod).toMatch(/^✓ prod: [^\n]+, 0 policy violations\nnotice: \d+ secrets are not set/);
      expect(staging).toBe(
        "✗ 1 problem in [staging]\n" +
          "Pulumi.staging.yaml: cannot be read [EISDIR]\n" +
          "    Make it a text that you may read.\n",
      );
    },
    TIMEOUT,
  );

  it.each<readonly [says: string, source: string, said: string]>([
    [
      "an error",
      'import { step } from "../slo/journey";\nimport { stock } from "./stock";\nstep(stock, "serach");\n',
      "services/index.ts: RangeError: [serach] is no objective of [stock]. ",
    ],
    [
      "two files that import each other",
      'import { catalogue } from "../catalogue";\nexport const services = [catalogue];\n',
      "services/index.ts: Cannot access 'catalogue' before initialization\nTwo files import each other: put what both of them need into a third.\n",
    ],
    ["what is no code", "export const services = [;\n", "services/index.ts"],
  ])(
    "names the file that cannot be loaded, and no place in this program: %s",
    async (_, source, said) => {
      checkout.write("services/index.ts", source);
      const { code, stderr } = await checkout.tocsin("check", "dev");
      expect(stderr).toContain(`tocsin: catalogue.ts cannot be loaded: `);
      expect(stderr).toContain(said);
      expect(stderr).not.toMatch(/^ +at /m);
      expect(code).toBe(1);
    },
    TIMEOUT,
  );

  it(
    "leaves nothing behind where a render is refused",
    async () => {
      checkout.edit("Pulumi.dev.yaml", "retention: 35d", "retention: 35 days");
      const before = checkout.files();
      expect(await checkout.tocsin("render", "dev", "--out", `${checkout.folder}/rendered`)).toEqual({
        code: 1,
        stdout: "",
        stderr:
          "tocsin: 1 problem in [dev]\n" +
          "Pulumi.dev.yaml: tocsin:prometheus.retention: [35 days] is not a duration from 1d to 3650d such as 35d\n" +
          `    See tocsin:prometheus in docs/configuration.md.\n    see Pulumi.dev.yaml:14\n`,
      });
      expect(checkout.files()).toEqual(before);
    },
    TIMEOUT,
  );

  it.each([
    {
      call: ["check", "dev", "prod"],
      said: "error: too many arguments for 'check'. Expected 1 argument but got 2.",
    },
    { call: ["check", "--quietly"], said: "error: unknown option '--quietly'" },
    { call: ["chekc"], said: "error: unknown command 'chekc'" },
    { call: ["render", "dev"], said: "error: required option '--out <folder>' not specified" },
  ])(
    "ends with 2 when it is called as $call",
    async ({ call, said }) => {
      const { code, stdout, stderr } = await checkout.tocsin(...call);
      expect({ code, stdout, said: stderr.split("\n")[0] }).toEqual({ code: 2, stdout: "", said });
    },
    TIMEOUT,
  );

  it(
    "says why it failed as JSON where JSON was asked for, each problem with its place",
    async () => {
      checkout.edit("Pulumi.dev.yaml", "retention: 35d", "retention: 35 days");
      const wrong = await checkout.tocsin("budget", "--env", "dev", "--json");
      expect({ code: wrong.code, said: JSON.parse(wrong.stdout) as unknown }).toMatchObject({
        code: 2,
        said: { error: expect.stringContaining("--prometheus") as string },
      });
      for (const [call, code, problems] of [
        [
          ["objectives", "dev"],
          1,
          [
            {
              code: "configuration-invalid",
              path: "Pulumi.dev.yaml: tocsin:prometheus.retention",
              place: { file: "Pulumi.dev.yaml", line: expect.any(Number) as number },
            },
          ],
        ],
        [["budget", "--env", "dev", "--prometheus", "http://127.0.0.1:9", "--since", "noon"], 2, []],
        [["inbox"], 1, []],
      ] as const) {
        const ended = await checkout.tocsin(...call, "--json");
        expect(ended.code).toBe(code);
        const said = JSON.parse(ended.stdout) as { readonly error: string };
        expect(ended.stderr).toBe(`tocsin: ${said.error}\n`);
        expect(said).toMatchObject({ problems });
      }
    },
    TIMEOUT,
  );
});

describe("tocsin check of a repository whose services were all taken away", () => {
  const checkout = new Checkout();

  afterAll(() => checkout.dispose());

  it(
    "finds the monitoring of the monitoring, and nothing wrong with it",
    async () => {
      checkout.replaceServices(new Map());
      const { code, stdout } = await checkout.tocsin("check");
      expect(code).toBe(0);
      expect(stdout.match(/^[✓✗] .+?: \d+ SLOs/gm)).toEqual([
        "✓ dev: 0 SLOs",
        "✓ prod: 0 SLOs",
        "✓ staging: 0 SLOs",
      ]);
    },
    TIMEOUT,
  );
});
