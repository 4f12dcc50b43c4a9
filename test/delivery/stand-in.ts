import fastify, { type FastifyInstance } from "fastify";
import { receiverRoutes } from "../../lab/receivers/routes";
import type { Inbox } from "../../lab/receivers/inbox";

/** What is wrong with a receiver. */
export type Trouble =
  | { readonly kind: "answers"; readonly code: number; readonly retryAfter?: string }
  | { readonly kind: "hangs" }
  | { readonly kind: "refuses connections" };

/** A receiver of the lab at an address of its own, which can be given trouble. */
export class StandIn {
  private app: FastifyInstance | undefined;
  private trouble: Trouble | undefined;

  constructor(
    private readonly port: number,
    private readonly inbox: Inbox,
    private readonly names: ReadonlySet<string>,
  ) {}

  get address(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async open(): Promise<void> {
    const app = fastify({ logger: false, forceCloseConnections: true });
    app.addHook("onRequest", async (_request, reply) => {
      const { trouble } = this;
      if (trouble?.kind === "hangs") {
        // Until the caller gives up: nothing is ever answered.
        await new Promise<never>(() => undefined);
      }
      if (trouble?.kind === "answers") {
        const { code, retryAfter } = trouble;
        await reply
          .headers(retryAfter === undefined ? {} : { "retry-after": retryAfter })
          .code(code)
          .send("trouble");
      }
    });
    receiverRoutes(app, this.inbox, this.names);
    await app.listen({ port: this.port, host: "127.0.0.1" });
    this.app = app;
  }

  async have(trouble: Trouble): Promise<void> {
    this.trouble = trouble;
    if (trouble.kind === "refuses connections") {
      await this.close();
    }
  }

  async recover(): Promise<void> {
    const closed = this.app === undefined;
    const hung = this.trouble?.kind === "hangs";
    this.trouble = undefined;
    if (hung) {
      // Who still waits for an answer would otherwise wait on.
      await this.close();
    }
    if (closed || hung) {
      await this.open();
    }
  }

  async close(): Promise<void> {
    const { app } = this;
    this.app = undefined;
    await app?.close();
  }
}
