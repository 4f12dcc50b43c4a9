import { UsageError, UserError } from "./user-error";

/** The address of a Prometheus without a slash at its end. @throws UserError where it is none */
export function prometheusAddress(given: string): string {
  if (!URL.canParse(given) || !/^https?:$/.test(new URL(given).protocol)) {
    throw new UsageError(
      `[${given}] is not an address of Prometheus: write one such as http://127.0.0.1:9090`,
    );
  }
  if (new URL(given).username !== "") {
    throw new UsageError(
      `the address of [${new URL(given).host}] holds a login, which stays in the history of the shell: reach it by kubectl port-forward`,
    );
  }
  return given.replace(/\/+$/, "");
}

/** What is said of a server that gives other answers, or none. */
export function strangeServer(address: string): UserError {
  return new UserError(
    `[${address}] does not answer as Prometheus does: is it its address, and does a login stand before it? Try ${address}/-/ready`,
  );
}
