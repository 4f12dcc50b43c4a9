import { createServer, type Server } from "node:http";
import { reasonOf, UsageError } from "./errors";

/** Who is asked for the text is asked no more often than this, however many servers scrape. */
const KEPT_MS = 30_000;

/**
 * Answers `/metrics`. Where the text cannot be made, neither does it: a target that is down is an alert, old numbers are
 * none.
 */
export function textServer(make: () => Promise<string>): Server {
  let kept: { readonly at: number; readonly text: Promise<string> } | undefined;
  return createServer((request, response) => {
    if (request.url !== "/metrics") {
      response.writeHead(request.url === "/-/healthy" ? 200 : 404).end();
      return;
    }
    if (kept === undefined || Date.now() - kept.at > KEPT_MS) {
      kept = { at: Date.now(), text: make() };
    }
    kept.text.then(
      (text) => {
        response.writeHead(200, { "content-type": "text/plain; version=0.0.4" }).end(text);
      },
      (error: unknown) => {
        kept = undefined;
        process.stdout.write(`${reasonOf(error)}\n`);
        response.writeHead(503).end();
      },
    );
  });
}

/** Serves until it is ended. @throws UsageError where the place is none */
export async function listenAt(server: Server, listen: string): Promise<void> {
  const [, host = "", port = ""] = /^(.+):(\d+)$/.exec(listen) ?? [];
  if (port === "") throw new UsageError(`[${listen}] is no HOST:PORT such as 127.0.0.1:9187`);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.once("close", resolve);
    process.once("SIGTERM", () => server.close());
    server.listen(Number(port), host, () => {
      process.stdout.write(`listening on ${JSON.stringify(server.address())}\n`);
    });
  });
}
