import { readFileSync } from "node:fs";
import { createTransport } from "nodemailer";
import type { DigestSettings } from "../plan/digest";

/** SMTP over TLS from the first byte; every other port begins in plain text. Source: RFC 8314. */
const SUBMISSIONS = 465;
const TIMEOUT_MS = 60_000;

/** Sends one mail, as text and as HTML. @throws Error where the server does not take it, with what it was asked for */
export async function sendMail(
  { from, to, smarthost, username, requireTls, password }: DigestSettings["mail"],
  mail: { readonly subject: string; readonly text: string; readonly html: string },
): Promise<void> {
  const [, host = "", port = ""] = /^(.*):(\d+)$/.exec(smarthost) ?? [];
  const transport = createTransport({
    host,
    port: Number(port),
    secure: Number(port) === SUBMISSIONS,
    requireTLS: requireTls,
    auth: { user: username, pass: readFileSync(password, "utf8").trim() },
    connectionTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
  });
  try {
    await transport.sendMail({ from, to, ...mail });
  } catch (error) {
    throw new Error(`the mail server [${smarthost}] did not take the mail to [${to}] as [${username}]`, {
      cause: error,
    });
  } finally {
    transport.close();
  }
}
