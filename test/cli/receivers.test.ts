import { readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { Alertmanager, eventually, Sink } from "../support/alertmanager";
import { Checkout } from "../support/checkout";
import { toolchain } from "../support/toolchain";
import { ROOT } from "../support/stacks";

const TIMEOUT = 300_000;

/** What the compiler says of files of a checkout, and of all that they import. */
function compilerSays(folder: string, ...files: readonly string[]): readonly string[] {
  const { config } = ts.readConfigFile(path.join(folder, "tsconfig.json"), (file) => ts.sys.readFile(file));
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, folder);
  const program = ts.createProgram(
    files.map((file) => path.join(folder, file)),
    { ...options, noEmit: true, skipLibCheck: true },
  );
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ file, messageText }) =>
      [path.relative(folder, file?.fileName ?? ""), ts.flattenDiagnosticMessageText(messageText, " ")].join(
        ": ",
      ),
    );
}

describe("a repository to which something is added", () => {
  const checkout = new Checkout();
  const sink = new Sink();
  let alertmanager: Alertmanager | undefined;

  afterEach(() => checkout.restore());
  afterAll(async () => {
    await alertmanager?.stop();
    sink.stop();
    checkout.dispose();
  });

  /** The text of a file as docs/receivers.md shows it. */
  const shown = (file: string): string => {
    const page = readFileSync(path.join(ROOT, "docs/receivers.md"), "utf8");
    const [, block = ""] = page.split(`\`${file}\`:\n\n\`\`\`ts\n`)[1]?.match(/^([^]*?)\n```/) ?? [];
    return block;
  };

  it(
    "sends to the kind of receiver that docs/receivers.md adds, and refuses it where it cannot be sent",
    async () => {
      checkout.replaceServices(new Map());
      await checkout.tocsin("new", "service", "shop");
      checkout.write("receivers/discord.ts", `${shown("receivers/discord.ts")}\n`);
      checkout.edit(
        "receivers/index.ts",
        "export const INTEGRATIONS = { email, msteams, pagerduty, slack, webhook } as const;",
        shown("receivers/index.ts"),
      );
      checkout.edit("receivers/index.ts", "import", 'import { discord } from "./discord";\nimport');
      expect(compilerSays(checkout.folder, "config/schema.ts", "backends/check.ts", "lab/to-lab.ts")).toEqual(
        [],
      );

      checkout.edit(
        "Pulumi.dev.yaml",
        '{ kind: slack, channel: "#alerts-dev", webhookSecret: slack-alerts }',
        "{ kind: discord, webhookSecret: discord-alerts }",
      );
      const rendered = await checkout.tocsin("render", "dev", "--out", "out");
      expect({ code: rendered.code, stderr: rendered.stderr }).toEqual({ code: 0, stderr: "" });
      const [{ alertmanager: program }, address] = await Promise.all([toolchain(), sink.start()]);
      alertmanager = new Alertmanager(program, path.join(checkout.folder, "am"), address);
      const inFolder = (text: string): string =>
        text.replaceAll("/etc/alertmanager/", `${path.join(checkout.folder, "am")}/`);
      await alertmanager.startWith(
        new Map([
          ["alertmanager.yml", inFolder(checkout.text("out/alertmanager/alertmanager.yml"))],
          ["templates/tocsin.tmpl", checkout.text("out/alertmanager/templates/tocsin.tmpl")],
          ["secrets/discord-alerts", `${address}/discord/dev`],
        ]),
      );
      const labels = {
        alertname: "A",
        environment: "dev",
        severity: "critical",
        slo: "s",
        service: "*shop*",
      };
      const annotations = { description: "[x](javascript:y)", runbook_url: "https://runbooks.example/(a)" };
      await alertmanager.post([{ labels, annotations }]);
      const { body, path: to } = await eventually("message", () => sink.received[0]);
      expect({ to, embeds: (body as { embeds: readonly object[] }).embeds }).toEqual({
        to: "/discord/dev",
        embeds: [
          expect.objectContaining({
            title: String.raw`dev \*shop\*: \[x\]\(javascript:y\)`,
            description: String.raw`\[x\]\(javascript:y\) [Runbook](https://runbooks.example/%28a%29) `,
          }),
        ],
      });

      checkout.edit(
        "Pulumi.dev.yaml",
        "tocsin:receivers:",
        "tocsin:backends: { shop: { metrics: kubernetes, alerts: grafana } }\n  tocsin:receivers:",
      );
      const { code, stdout } = await checkout.tocsin("check", "dev");
      expect([code, stdout.split("\nnotice")[0]]).toEqual([
        1,
        [
          "✗ 1 problem in [dev]",
          "grafana.receivers.non-production.discord: Grafana sends nothing there: nobody has tried it",
          "    Name another receiver, or leave the alerts of its services to another backend.",
          "",
        ].join("\n"),
      ]);
    },
    TIMEOUT,
  );

  it(
    "does not compile with a backend that nobody implements",
    () => {
      checkout.edit("plan/backend.ts", '["gmp", ...HOMES]', '["amp", "gmp", ...HOMES]');
      const said = compilerSays(checkout.folder, "backends/table.ts");
      const files = [
        "backends/grafana/content.ts",
        "backends/runbook-site/pages.ts",
        "backends/table.ts",
        "plan/backend.ts",
      ];
      expect([...new Set(said.map((line) => line.slice(0, line.indexOf(":"))))].sort()).toEqual(files);
      expect(said.filter((line) => !line.includes("amp"))).toEqual([]);
    },
    TIMEOUT,
  );
});
