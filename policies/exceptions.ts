import { fieldAt, textOf } from "./field";
import { shownText } from "./shown";

/** Something that is let pass for a while, on somebody's word. */
export interface Exception {
  /** Name of the resource, as in its URN. */
  readonly resource: string;
  /** A part of the message, such as the name of an alert. @default - whatever is wrong with the resource */
  readonly about?: string;
  /** Who answers for it. */
  readonly owner: string;
  readonly reason: string;
  /** The last day on which it holds, such as `2026-12-31`, in UTC. */
  readonly expires: string;
}

/** What becomes of something that is wrong: nothing, or what is said of it. */
export function excepted(
  message: string,
  exceptions: readonly Exception[],
  today: string,
): string | undefined {
  const concerned = exceptions.filter(
    ({ resource, about = "" }) => message.startsWith(`Resource [${resource}]: `) && message.includes(about),
  );
  const faults = concerned.map((exception) => exceptionFault(exception, today));
  if (faults.includes(undefined)) {
    return undefined;
  }
  return [message, ...faults.map((fault) => `The exception for it does not count: ${fault}.`)].join(" ");
}

/** The day of now, by which exceptions are judged. */
export function currentDay(): string {
  return new Date().toISOString().slice(0, 10);
}

/** What is wrong with an exception; `undefined` where it holds. */
function exceptionFault(exception: Exception, today: string): string | undefined {
  const text = (key: keyof Exception): string => (textOf(fieldAt(exception, key)) ?? "").trim();
  const missing = (["resource", "owner", "reason"] as const).filter((key) => text(key) === "");
  if (missing.length > 0) {
    return `it has no ${missing.join(" and no ")}`;
  }
  const expires = text("expires");
  if (!/^\d{4}-\d{2}-\d{2}$/.test(expires) || Number.isNaN(Date.parse(expires))) {
    return `its end ${shownText(expires)} is no day such as 2026-12-31`;
  }
  return today > expires ? `that of ${shownText(text("owner"))} ended on ${expires}` : undefined;
}
