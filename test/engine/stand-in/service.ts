import type { Store, StoredObject } from "./store";
import type { Properties } from "./wire";

/** Why a provider takes the inputs of a resource for wrong, before anything is created. */
export interface Failure {
  readonly property: string;
  readonly reason: string;
}

/** What a service knows when it judges an object: its own stack's objects, and the settings of its provider. */
export interface World {
  readonly stack: string;
  readonly store: Store;
  readonly settings: Properties;
}

/**
 * What makes one service different from another. Only what the real one does for certain stands here; what it might
 * do, or does by version or permission, does not.
 */
export interface Service {
  /** Problems that the provider finds in the inputs alone. */
  readonly check: (type: string, inputs: Properties) => readonly Failure[];
  /** The name under which the service keeps the object, unique among its type. */
  readonly nameOf: (type: string, inputs: Properties, urn: string) => string;
  /** Paths whose change makes another object of it. */
  readonly replacesOn: (type: string, settings: Properties) => readonly string[];
  /** What the service adds to the inputs. */
  readonly computed: (type: string, inputs: Properties) => Properties;
  /** Why the service refuses to create or change the object, if it does. */
  readonly refusal: (object: StoredObject, world: World) => Promise<string | undefined>;
  /** Why the service refuses a second object of that name. */
  readonly taken: (object: StoredObject) => string;
  /** Whether names are unique over all stacks, as those of buckets are in the world. */
  readonly isGlobal: (type: string) => boolean;
  /** Takes away what goes with an object; a reason when the service refuses to delete it. */
  readonly release: (object: StoredObject, world: World) => string | undefined;
}
