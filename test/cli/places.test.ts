import { Checkout } from "../support/checkout";

const TIMEOUT = 120_000;

interface Found {
  readonly path: string;
  readonly place?: { readonly file: string; readonly line?: number };
}

interface Checked {
  readonly accepted: boolean;
  readonly stacks: readonly {
    readonly problems: readonly Found[];
    readonly violations: readonly { readonly message: string; readonly place?: Found["place"] }[];
    readonly notices: readonly Found[];
  }[];
}

describe("where a finding is declared", () => {
  const checkout = new Checkout();

  afterEach(() => checkout.restore());
  afterAll(() => checkout.dispose());

  /** The number of the only line of a file that holds a text, behind another one where that is named. */
  function lineOf(file: string, text: string, behind = ""): number {
    const whole = checkout.text(file);
    const at = whole.indexOf(text, whole.indexOf(behind));
    expect(at).toBeGreaterThan(-1);
    return whole.slice(0, at).split("\n").length;
  }

  async function found(...more: readonly string[]): Promise<Checked["stacks"][number]> {
    const { stdout } = await checkout.tocsin("check", "dev", "--json", ...more);
    const { accepted, stacks } = JSON.parse(stdout) as Checked;
    expect(accepted).toBe(false);
    return stacks[0] ?? { problems: [], violations: [], notices: [] };
  }

  const places = (all: readonly Found[]): Readonly<Record<string, Found["place"]>> =>
    Object.fromEntries(all.map(({ path, place }) => [path, place]));

  const SHOP = `
    import { orders } from ".";

    const common = { ...orders, autoscaling: [], backups: [], incidents: [], dashboards: [] };

    export const shop = {
      ...common,
      id: "shop",
      title: "Shop",
      environments: ["dev"],
      slos: orders.slos.slice(0, 1),
    };
  `;

  it(
    "is the line of what is written out: of the property, of the thing, of a key, of a runbook",
    async () => {
      const index = "services/orders/index.ts";
      checkout.edit(index, 'objective: { default: "99.5%" }', 'objective: { default: "100%" }');
      checkout.edit(index, "dev: 0", "dev: 60");
      checkout.edit("Pulumi.dev.yaml", "retention: 35d", "retention: 30d");
      checkout.edit("services/orders/runbooks/targets-down.md", "## Impact", "## Damage");
      const { problems } = await found();
      const seen = places(problems);
      expect(seen).toMatchObject({
        "services.orders.slos.workflow-success.objective.default": {
          file: index,
          line: lineOf(index, "objective:", 'id: "workflow-success"'),
        },
        "services.orders.backups.database": { file: index, line: lineOf(index, "{", "backups: [") },
        "configuration.prometheus.retention": {
          file: "Pulumi.dev.yaml",
          line: lineOf("Pulumi.dev.yaml", "retention:"),
        },
        "services/orders/runbooks/targets-down.md": { file: "services/orders/runbooks/targets-down.md" },
      });
      expect(seen["services/orders/runbooks/targets-down.md"]).not.toHaveProperty("line");
    },
    TIMEOUT,
  );

  it(
    "is the file alone where what runs is not what is written, and where the same is written twice",
    async () => {
      checkout.write(
        "services/index.ts",
        `import { orders } from "./orders";
         const slos = orders.slos.map((slo) => ({ ...slo, objective: { default: "100%" } }));
         const other = { id: "orders", title: orders.title };
         export const services = [{ ...orders, ...other, tier: 2, slos }];`,
      );
      const { problems } = await found();
      const [objective, ...more] = problems.filter(({ path }) =>
        path.includes(".api-availability.objective"),
      );
      expect(more).toEqual([]);
      expect(objective?.place).toEqual({ file: "services/index.ts" });
    },
    TIMEOUT,
  );

  it(
    "is told to GitHub, with what would end a command escaped, and to a person",
    async () => {
      checkout.edit("Pulumi.dev.yaml", "orders: https://runbooks", "orders: http://runbooks");
      const file = "services/orders/alerts.ts";
      const text = checkout.text(file);
      const line = text
        .slice(0, text.lastIndexOf("{\n", text.indexOf('"KillSwitchEnabled"')))
        .split("\n").length;
      const { stdout, code } = await checkout.warm.tocsin(
        { GITHUB_ACTIONS: "true", GITHUB_WORKSPACE: `${checkout.folder}/..` },
        "check",
        "dev",
      );
      const folder = checkout.folder.split("/").at(-1) ?? "";
      expect(code).toBe(1);
      expect(stdout).toContain(`    see ${file}:${line}\n`);
      const [annotation, ...more] = stdout
        .split("\n")
        .filter((said) => said.startsWith("::") && said.includes("KillSwitchEnabled"));
      expect(more).toEqual([]);
      expect(annotation).toMatch(
        new RegExp(
          `^::error file=${folder}/${file},line=${line},title=critical-alert-has-runbook::A critical alert links to its runbook over https\\.%0AResource \\[`,
        ),
      );
    },
    TIMEOUT,
  );

  it(
    "is that of a service which says what it has besides another one",
    async () => {
      checkout.write("services/orders/shop.ts", SHOP);
      checkout.write(
        "services/index.ts",
        `import { orders } from "./orders"; import { shop } from "./orders/shop";
         export const services = [orders, { ...shop, tier: 9 }];`,
      );
      const { problems } = await found();
      const own = problems.find(
        ({ path }) => path.startsWith("services.shop.tier") || path === "services.shop",
      );
      expect(own?.place?.file).toBe("services/orders/shop.ts");
      expect(own?.place?.line).toBe(lineOf("services/orders/shop.ts", "{", "export const shop"));
    },
    TIMEOUT,
  );
});
