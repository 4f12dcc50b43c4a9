import { z } from "zod";
import { UsageError, UserError } from "./user-error";

/** The address of a Prometheus, or of an Alertmanager, without a slash at its end. @throws UserError where it is none */
export function prometheusAddress(given: string, what: keyof typeof PORTS = "Prometheus"): string {
  if (!URL.canParse(given) || !/^https?:$/.test(new URL(given).protocol)) {
    throw new UsageError(
      `[${given}] is not an address of ${what}: write one such as http://127.0.0.1:${PORTS[what]}`,
    );
  }
  if (new URL(given).username !== "") {
    throw new UsageError(
      `the address of [${new URL(given).host}] holds a login, which stays in the history of the shell: reach it by kubectl port-forward`,
    );
  }
  return given.replace(/\/+$/, "");
}

const PORTS = { Prometheus: 9090, Alertmanager: 9093 } as const;

/** What is said of a server that gives other answers, or none: it is asked once more, so that nobody has to guess which. */
export async function strangeServer(
  address: string,
  what: keyof typeof PORTS = "Prometheus",
): Promise<UserError> {
  const fault = await fetch(`${address}/-/ready`, { signal: AbortSignal.timeout(5_000) }).then(
    () => undefined,
    unreachable,
  );
  return new UserError(
    fault === undefined
      ? `[${address}] does not answer as ${what} does: is it its address, and does a login stand before it? Try ${address}/-/ready`
      : `[${address}] cannot be reached: ${fault}. Does ${what} run there, and is its port forwarded?`,
  );
}

/** Of Node's errors behind `fetch`, what people meet. */
const UNREACHABLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused, nothing listens there",
  ECONNRESET: "the connection was cut",
  ENOTFOUND: "there is no host of that name",
  ETIMEDOUT: "no answer comes back",
};

const networkFault = z.object({ cause: z.object({ code: z.string().optional(), message: z.string() }) });

function unreachable(error: unknown): string {
  const { data } = networkFault.safeParse(error);
  const { code = "", message = "no answer within 5 seconds" } = data?.cause ?? {};
  return UNREACHABLE[code] ?? (message === "" ? code : message);
}
