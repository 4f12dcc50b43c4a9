import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** A mail as it goes over the wire; lines without their ends. */
export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly lines: readonly string[];
}

/** A client that speaks SMTP line by line and stops at the first answer that it did not expect (RFC 5321). */
export class SmtpClient {
  private pending = "";

  private constructor(private readonly socket: Socket) {}

  static async connect(port: number): Promise<SmtpClient> {
    const socket = connect(port, "127.0.0.1").setEncoding("utf8");
    const client = new SmtpClient(socket);
    await client.expect("220");
    return client;
  }

  /** @throws Error with the answer when the server refuses a step */
  async deliver({ from, to, lines }: Mail): Promise<void> {
    await this.begin({ from, to });
    // A line that begins with a dot gets another, for a dot alone ends the mail.
    const stuffed = lines.map((line) => (line.startsWith(".") ? `.${line}` : line));
    await this.say([...stuffed, "."].join("\r\n"), "250");
    await this.say("QUIT", "221");
    this.socket.end();
  }

  /** Everything up to the mail itself, with the password that the lab's Alertmanager uses. */
  async begin({ from, to }: Omit<Mail, "lines">): Promise<void> {
    await this.say("EHLO localhost", "250");
    await this.say(`AUTH PLAIN ${Buffer.from("\0tocsin\0lab").toString("base64")}`, "235");
    await this.say(`MAIL FROM:<${from}>`, "250");
    for (const receiver of to) {
      await this.say(`RCPT TO:<${receiver}>`, "250");
    }
    await this.say("DATA", "354");
  }

  /** Sends a part of a mail, and then nothing any more. */
  async hangUpAfter(line: string): Promise<void> {
    await new Promise<void>((resolve) => {
      this.socket.write(`${line}\r\n`, () => resolve());
    });
    this.socket.destroy();
  }

  private async say(command: string, code: string): Promise<void> {
    this.socket.write(`${command}\r\n`);
    await this.expect(code);
  }

  /** An answer may have several lines; the last one has a space after its code. */
  private async expect(code: string): Promise<void> {
    while (!/^\d{3} .*\r\n$/m.test(this.pending)) {
      const [piece] = (await once(this.socket, "data")) as [string];
      this.pending += piece;
    }
    const answer = this.pending;
    this.pending = "";
    if (!answer.startsWith(code)) {
      throw new Error(`the mail server answered [${answer.trim()}] where [${code}] was expected`);
    }
  }
}
