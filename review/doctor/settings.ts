import { ALERT_TIMERS } from "../../backends/prometheus/alert-timers";
import { placeOf } from "../../plan/environment";
import { milliseconds } from "../../slo/duration";
import { own } from "../../slo/order";
import type { Check, Compared, Said } from "./check";

/** Rules write durations as numbers, which older ones do not read. Source: Prometheus, CHANGELOG. */
const OLDEST = [3, 0] as const;

const version: Check = ({ server }) => {
  const [major = 0, minor = 0] = server.version.split(".").map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])
    ? {}
    : {
        wrong: [
          {
            path: "server.version",
            message: `[${server.version}] does not read durations as numbers, which rules of ours have`,
            remedy: `Run Prometheus ${OLDEST.join(".")} or newer.`,
          },
        ],
      };
};

const retention: Check = ({ plan: { scrape }, server, place }) => {
  const [time = ""] = server.retention.split(" or ");
  const kept = spanOf(time);
  const path = place(["prometheus", "retention"]);
  if (kept === undefined) {
    const message = `the server keeps [${server.retention}], which is no time: what it holds depends on its disk`;
    return { wrong: [{ path, message, remedy: `Give it a retention of ${scrape.retention} besides.` }] };
  }
  const message = `[${scrape.retention}] is not what the server keeps, which is [${server.retention}]`;
  const planned = milliseconds(scrape.retention);
  return kept < planned
    ? {
        wrong: [
          { path, message, remedy: "Set the key to what it keeps, or the server to what the key says." },
        ],
      }
    : kept > planned
      ? { seen: [{ path, message, remedy: "Set the key to what it keeps." }] }
      : {};
};

/** A duration as Prometheus prints it: `1w3d`. */
function spanOf(text: string): number | undefined {
  const weeks = { w: 7, y: 365 } as const;
  const parts = [...text.matchAll(/(\d+)(ms|[smhdwy])/g)].map(([, count = "", unit = ""]) => {
    const days = own<number>(weeks, unit);
    return days === undefined ? milliseconds(`${count}${unit}`) : Number(count) * days * milliseconds("1d");
  });
  return parts.length === 0 || /iB|B$/.test(text) ? undefined : parts.reduce((sum, part) => sum + part, 0);
}

/** A flag of the server that is another duration than the plan relies on. */
function differing({ server }: Compared, flag: string, wanted: string, why: string): readonly Said[] {
  const seen = own(server.flags, flag);
  return seen === undefined || spanOf(seen) === spanOf(wanted)
    ? []
    : [
        {
          path: `server.flags.${flag}`,
          message: `[${seen}] is not [${wanted}], ${why}`,
          remedy: `Start the server with --${flag}=${wanted}.`,
        },
      ];
}

const TIMERS = {
  "rules.alert.for-grace-period": ALERT_TIMERS.forGracePeriod,
  "rules.alert.for-outage-tolerance": ALERT_TIMERS.forOutageTolerance,
  "rules.alert.resend-delay": ALERT_TIMERS.resendDelay,
} as const;

const flags: Check = (compared) => ({
  wrong: differing(
    compared,
    "query.lookback-delta",
    compared.plan.scrape.lookback,
    "on which the long windows rely",
  ),
  seen: Object.entries(TIMERS).flatMap(([flag, wanted]) =>
    differing(compared, flag, wanted, "with which alerts come and end as the tests say"),
  ),
});

const FEATURE = "created-timestamp-zero-ingestion";

const features: Check = ({ plan: { scrape }, server }) => {
  const needed = scrape.jobs.filter(({ createdTimestamps }) => createdTimestamps === true);
  return needed.length === 0 || (own(server.flags, "enable-feature") ?? "").split(",").includes(FEATURE)
    ? {}
    : {
        wrong: [
          {
            path: "server.flags.enable-feature",
            message: `[${FEATURE}] is off, and the first samples of [${needed.map(({ job }) => job).join(", ")}] count by it`,
            remedy: `Start the server with --enable-feature=${FEATURE}, or leave createdTimestamps out of the jobs.`,
          },
        ],
      };
};

const externalLabels: Check = ({ plan, server, place }) => ({
  wrong: Object.entries(placeOf(plan.environment)).flatMap(([label, value]) => {
    const theirs = own(server.externalLabels, label);
    return theirs === undefined || theirs === value
      ? []
      : [
          {
            path: place(label === "cluster" ? ["cluster"] : ["environment"]),
            message: `[${value}] is not the external label of the server, which is [${theirs}]`,
            remedy: "Call it the same in both, or see that it is the right server.",
          },
        ];
  }),
});

const alertmanagers: Check = ({ server }) =>
  server.alertmanagers > 0
    ? {}
    : {
        wrong: [
          {
            path: "server.alertmanagers",
            message: "the server knows no Alertmanager, so that no alert reaches anybody",
            remedy: "Name one in its `alerting`, and see that its pods answer.",
          },
        ],
      };

/** What a server is set to. */
export const SETTINGS: readonly Check[] = [
  version,
  retention,
  flags,
  features,
  externalLabels,
  alertmanagers,
];
