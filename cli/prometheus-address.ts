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

/** What is said of a server that gives other answers, or none. */
export function strangeServer(address: string, what: keyof typeof PORTS = "Prometheus"): UserError {
  return new UserError(
    `[${address}] does not answer as ${what} does: is it its address, and does a login stand before it? Try ${address}/-/ready`,
  );
}
