import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { hasLabels } from "./workload/labels";

const alerts = z.array(
  z.looseObject({ labels: z.record(z.string(), z.string()), endsAt: z.iso.datetime({ offset: true }) }),
);

type SentAlert = z.infer<typeof alerts>[number];

const TIMEOUT_MS = 10_000;

/**
 * The way from Prometheus to Alertmanager. It is shut until the lab is ready: a start leaves a gap in the data, on a
 * slow machine a long one, and what fires because of it is nobody's incident. Then everything passes, but the end of
 * an alert whose beginning did not. What passed is kept in a file, so that an incident outlives a restart.
 */
export class AlertGate {
  private isOpen = false;
  /** Label sets of alerts of which Alertmanager was told that they fire. */
  private told: readonly Readonly<Record<string, string>>[];

  constructor(private readonly file: string) {
    this.told = existsSync(file)
      ? z.array(z.record(z.string(), z.string())).parse(JSON.parse(readFileSync(file, "utf8")))
      : [];
  }

  open(): void {
    this.isOpen = true;
  }

  /** Whether somebody was told of an alert that fires; labels that were added on the way do not count. */
  wasTold(labels: Readonly<Record<string, string>>): boolean {
    return this.told.some((told) => hasLabels(told, labels));
  }

  /** What may pass of what Prometheus sends. */
  passing(sent: readonly SentAlert[], now: number): readonly SentAlert[] {
    return this.isOpen ? sent.filter((alert) => !isOver(alert, now) || this.wasTold(alert.labels)) : [];
  }

  /** Keeps what Alertmanager took. */
  took(passed: readonly SentAlert[], now: number): void {
    const isPassed = (labels: Readonly<Record<string, string>>): boolean =>
      passed.some((alert) => isSame(alert.labels, labels));
    const told = [
      ...this.told.filter((labels) => !isPassed(labels)),
      ...passed.filter((alert) => !isOver(alert, now)).map(({ labels }) => labels),
    ];
    if (JSON.stringify(told) !== JSON.stringify(this.told)) {
      this.told = told;
      // Whole or not at all: a lab that is killed starts again.
      writeFileSync(`${this.file}.part`, JSON.stringify(told));
      renameSync(`${this.file}.part`, this.file);
    }
  }
}

function isOver({ endsAt }: SentAlert, now: number): boolean {
  return Date.parse(endsAt) <= now;
}

function isSame(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  return hasLabels(a, b) && hasLabels(b, a);
}

/** Where Prometheus sends its alerts, in the place of Alertmanager. Source: Alertmanager's API v2. */
export function gateRoute(app: FastifyInstance, gate: AlertGate, alertmanager: string): void {
  app.post("/api/v2/alerts", async (request, reply) => {
    const sent = alerts.safeParse(request.body);
    if (!sent.success) {
      return reply.code(400).send(sent.error.issues);
    }
    const passing = gate.passing(sent.data, Date.now());
    if (passing.length === 0) {
      return reply.send();
    }
    const answer = await fetch(`${alertmanager}/api/v2/alerts`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(passing),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch(() => undefined);
    if (answer?.ok === true) {
      gate.took(passing, Date.now());
    }
    return reply.code(answer?.status ?? 503).send(await answer?.text());
  });
}
