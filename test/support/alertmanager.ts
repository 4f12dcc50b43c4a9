import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { alertmanagerConfig } from "../../backends/alertmanager/config";
import { NOTIFICATION_TEMPLATES, TEMPLATE_FILE } from "../../backends/alertmanager/templates";
import { labSecrets } from "../../lab/to-lab";
import type { Labels } from "../../plan/monitoring-plan";
import type { RoutingPlan } from "../../plan/routing";
import { writeFiles } from "./program";

/** An alert as Alertmanager's API takes and gives it. */
export interface ApiAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly endsAt?: string;
}

interface KnownAlert extends ApiAlert {
  readonly fingerprint: string;
  readonly status: { readonly inhibitedBy: readonly string[] };
}

/** A real Alertmanager with a generated configuration, on loopback. */
export class Alertmanager {
  private process?: ChildProcess;
  private address = "";

  /** @param receivers address of the stand-ins that secrets lead to */
  constructor(
    private readonly program: string,
    private readonly folder: string,
    private readonly receivers: string,
  ) {}

  async start(routing: RoutingPlan): Promise<void> {
    const [secrets, templates] = [path.join(this.folder, "secrets"), path.join(this.folder, "templates")];
    const paths = { secrets, templates };
    await this.startWith(
      new Map([
        ["alertmanager.yml", alertmanagerConfig(routing, paths)],
        [`templates/${TEMPLATE_FILE}`, NOTIFICATION_TEMPLATES],
        ...[...labSecrets(routing, this.receivers)].map(([key, text]) => [`secrets/${key}`, text] as const),
      ]),
    );
  }

  /** @param files its configuration in `alertmanager.yml`, and what that names */
  async startWith(files: ReadonlyMap<string, string>): Promise<void> {
    const port = await freePort();
    const at = (file: string): string => path.join(this.folder, file);
    writeFiles(this.folder, files);
    this.address = `http://127.0.0.1:${port}`;
    this.process = spawn(
      this.program,
      [
        `--config.file=${at("alertmanager.yml")}`,
        `--storage.path=${at("data")}`,
        `--web.listen-address=127.0.0.1:${port}`,
        "--cluster.listen-address=",
      ],
      { stdio: "ignore" },
    );
    await eventually("an Alertmanager that is ready", async () => {
      const answer = await fetch(`${this.address}/-/ready`).catch(() => undefined);
      return answer?.ok === true ? true : undefined;
    });
  }

  async post(alerts: readonly ApiAlert[]): Promise<void> {
    const answer = await fetch(`${this.address}/api/v2/alerts`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(alerts),
    });
    if (!answer.ok) {
      throw new Error(`Alertmanager refuses the alerts: ${await answer.text()}`);
    }
  }

  async alerts(): Promise<readonly KnownAlert[]> {
    const answer = await fetch(`${this.address}/api/v2/alerts`);
    return (await answer.json()) as readonly KnownAlert[];
  }

  /** Lines of its metrics that count notifications which did not arrive. */
  async failures(): Promise<readonly string[]> {
    const text = await (await fetch(`${this.address}/metrics`)).text();
    return text
      .split("\n")
      .filter((line) => /^alertmanager_notifications_failed_total\{/.test(line) && !line.endsWith(" 0"));
  }

  async stop(): Promise<void> {
    if (this.process !== undefined && this.process.exitCode === null) {
      this.process.kill("SIGKILL");
      await once(this.process, "exit");
    }
  }
}

/** Everything that was sent to receivers by HTTP, as it came. */
export class Sink {
  readonly received: { readonly path: string; readonly body: unknown }[] = [];
  private readonly server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      this.received.push({
        path: request.url ?? "",
        body: JSON.parse(Buffer.concat(chunks).toString("utf8")) as unknown,
      });
      response.writeHead(request.url?.startsWith("/pagerduty") === true ? 202 : 200);
      response.end("ok");
    });
  });

  async start(): Promise<string> {
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** @throws Error naming what did not come within half a minute */
export async function eventually<T>(
  what: string,
  ask: () => T | undefined | Promise<T | undefined>,
): Promise<T> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const found = await ask();
    if (found !== undefined) {
      return found;
    }
    if (Date.now() > deadline) {
      throw new Error(`there was no ${what} within a minute`);
    }
    await sleep(100);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
