import { credentials, type ServiceError } from "@grpc/grpc-js";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { fromWire, NOTHING, toWire, type Properties } from "./wire";

type Answer<T> = (error: ServiceError | null, response: T) => void;

/** What a provider says to a resource: what it is now, or why not. */
export type Outcome = { readonly id: string; readonly properties: Properties } | { readonly refused: string };

/** Asks a stand-in what the engine asks. */
export class StandInClient {
  private readonly client: ResourceProviderClient;

  constructor(port: number) {
    this.client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
  }

  close(): void {
    this.client.close();
  }

  async version(): Promise<string> {
    const info = await this.ask((answer: Answer<PluginInfo>) => {
      this.client.getPluginInfo(NOTHING, answer);
    });
    return info.getVersion();
  }

  /** Check and then Create, as the engine does; the first problem that is found. */
  async create(stack: string, type: string, inputs: Properties): Promise<Outcome> {
    const urn = `urn:pulumi:${stack}::tocsin::${type}::thing`;
    const checked = await this.ask((answer: Answer<rpc.CheckResponse>) => {
      this.client.check(new rpc.CheckRequest().setUrn(urn).setNews(toWire(inputs)), answer);
    });
    const [failure] = checked.getFailuresList();
    if (failure !== undefined) return { refused: `${failure.getProperty()} ${failure.getReason()}` };
    try {
      const created = await this.ask((answer: Answer<rpc.CreateResponse>) => {
        this.client.create(new rpc.CreateRequest().setUrn(urn).setProperties(toWire(inputs)), answer);
      });
      return { id: created.getId(), properties: fromWire(created.getProperties()) };
    } catch (error) {
      return { refused: (error as ServiceError).details };
    }
  }

  /** The paths of what a change is about, and those of them that make another object of it. */
  async diff(type: string, olds: Properties, news: Properties): Promise<Record<string, readonly string[]>> {
    const urn = `urn:pulumi:dev::tocsin::${type}::thing`;
    const request = new rpc.DiffRequest().setUrn(urn).setOldInputs(toWire(olds)).setNews(toWire(news));
    const response = await this.ask((answer: Answer<rpc.DiffResponse>) => {
      this.client.diff(request, answer);
    });
    const details = response.getDetaileddiffMap();
    return { changes: [...details.keys()], replaces: response.getReplacesList() };
  }

  private ask<T>(call: (answer: Answer<T>) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      call((error, response) => {
        if (error === null) resolve(response);
        else reject(error);
      });
    });
  }
}
