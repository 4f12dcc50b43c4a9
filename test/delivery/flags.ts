import { scaleDuration } from "../../lab/time-scale";
import { isDuration, type Duration } from "../../slo/duration";

/**
 * Timers of the programs themselves and what they are by default, in the time of the lab. What finds out whether a
 * peer is alive stays as it is: a slow machine is no faster network. Source: `--help` of both programs.
 */
const TIMERS: Readonly<Record<"alertmanager" | "prometheus", Readonly<Record<string, Duration>>>> = {
  alertmanager: {
    "cluster.gossip-interval": "200ms",
    "cluster.peer-timeout": "15s",
    "cluster.pushpull-interval": "1m",
    "cluster.reconnect-interval": "10s",
    "cluster.reconnect-timeout": "6h",
    "cluster.settle-timeout": "1m",
    "data.maintenance-interval": "15m",
    "data.retention": "120h",
    "dispatch.maintenance-interval": "30s",
  },
  prometheus: {
    "config.auto-reload-interval": "30s",
    "rules.alert.for-grace-period": "10m",
    "rules.alert.for-outage-tolerance": "1h",
    "rules.alert.resend-delay": "1m",
  },
};

/** The flags of a pod, with its timers on the lab's clock. */
export function scaledFlags(
  program: "alertmanager" | "prometheus",
  args: readonly string[],
  speed: number,
): readonly string[] {
  const timers = Object.entries(TIMERS[program]).map(([flag, standard]) => {
    const given = args.find((arg) => arg.startsWith(`--${flag}=`))?.slice(`--${flag}=`.length);
    const value = given !== undefined && isDuration(given) ? given : standard;
    return { flag, arg: `--${flag}=${scaleDuration(value, speed)}` };
  });
  const others = args.filter((arg) => !timers.some(({ flag }) => arg.startsWith(`--${flag}=`)));
  return [...others, ...timers.map(({ arg }) => arg)];
}
