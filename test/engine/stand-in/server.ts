import { Server, ServerCredentials } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { aws } from "./aws";
import { gcp } from "./gcp";
import { grafana } from "./grafana";
import { kubernetes } from "./kubernetes";
import { StandIn } from "./provider";
import type { Service } from "./service";
import { Store } from "./store";

const SERVICES = { aws, gcp, grafana, kubernetes } satisfies Record<string, Service>;

export type Provider = keyof typeof SERVICES;

export const PROVIDERS = Object.keys(SERVICES) as readonly Provider[];

/** A provider that is up, and the objects of its service. */
export interface RunningStandIn {
  readonly port: number;
  readonly store: Store;
  readonly stop: () => void;
}

/** Plays a provider on a free port of this machine, until it is stopped. */
export async function startStandIn(provider: Provider, version: string): Promise<RunningStandIn> {
  const store = new Store();
  const server = new Server();
  server.addService(ResourceProviderService, new StandIn(SERVICES[provider], store, version).handlers());
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return { port, store, stop: () => server.forceShutdown() };
}
