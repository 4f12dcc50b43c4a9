import type {
  handleUnaryCall,
  sendUnaryData,
  StatusObject,
  UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { status } from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { differences, touches, type Difference } from "./differences";
import type { Service, World } from "./service";
import type { Store, StoredObject } from "./store";
import { fromWire, isObject, NOTHING, toWire, UNKNOWN, type Json, type Properties } from "./wire";

/** An answer of "no" that the engine shows to the user as it is. */
class Refusal extends Error {}

/** Turns a function into a handler; whatever it throws reaches the engine as the reason of a failed step. */
function unary<Request, Response>(
  answer: (request: Request) => Response | Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call, callback: sendUnaryData<Response>) => {
    const answered = (async () => answer(call.request))();
    answered.then(
      (response) => callback(null, response),
      (error: unknown) => callback(failed(error)),
    );
  };
}

function failed(error: unknown): Pick<StatusObject, "code" | "details"> {
  return error instanceof Refusal
    ? { code: status.INVALID_ARGUMENT, details: error.message }
    : {
        code: status.INTERNAL,
        details: error instanceof Error ? (error.stack ?? error.message) : String(error),
      };
}

/** The provider protocol over a store; `service` is what makes it one cloud and not another. */
export class StandIn {
  private settings: Properties = {};

  constructor(
    private readonly service: Service,
    private readonly store: Store,
    private readonly version: string,
  ) {}

  /** Every method that the engine calls of a provider that has no components and no functions. */
  handlers(): UntypedServiceImplementation {
    return {
      attach: unary(() => NOTHING),
      handshake: unary(() => new rpc.ProviderHandshakeResponse()),
      checkConfig: unary((request: rpc.CheckRequest) => accepted(fromWire(request.getNews()))),
      diffConfig: unary((request: rpc.DiffRequest) => this.diffOf(request, [])),
      configure: unary((request: rpc.ConfigureRequest) => this.configure(request)),
      check: unary((request: rpc.CheckRequest) => this.check(request)),
      diff: unary((request: rpc.DiffRequest) =>
        this.diffOf(request, this.service.replacesOn(typeOf(request.getUrn()), this.settings)),
      ),
      create: unary((request: rpc.CreateRequest) => this.create(request)),
      update: unary((request: rpc.UpdateRequest) => this.update(request)),
      read: unary((request: rpc.ReadRequest) => this.read(request)),
      delete: unary((request: rpc.DeleteRequest) => this.delete(request)),
      invoke: unary((request: rpc.InvokeRequest) => {
        throw new Refusal(
          `the program makes no invokes, so that it runs without credentials [${request.getTok()}]`,
        );
      }),
      getSchema: unary(() => new rpc.GetSchemaResponse().setSchema("{}")),
      getPluginInfo: unary(() => new PluginInfo().setVersion(this.version)),
      getMapping: unary(() => new rpc.GetMappingResponse()),
      getMappings: unary(() => new rpc.GetMappingsResponse()),
      cancel: unary(() => NOTHING),
    };
  }

  private configure(request: rpc.ConfigureRequest): rpc.ConfigureResponse {
    this.settings = fromWire(request.getArgs());
    return new rpc.ConfigureResponse().setSupportspreview(true).setAcceptsecrets(false);
  }

  private check(request: rpc.CheckRequest): rpc.CheckResponse {
    const news = fromWire(request.getNews());
    const failures = this.service
      .check(typeOf(request.getUrn()), news)
      .map(({ property, reason }) => new rpc.CheckFailure().setProperty(property).setReason(reason));
    return accepted(news).setFailuresList(failures);
  }

  private diffOf(request: rpc.DiffRequest, replacing: readonly string[]): rpc.DiffResponse {
    const found = differences(fromWire(request.getOldInputs()), fromWire(request.getNews())).filter(
      (difference) => !request.getIgnorechangesList().some((ignored) => touches(difference, ignored)),
    );
    const replaces = found.filter((difference) => replacing.some((path) => touches(difference, path)));
    const response = new rpc.DiffResponse()
      .setChanges(
        found.length > 0 ? rpc.DiffResponse.DiffChanges.DIFF_SOME : rpc.DiffResponse.DiffChanges.DIFF_NONE,
      )
      .setDiffsList([...new Set(found.map(topLevel))])
      .setReplacesList([...new Set(replaces.map(topLevel))])
      // The names are literal, so the new object could not be made beside the old one.
      .setDeletebeforereplace(replaces.length > 0)
      .setHasdetaileddiff(true);
    for (const difference of found) {
      response
        .getDetaileddiffMap()
        .set(
          difference.path,
          new rpc.PropertyDiff().setKind(kindOf(difference, replaces)).setInputdiff(true),
        );
    }
    return response;
  }

  private async create(request: rpc.CreateRequest): Promise<rpc.CreateResponse> {
    const object = this.object(request.getUrn(), fromWire(request.getProperties()));
    if (request.getPreview()) {
      const computed = this.service.computed(object.type, object.inputs);
      return new rpc.CreateResponse().setProperties(toWire(merged(object.inputs, unknowns(computed))));
    }
    const world = this.world(request.getUrn());
    const others = this.service.isGlobal(object.type) ? this.store.stacks() : [];
    const exists = others.some((stack) => this.store.get(stack, object.type, object.id) !== undefined);
    await this.refuse(object, world);
    if (exists || !this.store.add(world.stack, object)) {
      throw new Refusal(this.service.taken(object));
    }
    return new rpc.CreateResponse().setId(object.id).setProperties(toWire(object.outputs));
  }

  private async update(request: rpc.UpdateRequest): Promise<rpc.UpdateResponse> {
    const object = { ...this.object(request.getUrn(), fromWire(request.getNews())), id: request.getId() };
    if (!request.getPreview()) {
      const world = this.world(request.getUrn());
      if (this.store.get(world.stack, object.type, object.id) === undefined) {
        throw new Refusal(`updating ${object.type}: [${object.id}] not found; refresh the stack`);
      }
      await this.refuse(object, world);
      this.store.replace(world.stack, object);
    }
    return new rpc.UpdateResponse().setProperties(toWire(object.outputs));
  }

  private read(request: rpc.ReadRequest): rpc.ReadResponse {
    const found = this.store.get(stackOf(request.getUrn()), typeOf(request.getUrn()), request.getId());
    // An answer without an id says that the object is gone.
    return found === undefined
      ? new rpc.ReadResponse()
      : new rpc.ReadResponse()
          .setId(found.id)
          .setInputs(toWire(found.inputs))
          .setProperties(toWire(merged(found.outputs, found.inputs)));
  }

  private delete(request: rpc.DeleteRequest): typeof NOTHING {
    const world = this.world(request.getUrn());
    const object = this.store.get(world.stack, typeOf(request.getUrn()), request.getId());
    if (object !== undefined) {
      const reason = this.service.release(object, world);
      if (reason !== undefined) throw new Refusal(reason);
      this.store.remove(world.stack, object.type, object.id);
    }
    return NOTHING;
  }

  private object(urn: string, inputs: Properties): StoredObject {
    const type = typeOf(urn);
    const outputs = merged(inputs, this.service.computed(type, inputs));
    return { type, id: this.service.nameOf(type, inputs, urn), urn, inputs, outputs };
  }

  private world(urn: string): World {
    return { stack: stackOf(urn), store: this.store, settings: this.settings };
  }

  private async refuse(object: StoredObject, world: World): Promise<void> {
    const reason = await this.service.refusal(object, world);
    if (reason !== undefined) throw new Refusal(reason);
  }
}

function accepted(inputs: Properties): rpc.CheckResponse {
  return new rpc.CheckResponse().setInputs(toWire(inputs));
}

/** `urn:pulumi:<stack>::<project>::<parent type>$<type>::<name>` */
function stackOf(urn: string): string {
  return urn.split("::")[0]?.slice("urn:pulumi:".length) ?? "";
}

function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

function topLevel(difference: Difference): string {
  return /^[^.[]+/.exec(difference.path)?.[0] ?? difference.path;
}

function kindOf(difference: Difference, replaces: readonly Difference[]): rpc.PropertyDiff.Kind {
  const { Kind } = rpc.PropertyDiff;
  const replacing = replaces.includes(difference);
  switch (difference.kind) {
    case "add":
      return replacing ? Kind.ADD_REPLACE : Kind.ADD;
    case "delete":
      return replacing ? Kind.DELETE_REPLACE : Kind.DELETE;
    case "update":
      return replacing ? Kind.UPDATE_REPLACE : Kind.UPDATE;
  }
}

function merged(left: Properties, right: Properties): Properties {
  const both = Object.entries(right).map(([name, value]) => {
    const old = left[name];
    return [name, isObject(old) && isObject(value) ? merged(old, value) : value] as const;
  });
  return { ...left, ...Object.fromEntries(both) };
}

/** The same shape with nothing known in it. */
function unknowns(value: Properties): Properties {
  return Object.fromEntries(
    Object.entries(value).map(([name, child]): [string, Json] => [
      name,
      isObject(child) ? unknowns(child) : UNKNOWN,
    ]),
  );
}
