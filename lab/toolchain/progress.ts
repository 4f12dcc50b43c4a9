import type { Run } from "./run";

/** Runs `work` and, for as long as it takes, reports `describe(whole seconds since the start)` at every heartbeat. */
export async function withProgress<T>(
  run: Run,
  describe: (seconds: number) => string,
  work: () => Promise<T>,
): Promise<T> {
  const elapsed = stopwatch();
  const timer = setInterval(() => {
    run.report(describe(elapsed()));
  }, run.limits.heartbeat);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/** Starts a clock that answers in whole seconds. */
export function stopwatch(): () => number {
  const start = performance.now();
  return () => Math.round((performance.now() - start) / 1000);
}
