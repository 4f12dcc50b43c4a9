import { fieldAt, membersOf, textOf } from "../field";

/** What can be said of a bucket policy about connections without TLS. */
export type TransportVerdict = "denied" | "allowed" | "unreadable" | "unknown";

/**
 * Whether a bucket policy denies everyone everything over a connection without TLS.
 * Source: Amazon S3 User Guide, "Security best practices", enforce encryption of data in transit.
 */
export function transportVerdict(props: unknown, bucket: string): TransportVerdict {
  const policy = fieldAt(props, "policy");
  if (policy.state !== "known") {
    return policy.state === "unknown" ? "unknown" : "allowed";
  }
  const document = typeof policy.value === "string" ? parsed(policy.value) : policy.value;
  if (document === undefined) {
    return "unreadable";
  }
  const verdicts = listAt(document, "Statement").map((statement) => denies(statement, bucket));
  return verdicts.includes(true) ? "denied" : verdicts.includes(undefined) ? "unknown" : "allowed";
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) {
      return undefined;
    }
    throw error;
  }
}

/** `undefined` where a part of the statement is not known. */
function denies(statement: unknown, bucket: string): boolean | undefined {
  const parts = [
    () => textOf(fieldAt(statement, "Effect")) === "Deny",
    () => concernsEveryone(statement),
    () => textsAt(statement, "Action").some((action) => action === "*" || action.toLowerCase() === "s3:*"),
    () => coversBucket(textsAt(statement, "Resource"), bucket),
    () => onlyWithoutTls(statement),
  ];
  return parts.every((holds) => holds());
}
