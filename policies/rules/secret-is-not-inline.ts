import type { EnforcementLevel, ResourceValidationPolicy } from "@pulumi/policy";
import { type Field, fieldAt, keysOf, knownMembers, textOf } from "../field";
import { containersOf } from "../pods";
import { resourcePolicy, type NoConfig, type PolicySpec, type PolicyValues } from "../policy";
import { sendingsOf } from "../sendings";
import { heldTexts } from "../texts";

const SPEC: PolicySpec<NoConfig> = {
  name: "secret-is-not-inline",
  description: "A secret stands in a Secret, and nowhere else.",
  displayName: "Secrets are not inline",
  severity: "critical",
  tags: ["secrets"],
  remediationSteps: "Put it into a Secret, and name its file or its key.",
  defaults: {},
  meanings: {},
};

/** Settings and lines that hold a secret, as files of programs name them; with `_file` they name a file. */
const KEY =
  /^(?:api_?key|api_?secret|auth_?(?:password|secret)|bearer_?token|bot_?token|client_?secret|credentials|pass(?:wd|word)?|private_?key|routing_?key|secret|secret_?(?:access_?)?key|service_?key|token|user_?key|webhook_?url)$/i;
const LINE = /^[ \t]*(?:-[ \t]+)?["']?([\w-]+)["']?[ \t]*[:=][ \t]*(\S.*?)[ \t,;]*$/gm;
const FLAG = /^--?([\w.-]+)=(.+)$/s;
const SECRET_NAME =
  /(?:^|[_.-])(?:api[_-]?key|credentials?|pass(?:wd|word)|private[_-]?key|secret(?:[_-]?(?:access[_-]?)?key)?|token)$/i;

/** What is a secret wherever it stands. Source: the formats that GitHub's secret scanning publishes. */
const SHAPES: readonly (readonly [string, RegExp])[] = [
  ["a private key", /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/],
  ["an access key of AWS", /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/],
  ["a webhook of Slack", /https:\/\/hooks\.slack\.com\/(?:services|workflows)\/[\w/]{10,}/],
  ["a token of Slack", /\bxox[abeoprs]-[\w-]{10,}/],
  ["a token of GitHub", /\bgh[oprsu]_\w{36}\b|\bgithub_pat_\w{22,}/],
  ["an address with a password", /:\/\/[^\s/:@"'{}$]+:[^\s/@"'{}$]+@/],
];

/** A text that stands for something else: a variable, a template, a file. */
const STANDS_FOR_ANOTHER = /^["']?(?:\$|\{\{|<|\/|null\b|~|["']?$)/;

/** What a ConfigMap, an argument or a variable holds, everyone may read. Docs: docs/policies/secret-is-not-inline.md */
export function secretIsNotInline(
  enforcementLevel: EnforcementLevel = "mandatory",
  values: PolicyValues<NoConfig> = {},
): ResourceValidationPolicy {
  return resourcePolicy(SPEC, enforcementLevel, values, ({ type, name, props }, _config, reporter) => {
    const faults = [
      ...textFaults(type, props),
      ...receiverFaults(type, props),
      ...containerFaults(type, props),
    ];
    [...new Set(faults)].forEach((fault) => {
      reporter.wrong(`Resource [${name}]: ${fault}. Put it into a Secret, and name its file or its key.`);
    });
    containersOf(type, props).forEach(({ place, spec }) => {
      knownMembers(fieldAt(spec, "env"))
        .filter(
          (variable) => SECRET_NAME.test(nameOf(variable)) && fieldAt(variable, "value").state === "unknown",
        )
        .forEach((variable) => {
          reporter.unchecked(
            `Resource [${name}]: the variable ${nameOf(variable)} of ${place} is not known before the deployment. ` +
              "Take it from a Secret by valueFrom.",
          );
        });
    });
  });
}

/** A page of a web site is prose, which may speak of passwords: of it only what has the shape of a secret. */
function textFaults(type: string, props: unknown): readonly string[] {
  return heldTexts(type, props)
    .filter(({ secret }) => !secret)
    .flatMap(({ place, key, text }) => {
      const written = textOf(text) ?? "";
      const lines = /^\s*</.test(written) || /\.(?:html?|md)$/.test(key) ? [] : [...written.matchAll(LINE)];
      const named = lines.filter(
        ([, name = "", value = ""]) => KEY.test(name) && !STANDS_FOR_ANOTHER.test(value),
      );
      return [
        ...named.map(([, name = ""]) => `${place} holds a value of ${name}`),
        ...shapesIn(written).map((shape) => `${place} holds ${shape}`),
      ];
    });
}

/** The same in the objects of an operator, whose keys are in camel case; a reference to a Secret is an object there. */
function receiverFaults(type: string, props: unknown): readonly string[] {
  return /:AlertmanagerConfig(?:Patch)?$/.test(type)
    ? sendingsOf(type, props)
        .flatMap(({ integrations }) => integrations)
        .flatMap(({ place, kind, settings }) =>
          keysOf(settings)
            .filter((key) => KEY.test(key) && textOf(fieldAt(settings, key)) !== undefined)
            .map((key) => `${place} has a value of ${key} for ${kind}`),
        )
    : [];
}

function containerFaults(type: string, props: unknown): readonly string[] {
  return containersOf(type, props).flatMap(({ place, spec }) => {
    const args = ["command", "args"].flatMap((list) => knownMembers(fieldAt(spec, list)).map(String));
    const flags = args.flatMap((arg) => {
      const [, flag = "", value = ""] = FLAG.exec(arg) ?? [];
      return SECRET_NAME.test(flag) && !STANDS_FOR_ANOTHER.test(value)
        ? [`${place} is started with a value of --${flag}`]
        : shapesIn(arg).map((shape) => `${place} is started with ${shape}`);
    });
    const variables = knownMembers(fieldAt(spec, "env")).flatMap((variable) =>
      variableFault(nameOf(variable), fieldAt(variable, "value")).map((fault) => `${place} ${fault}`),
    );
    return [...flags, ...variables];
  });
}

function variableFault(name: string, field: Field): readonly string[] {
  const value = textOf(field) ?? "";
  return SECRET_NAME.test(name) && !STANDS_FOR_ANOTHER.test(value)
    ? [`has the variable ${name} with a value`]
    : shapesIn(value).map((shape) => `has the variable ${name} with ${shape}`);
}

function nameOf(variable: unknown): string {
  return textOf(fieldAt(variable, "name")) ?? "";
}

function shapesIn(text: string): readonly string[] {
  return SHAPES.filter(([, shape]) => shape.test(text)).map(([what]) => what);
}
