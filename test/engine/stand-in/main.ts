import { Server, ServerCredentials } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { aws } from "./aws";
import { gcp } from "./gcp";
import { grafana } from "./grafana";
import { kubernetes } from "./kubernetes";
import { StandIn } from "./provider";
import type { Service } from "./service";
import { Store } from "./store";

/** The variable that names the folder of the objects. */
const FOLDER = "TOCSIN_STAND_IN_FOLDER";

const SERVICES: Readonly<Record<string, Service>> = { aws, gcp, grafana, kubernetes };

/** Plays the provider that the first argument names, until the engine ends the process. */
function main(): void {
  const [name = "", version = ""] = process.argv.slice(2);
  const service = SERVICES[name];
  const folder = process.env[FOLDER];
  if (service === undefined || folder === undefined) {
    throw new Error(
      `no stand-in for the provider [${name}] with the folder [${folder ?? ""}]; ` +
        `name one of [${Object.keys(SERVICES).join(", ")}] and set [${FOLDER}]`,
    );
  }
  const server = new Server();
  server.addService(
    ResourceProviderService,
    new StandIn(service, new Store(folder, name), version).handlers(),
  );
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) throw error;
    // The engine reads the port from the first line, and nothing may come before it.
    process.stdout.write(`${port}\n`);
  });
}

main();
