import type { Environments } from "../../slo/catalogue";
import type { Change, NewService } from "./service";
import { serviceChanges } from "./service";
import { literal } from "./source-text";

/** A repository that monitors one service. */
export interface NewRepository {
  /** Name of the package. */
  readonly name: string;
  /** Version of this package. */
  readonly version: string;
  readonly environments: Environments;
  readonly service: NewService;
}

const PRODUCTION = { mayPage: true, needsDeadMansSwitch: true, locksBackups: true };

/** Environments, of which some may wake people. */
export function environmentsOf(names: readonly string[], paging: readonly string[]): Environments {
  return Object.fromEntries(names.map((name) => [name, paging.includes(name) ? PRODUCTION : {}]));
}

/** The files of a repository, none of which is there. */
export function repositoryFiles(own: NewRepository): readonly Change[] {
  const stacks = Object.keys(own.environments).map(
    (name) => [`Pulumi.${name}.yaml`, stackText(name, own.environments[name]?.mayPage === true)] as const,
  );
  const files: readonly (readonly [file: string, text: string])[] = [
    [".gitignore", "node_modules/\n.tocsin/\nout/\n"],
    ["catalogue.ts", catalogueText(own.environments)],
    ["index.ts", INDEX],
    ["package.json", manifest(own)],
    ["Pulumi.yaml", PROJECT],
    ...stacks,
    ["tsconfig.json", COMPILER],
  ];
  return [
    ...files.map(([file, text]) => ({ file, kind: "create", text }) as const),
    ...serviceChanges(own.service, () => SERVICES).map((change) => ({ ...change, kind: "create" }) as const),
  ];
}

const SERVICES = `import type { Service } from "tocsin";

/** Every service that the stacks monitor. */
export const services: readonly Service[] = [];
`;

const INDEX = `import { monitoring } from "tocsin/program";
import { catalogue } from "./catalogue";

/** The program of every stack; Pulumi.yaml says how it is run. */
export = monitoring(catalogue);
`;

function catalogueText(environments: Environments): string {
  return `import { defineCatalogue } from "tocsin";
import { services } from "./services";

/** What this repository monitors, and the environments that its stacks may be. */
export const catalogue = defineCatalogue({
  root: __dirname,
  services,
  environments: ${literal(environments)},
});
`;
}

const PROJECT = `name: tocsin
description: The monitoring of our services. Each environment is a stack with a Pulumi.<stack>.yaml.
main: index.ts
runtime:
  name: nodejs
  options:
    # The sources run as they are; the compiler checks them by \`npx tsc\`.
    typescript: false
    nodeargs: "--require tocsin/preload"
`;

const COMPILER = `{
  "compilerOptions": {
    "target": "es2023",
    "module": "nodenext",
    "types": ["node"],
    "strict": true,
    "exactOptionalPropertyTypes": true,
    "noUncheckedIndexedAccess": true,
    "skipLibCheck": true,
    "noEmit": true
  },
  "include": ["**/*.ts"],
  "exclude": ["node_modules", "out"]
}
`;

/** What the compiler needs besides. */
export const COMPILER_PACKAGES = { "@types/node": "^24.0.0", typescript: "^6.0.0" } as const;

function manifest({ name, version }: NewRepository): string {
  return JSON.stringify({
    name,
    private: true,
    scripts: { start: "tocsin up", check: "tocsin check", typecheck: "tsc" },
    dependencies: { tocsin: `^${version}` },
    devDependencies: COMPILER_PACKAGES,
  });
}

function stackText(stack: string, pages: boolean): string {
  const several = pages ? 2 : 1;
  return `# yaml-language-server: $schema=./node_modules/tocsin/config/stack.schema.json
# What example.com, the cluster and the channels are called at your place. Every key: node_modules/tocsin/docs/configuration.md
config:
  pulumi:disable-default-providers: ["*"]
  tocsin:environment: ${stack}
  tocsin:cluster: ${stack}-1
  tocsin:paging: ${pages}
  tocsin:kubernetes:
    context: ${stack}-1
  tocsin:prometheus:
    address: https://prometheus.${stack}.example.com
    replicas: ${several}
    retention: 35d
    scrapeInterval: 30s
    resources: { cpu: 500m, memory: 2Gi }
    storage: { size: 50Gi }
  tocsin:alertmanager:
    address: https://alertmanager.${stack}.example.com
    replicas: ${several}
    resources: { cpu: 50m, memory: 64Mi }
    storage: { size: 2Gi }
  tocsin:grafana:
    address: https://grafana.${stack}.example.com
  tocsin:runbooks:
    default: https://runbooks.${stack}.example.com/
  tocsin:receivers:
    unrouted: [{ kind: slack, channel: "#alerts-unrouted", webhookSecret: slack-unrouted }]
    warning:
      default: [{ kind: slack, channel: "#alerts", webhookSecret: slack-alerts }]
${pages ? PAGING : ""}`;
}

const PAGING = `    critical:
      default:
        - { kind: pagerduty, routingKeySecret: pagerduty-default }
        - { kind: slack, channel: "#alerts", webhookSecret: slack-alerts }
    info:
      default: [{ kind: slack, channel: "#alerts-quiet", webhookSecret: slack-quiet }]
    deadMansSwitch: { urlSecret: heartbeat-url }
`;
