import { keySchema, type JsonSchema } from "../config/json-schema";
import { PREFIX, setSecretCommand } from "../config/keys";

/** One key of a table. */
interface Row {
  readonly key: string;
  readonly form: string;
  readonly fallback: string;
  readonly required: boolean;
  readonly meaning: string;
}

/** docs/configuration.md as Markdown that nobody has formatted. */
export function configurationPage(): string {
  const { definitions = {}, properties = {}, required = [] } = keySchema();
  const keys = Object.entries(properties);
  const top = keys.map(([key, schema]) => rowOf(`${PREFIX}${key}`, schema, required.includes(key)));
  const told = keys.map(([, { oneOf }]) => JSON.stringify(oneOf));
  const sections = keys.flatMap(([key, schema]) => [
    ...sectionOf(`${PREFIX}${key}`, schema),
    ...choiceBelow(`${PREFIX}${key}`, schema, told),
  ]);
  const receivers = sectionOf("A receiver", definitions["receivers"]?.items ?? {});
  return [INTRODUCTION, table(top), ...sections, ...receivers, SECRETS, NEW_ENVIRONMENT].join("\n\n");
}

const INTRODUCTION = `# Configuration

<!-- Written by \`npm run docs\` from config/schema.ts; a change here is lost. -->

A stack is a file \`Pulumi.<stack>.yaml\` with the keys below. Which environment it is says \`tocsin:environment\`; the
stack's own name is free. A key that is not listed here is an error, and every problem is reported at once, with its
path, by \`npm run -s tocsin -- check <stack>\` as well as by \`pulumi up\`.

Editors with a YAML language server complete and check these keys: the first line of each stack file names
\`config/stack.schema.json\`, which comes from the same schema.

## Keys`;

const SECRETS = `## Secrets

Secrets stand in the stack file as ciphertexts, each under its own key; one in plain text is an error, and so is a
ciphertext anywhere else. Which secrets a stack needs follows from its receivers: \`npm run -s tocsin -- check <stack>\`
lists those that are not set, each with its command, and \`pulumi up\` refuses to run without them. The commands ask for
the value, so that it stays out of the shell's history:

\`\`\`sh
${setSecretCommand("prod", ["secrets", "slack-alerts"])}
${setSecretCommand("prod", ["grafanaToken"])}
\`\`\`

The kubeconfig is a file, \`${PREFIX}kubernetes.kubeconfig\` (a path from the folder of \`Pulumi.yaml\`, from \`~\`, or an
absolute one), unless its text is set as a secret. \`pulumi preview\` and \`pulumi up\` refuse one that cannot be read, lacks
the context, or names a file or program that is not there, before anything is created:

\`\`\`sh
${setSecretCommand("prod", ["kubeconfig"])} < kubeconfig.yaml
\`\`\`

Where somebody else keeps the receivers' secrets in the cluster, for example an operator that copies them from a vault,
\`${PREFIX}alertmanager.existingSecret\` names that Kubernetes secret, and \`${PREFIX}secrets\` stays empty.`;

const NEW_ENVIRONMENT = `## Adding an environment

A second production in another region, \`prod-eu\`, is a stack file and its secrets; no code changes.

1. Copy the file of the stack that it is like: \`cp Pulumi.prod.yaml Pulumi.prod-eu.yaml\`. Leave out what belongs to the
   old stack alone: \`encryptionsalt\`, \`encryptedkey\`, \`secretsprovider\` and every \`secure:\` value.
2. Keep \`${PREFIX}environment: prod\`: objectives, autoscaling and what may page follow from it. Give it a cluster, a
   kubeconfig context, addresses and a \`${PREFIX}backups.prefix\` of its own, since the names of buckets are unique in the
   world. It needs a Grafana of its own as well: dashboards have the same uids in every stack.
3. Look for mistakes, without an engine, a cluster or credentials: \`npm run -s tocsin -- check prod-eu\`.
4. Make the stack and set the secrets that the check listed:

   \`\`\`sh
   pulumi stack init prod-eu
   ${setSecretCommand("prod-eu", ["grafanaToken"])}
   \`\`\`

5. \`pulumi preview --stack prod-eu\`, and when it says what you expect, \`pulumi up --stack prod-eu\`.

An environment of a new kind is a name in \`environments\` of \`catalogue.ts\`, with what it may do and needs; what is left
out does not hold:

| trait                 | where it holds                                                                                   |
| --------------------- | ------------------------------------------------------------------------------------------------ |
| \`mayPage\`             | \`${PREFIX}paging\` of its stacks may be true; elsewhere nobody is woken, whatever a stack says       |
| \`needsDeadMansSwitch\` | \`${PREFIX}receivers.deadMansSwitch\` is required                                                   |
| \`locksBackups\`        | the locks that services ask for their backups hold; elsewhere a backup can be deleted at any time |
| \`replicatesBackups\`   | a place of backups that is a single region is refused                                            |

Two productions that differ in their objectives are two environments, \`prod-eu\` and \`prod-us\`, each with these traits; two
that differ only in their place are two stacks of one environment, as above.`;

function sectionOf(title: string, schema: JsonSchema): readonly string[] {
  if (schema.oneOf !== undefined) {
    return schema.oneOf.flatMap((option) => [
      `### ${title}, ${Object.values(option.properties ?? {})
        .flatMap((property) => (typeof property.const === "string" ? [property.const] : []))
        .join(", ")}`,
      table(rowsBelow("", option)),
    ]);
  }
  const rows = rowsBelow("", schema);
  return rows.length === 0 ? [] : [`### ${title}`, table(rows)];
}

/** What stands below keys that the user chooses, where it is one of several and none that another key tells of. */
function choiceBelow(
  title: string,
  { additionalProperties: below }: JsonSchema,
  told: readonly (string | undefined)[],
): readonly string[] {
  if (typeof below !== "object") return [];
  const name = `${title}.<key>`;
  if (below.oneOf === undefined) return choiceBelow(name, below, told);
  return told.includes(JSON.stringify(below.oneOf)) ? [] : sectionOf(name.replaceAll("<", "\\<"), below);
}

/** Every key below a mapping, or below those of a list; one that the user chooses is <key>. */
function rowsBelow(
  above: string,
  { properties = {}, required = [], additionalProperties, items }: JsonSchema,
): readonly Row[] {
  const row = (key: string, schema: JsonSchema, needed: boolean): readonly Row[] => [
    rowOf(`${above}${key}`, schema, needed),
    ...rowsBelow(`${above}${key}.`, schema),
  ];
  return [
    ...Object.entries(properties).flatMap(([key, schema]) => row(key, schema, required.includes(key))),
    ...(typeof additionalProperties === "object" ? row("<key>", additionalProperties, false) : []),
    ...(items === undefined ? [] : rowsBelow(above, items)),
  ];
}

function rowOf(key: string, schema: JsonSchema, required: boolean): Row {
  return {
    key,
    form: formOf(schema),
    fallback: schema.default === undefined ? "" : code(schema.default),
    required,
    meaning: schema.description ?? "",
  };
}

function formOf({ form, items, oneOf, type }: JsonSchema): string {
  if (form !== undefined) {
    return form;
  }
  if (items !== undefined) {
    return `a list; each is ${formOf(items)}`;
  }
  return oneOf !== undefined || type === "object" ? "a mapping" : "";
}

function code(value: unknown): string {
  return `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}

function table(rows: readonly Row[]): string {
  return [
    "| key | form | default | required | meaning |",
    "| --- | --- | --- | --- | --- |",
    ...rows.map(({ key, form, fallback, required, meaning }) =>
      row(code(key), form, fallback, required ? "yes" : "no", meaning),
    ),
  ].join("\n");
}

function row(...cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
