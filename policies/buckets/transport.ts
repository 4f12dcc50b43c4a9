import { fieldAt, fieldsAt, keysOf, parsedJson, textOf, type Field } from "../field";

/** What can be said of a bucket policy about connections without TLS. */
export type TransportVerdict = "denied" | "allowed" | "unreadable" | "unknown";

/** `undefined` is a part that is not known before the deployment. */
type Answer = boolean | undefined;

/**
 * Whether a bucket policy denies everyone everything over a connection without TLS.
 * Source: Amazon S3 User Guide, "Security best practices", enforce encryption of data in transit.
 */
export function transportVerdict(props: unknown, bucket: string): TransportVerdict {
  const policy = fieldAt(props, "policy");
  if (policy.state !== "known") {
    return policy.state === "unknown" ? "unknown" : "allowed";
  }
  const document = typeof policy.value === "string" ? parsedJson(policy.value) : policy.value;
  if (document === undefined) {
    return "unreadable";
  }
  const answers = fieldsAt(document, "Statement").map((statement) => denies(statement, bucket));
  return answers.includes(true) ? "denied" : answers.includes(undefined) ? "unknown" : "allowed";
}

function denies(statement: Field, bucket: string): Answer {
  if (statement.state !== "known") {
    return statement.state === "unknown" ? undefined : false;
  }
  const { value } = statement;
  const covers = (arn: string): Answer =>
    some(fieldsAt(value, "Resource"), (pattern) => matches(pattern, arn));
  return every([
    some(fieldsAt(value, "Effect"), (effect) => effect === "Deny"),
    concernsEveryone(value),
    some(fieldsAt(value, "Action"), (action) => action === "*" || action.toLowerCase() === "s3:*"),
    covers(`arn:aws:s3:::${bucket}`),
    covers(`arn:aws:s3:::${bucket}/any-key`),
    onlyWithoutTls(fieldAt(value, "Condition")),
  ]);
}

function concernsEveryone(statement: unknown): Answer {
  const everyone = (name: string): boolean => name === "*";
  const principal = fieldAt(statement, "Principal");
  return typeof (principal.state === "known" ? principal.value : undefined) === "object"
    ? some(fieldsAt(statement, "Principal", "AWS"), everyone)
    : some([principal], everyone);
}

/** A further condition would let some connections without TLS through. */
function onlyWithoutTls(condition: Field): Answer {
  if (condition.state !== "known") {
    return condition.state === "unknown" ? undefined : false;
  }
  const [operator = "", ...operators] = keysOf(condition.value);
  const tests = fieldAt(condition.value, operator);
  if (tests.state === "unknown") {
    return undefined;
  }
  const [key = "", ...keys] = keysOf(tests.state === "known" ? tests.value : undefined);
  const alone = operators.length === 0 && keys.length === 0;
  return alone && ["Bool", "BoolIfExists"].includes(operator) && key.toLowerCase() === "aws:securetransport"
    ? some(fieldsAt(condition.value, operator, key), (value) => value === "false")
    : false;
}

/** Whether a pattern with `*` and `?` means an ARN, in any partition of AWS. */
export function matches(pattern: string, arn: string): boolean {
  const glob = pattern
    .replace(/^arn:aws[a-z-]*:/, "arn:aws:")
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${glob}$`, "s").test(arn);
}

function some(fields: readonly Field[], holds: (text: string) => boolean): Answer {
  const found = fields.some((field) => holds(textOf(field) ?? ""));
  return found || (fields.some((field) => field.state === "unknown") ? undefined : false);
}

function every(answers: readonly Answer[]): Answer {
  return answers.includes(false) ? false : answers.includes(undefined) ? undefined : true;
}
