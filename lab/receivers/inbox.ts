import { appendFileSync, existsSync, readFileSync } from "node:fs";
import type { IntegrationKind } from "../../receivers";
import type { Received } from "../../receivers/integration";

/** A notification as it reached a stand-in. */
export interface Delivery extends Received {
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly channel: IntegrationKind;
  readonly receiver: string;
}

/** Every notification that arrived, kept in a file of JSON lines. */
export class Inbox {
  private readonly deliveries: Delivery[];
  /** Beats of the dead man's switch: how many, and when the last one came. */
  private beats = { count: 0, last: "" };

  constructor(private readonly file: string) {
    this.deliveries = existsSync(file) ? readLines(file) : [];
  }

  add(delivery: Delivery): void {
    this.deliveries.push(delivery);
    appendFileSync(this.file, `${JSON.stringify(delivery)}\n`);
  }

  beat(time: string): void {
    this.beats = { count: this.beats.count + 1, last: time };
  }

  all(): readonly Delivery[] {
    return this.deliveries;
  }

  heartbeat(): { readonly count: number; readonly last: string } {
    return this.beats;
  }
}

/**
 * What each delivery does to an incident of PagerDuty, which is one for all deliveries of one key until it is resolved;
 * empty where a channel knows no incidents.
 */
export function incidentsOf(deliveries: readonly Delivery[]): readonly string[] {
  const open = new Map<string, number>();
  let count = 0;
  return deliveries.map(({ dedupKey, status }) => {
    if (dedupKey === undefined) {
      return "";
    }
    const known = open.get(dedupKey);
    const incident = known ?? (count += 1);
    if (status === "resolved") {
      open.delete(dedupKey);
      return `resolves incident ${incident}`;
    }
    open.set(dedupKey, incident);
    return known === undefined ? `opens incident ${incident}` : `updates incident ${incident}, no new page`;
  });
}

/** A text as a terminal may show it: what would move its cursor, colour it or turn its direction is written out. */
export function readable(text: string): string {
  return text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, (sign) =>
    sign === "\n" || sign === "\t" ? sign : `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** A line that a crash cut off is left out; the others count. */
function readLines(file: string): Delivery[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .flatMap((line) => {
      try {
        return line === "" ? [] : [JSON.parse(line) as Delivery];
      } catch {
        return [];
      }
    });
}
