import { mkdirSync } from "node:fs";
import path from "node:path";
import { readTextFile } from "../../config/read-text";
import { IMAGES } from "../../config/images";
import { readStackFile, stackEntries } from "../../config/stack-file";
import type { Environment } from "../../plan/environment";
import {
  added,
  DECRYPTED,
  edited,
  environmentFrom,
  fromEngine,
  fromFile,
  linesOf,
  stackText,
} from "../support/config-sources";
import { ENVIRONMENTS, STACKS, environmentOf } from "../support/stacks";
import { removeFolder, temporaryFolder, writeFiles } from "../support/program";

/** What is accepted, and what it means. */
const ACCEPTED: Readonly<Record<string, { readonly text: string; readonly same: string }>> = {
  "a flag in quotes, as the engine's command writes it": {
    text: edited("dev", ["paging: false", 'paging: "false"']),
    same: stackText("dev"),
  },
  "a section as JSON, as the engine's command writes it": {
    text: edited("dev", [
      "tocsin:grafana:\n    address: https://grafana.dev.orders.dev",
      `tocsin:grafana: '{"address": "https://grafana.dev.orders.dev"}'`,
    ]),
    same: stackText("dev"),
  },
  "a key without the project's name, which the engine puts before it": {
    text: edited("dev", ["tocsin:cluster: dev-1", "cluster: dev-1"]),
    same: stackText("dev"),
  },
  "a name that YAML reads as a number": {
    text: edited("dev", ["cluster: dev-1", "cluster: 7"]),
    same: edited("dev", ["cluster: dev-1", 'cluster: "7"']),
  },
  "a number with an empty fraction": {
    text: edited("dev", ["replicas: 1", "replicas: 1.0"]),
    same: stackText("dev"),
  },
  "defaults that are written out": {
    text: edited(
      "dev",
      ["context: dev-1", "context: dev-1\n    namespace: monitoring\n    kubeconfig: ~/.kube/config"],
      ["retention: 35d", `retention: 35d\n    image: ${IMAGES.prometheus}`],
      ["grafana.dev.orders.dev", "grafana.dev.orders.dev\n    folder: Tocsin"],
      ["tocsin:runbooks:", "tocsin:objectives: {}\n  tocsin:runbooks:"],
    ),
    same: stackText("dev"),
  },
  "a dead man's switch in dev, which needs none": {
    text: edited("dev", [
      "    warning:\n",
      "    deadMansSwitch: { urlSecret: heartbeat-url }\n    warning:\n",
    ]),
    same: edited("dev", [
      "    warning:\n",
      "    deadMansSwitch:\n      urlSecret: heartbeat-url\n    warning:\n",
    ]),
  },
};

describe("the two sources of configuration", () => {
  it.each(STACKS)("give the same environment for %s", async (stack) => {
    const engine = await fromEngine(stack, stackText(stack));
    expect(engine).toEqual(fromFile(stack, stackText(stack)));
    expect(engine).toEqual({ ok: true, environment: environmentOf(stack), secrets: { receivers: {} } });
  });

  it.each(Object.entries(ACCEPTED).map(([sentence, texts]) => ({ sentence, ...texts })))(
    "both take $sentence",
    async ({ text, same }) => {
      const meant = environmentFrom(fromFile("dev", same));
      expect(environmentFrom(fromFile("dev", text))).toEqual(meant);
      expect(environmentFrom(await fromEngine("dev", text))).toEqual(meant);
    },
  );

  it("know secrets that are set; only the engine knows what they say", async () => {
    const text = added(
      "dev",
      "tocsin:secrets: { slack-alerts: { secure: v1:abc }, slack-quiet: { secure: v1:def } }",
      "tocsin:grafanaToken: { secure: v1:ghi }",
      "tocsin:kubeconfig: { secure: v1:jkl }",
    );
    const secrets = (value: string): object => ({
      receivers: { "slack-alerts": value, "slack-quiet": value },
      grafanaToken: value,
      kubeconfig: value,
    });
    const environment = environmentOf("dev");
    expect(fromFile("dev", text)).toEqual({ ok: true, environment, secrets: secrets("[secret]") });
    expect(await fromEngine("dev", text)).toEqual({ ok: true, environment, secrets: secrets(DECRYPTED) });
  });

  it("differ where only the file shows it: one secret in plain text beside an encrypted one", async () => {
    const text = added("dev", "tocsin:secrets: { slack-alerts: hunter2, slack-quiet: { secure: v1:abc } }");
    expect(linesOf(fromFile("dev", text))[0]).toBe(
      'Pulumi.dev.yaml: tocsin:secrets["slack-alerts"]: this secret is in plain text',
    );
    expect(linesOf(await fromEngine("dev", text))).toEqual([]);
  });
});

describe("a file that people write", () => {
  const folder = temporaryFolder();
  const read = (text: string): unknown => {
    writeFiles(folder, new Map([["file", text]]));
    return readTextFile(path.join(folder, "file"), 100);
  };

  afterAll(() => removeFolder(folder));

  it.each([
    ["a\tb\r\nc\n", { text: "a\tb\r\nc\n" }],
    ["\uFEFFa: 1\n", { text: "a: 1\n" }],
    ["a\nb\n\u0000", { fault: "holds the control character [U+0000] on line 3" }],
    ["a: \u001b[31mred", { fault: "holds the control character [U+001B] on line 1" }],
  ])("%j is read as %j", (text, said) => {
    expect(read(text)).toEqual(said);
  });
});

describe("a stack file", () => {
  const CORRECT = "    Correct the file at that place.";
  const EMPTY = [
    "Pulumi.dev.yaml: has no [config] with keys of [tocsin:]",
    "    Copy the keys of another stack: see docs/configuration.md.",
  ];

  it.each([
    {
      sentence: "a value with a second colon",
      text: "config:\n  tocsin:cluster: a: b\n",
      said: [
        "Pulumi.dev.yaml: line 2, column 19: is not YAML: Nested mappings are not allowed in compact mappings",
        CORRECT,
      ],
    },
    {
      sentence: "two faults",
      text: "config:\n  a: 1\n  a: 2\nb: {\n",
      said: [
        "Pulumi.dev.yaml: line 3, column 3: is not YAML: Map keys must be unique",
        CORRECT,
        "Pulumi.dev.yaml: line 5, column 1: is not YAML: Flow map in block collection must be sufficiently " +
          "indented and end with a }",
        CORRECT,
      ],
    },
    {
      sentence: "a tab that indents, which makes the rest of it unreadable",
      text: "config:\n  a: { b: 1 }\n\tc:\n    d: 1\n  e: 2\n  f: 3\n",
      said: ["Pulumi.dev.yaml: line 3, column 1: is not YAML: Tabs are not allowed as indentation", CORRECT],
    },
    {
      sentence: "a line that is indented otherwise than those around it",
      text: "config:\n  a: 1\n   b: 2\n  c: 3\n d: 4\n  e: 5\n",
      said: [
        "Pulumi.dev.yaml: line 2, column 6: is not YAML: Nested mappings are not allowed in compact mappings",
        CORRECT,
      ],
    },
    {
      sentence: "3000 brackets in each other",
      text: `config:\n  a: ${"[".repeat(3_000)}${"]".repeat(3_000)}\n`,
      said: [
        "Pulumi.dev.yaml: is not YAML: a value holds itself, or is nested deeper than can be read",
        "    Correct the file.",
      ],
    },
    ...["1e309", ".nan", ".inf", "-.Inf"].map((number) => ({
      sentence: `the number ${number}`,
      text: `config:\n  a: ${number}\n`,
      said: [
        "Pulumi.dev.yaml: line 2, column 6: is not YAML: this is no number that can be kept: " +
          "it is infinite, too large, or not a number",
        CORRECT,
      ],
    })),
    ...["010", "1_000", "0x1F", "0b11", "0o17", "-0_1"].map((number) => ({
      sentence: `the number ${number}`,
      text: `config:\n  a: ${number}\n`,
      said: [
        "Pulumi.dev.yaml: line 2, column 6: is not YAML: this number is read in several ways; " +
          "write decimal digits without a leading 0, or put a text in quotes",
        CORRECT,
      ],
    })),
    {
      sentence: "a second document",
      text: "config: {}\n---\nconfig: {}\n",
      said: ["Pulumi.dev.yaml: line 2, column 1: is not YAML: it holds several documents", CORRECT],
    },
    {
      sentence: "keys that are no names",
      text: "config:\n  tocsin:objectives: { __proto__: 99% }\n  ? { a: b }\n  : c\n",
      said: [
        "Pulumi.dev.yaml: line 2, column 24: is not YAML: this is not a name that a key can have",
        CORRECT,
        "Pulumi.dev.yaml: line 3, column 5: is not YAML: this is not a name that a key can have",
        CORRECT,
      ],
    },
    {
      sentence: "a key that the engine does not know",
      text: "config: {}\nconfg: {}\n",
      said: [
        "Pulumi.dev.yaml: [confg] is not a key of a stack file",
        "    Write it below `config`, or delete it.",
      ],
    },
    {
      sentence: "an alias of nothing",
      text: "config:\n  tocsin:cluster: *name\n",
      said: [
        "Pulumi.dev.yaml: is not YAML: Unresolved alias (the anchor must be set before the alias): name",
        "    Correct the file.",
      ],
    },
    { sentence: "nothing in it", text: "", said: EMPTY },
    { sentence: "an empty config", text: "config:\n", said: EMPTY },
    { sentence: "a list for a config", text: "config: [tocsin]\n", said: EMPTY },
    { sentence: "a list", text: "- config\n", said: EMPTY },
    {
      sentence: "no key of ours",
      text: 'config:\n  pulumi:disable-default-providers: ["*"]\n',
      said: [
        "Pulumi.dev.yaml: has no keys of [tocsin:]",
        "    Copy the keys of another stack: see docs/configuration.md.",
      ],
    },
  ])("with $sentence is refused", ({ text, said }) => {
    expect(linesOf(fromFile("dev", text))).toEqual(said);
  });

  it("may share values by anchors and merges, as the engine's parser lets it", () => {
    const text = edited(
      "prod",
      ["    unrouted: [{", "    unrouted: [&chat {"],
      [
        '[{ kind: slack, channel: "#alerts-quiet", webhookSecret: slack-quiet }]',
        '[{ <<: *chat, channel: "#q" }]',
      ],
    );
    expect(environmentFrom(fromFile("prod", text)).receivers.info).toEqual({
      default: [{ kind: "slack", channel: "#q", webhookSecret: "slack-unrouted" }],
    });
  });

  it("keeps to itself what a secret in plain text says", () => {
    const read = stackEntries("Pulumi.dev.yaml", added("dev", "tocsin:secrets: { slack-alerts: hunter2 }"));
    expect(read.ok && read.entries["tocsin:secrets"]).toBe('{"slack-alerts":"[secret in plain text]"}');
  });

  it("that is not there is told from one that cannot be read", () => {
    const folder = temporaryFolder();
    try {
      mkdirSync(path.join(folder, "Pulumi.sun.yaml"));
      expect(
        ["moon", "sun"].map((stack) =>
          linesOf(readStackFile({ root: folder, environments: ENVIRONMENTS }, stack)),
        ),
      ).toEqual([
        [
          "Pulumi.moon.yaml: there is no such file",
          "    Use one of [sun]. Or write the file: see docs/configuration.md.",
        ],
        ["Pulumi.sun.yaml: cannot be read [EISDIR]", "    Make it a text that you may read."],
      ]);
    } finally {
      removeFolder(folder);
    }
  });
});

describe("the three stacks", () => {
  const stacks = (["dev", "staging", "prod"] as const).map((stack) => environmentOf(stack));
  const each = <T>(of: (environment: Environment) => T): readonly T[] => stacks.map(of);

  it("are named for their environments", () => {
    expect(each(({ name }) => name)).toEqual(["dev", "staging", "prod"]);
  });

  it("page a person in prod only", () => {
    expect(each(({ paging }) => paging)).toEqual([false, false, true]);
    expect(each(({ receivers }) => receivers.critical !== undefined)).toEqual([false, false, true]);
  });

  it("send a daily mail in prod only", () => {
    expect(each(({ receivers }) => receivers.digest?.to)).toEqual([
      undefined,
      undefined,
      "platform@orders.dev",
    ]);
  });

  it("are watched from outside wherever somebody relies on them", () => {
    expect(each(({ receivers }) => receivers.deadMansSwitch?.urlSecret)).toEqual([
      undefined,
      "heartbeat-url",
      "heartbeat-url",
    ]);
  });

  it("have servers to lose in staging and prod", () => {
    expect(each(({ prometheus }) => prometheus.replicas)).toEqual([1, 2, 2]);
    expect(each(({ alertmanager }) => alertmanager.replicas)).toEqual([1, 2, 3]);
  });

  it("keep samples for the window of 28 days and a week", () => {
    expect(each(({ prometheus }) => prometheus.retention)).toEqual(["35d", "35d", "35d"]);
  });

  it("share no cluster, no address and no account or project", () => {
    const own = each(({ cluster, kubernetes, grafana, prometheus, alertmanager, backups }) => [
      `cluster ${cluster}`,
      `context ${kubernetes.context}`,
      grafana.address,
      prometheus.address,
      alertmanager.address,
      backups?.cloud === "gcp" ? backups.project : backups?.account,
    ]).flat();
    expect(own).toHaveLength(18);
    expect(new Set(own).size).toBe(18);
  });
});
