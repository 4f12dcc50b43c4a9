import type { AddressInfo } from "node:net";
import PostalMime from "postal-mime";
import { SMTPServer } from "smtp-server";
import type { Inbox } from "./inbox";

/** How the text of a notification begins each alert: `ServiceDown (critical, firing) since`. */
const ALERT_LINE = /^(\w+) \(\w+, (firing|resolved)\)/gm;

/** A mail server on loopback that keeps what it gets. */
export interface MailServer {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** Starts the stand-in for the mail server on a free port. */
export async function startMailServer(inbox: Inbox): Promise<MailServer> {
  const server = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    disabledCommands: ["STARTTLS"],
    onAuth: (_auth, _session, done) => {
      done(null, { user: "lab" });
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        receive(
          Buffer.concat(chunks),
          session.envelope.rcptTo.map((to) => to.address).join(", "),
          inbox,
        ).then(() => {
          done();
        }, done);
      });
    },
  });
  await new Promise<void>((resolve, reject) => {
    // For good: later a client that goes away in the middle of its mail is one, which must not end this process.
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      resolve();
    });
  });
  return {
    port: (server.server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  };
}

async function receive(raw: Buffer, to: string, inbox: Inbox): Promise<void> {
  const mail = await PostalMime.parse(raw);
  const text = mail.text ?? "";
  inbox.add({
    time: new Date().toISOString(),
    channel: "email",
    receiver: to,
    status: "firing",
    alerts: [...text.matchAll(ALERT_LINE)].map(([, name = "", state = ""]) => `${name} ${state}`).join(", "),
    title: mail.subject ?? "",
    text,
    links: [...text.matchAll(/https?:\/\/\S+/g)].map((match) => match[0]),
  });
}
