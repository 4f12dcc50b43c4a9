import type { Properties } from "./wire";

/** One object of a service. */
export interface StoredObject {
  readonly type: string;
  /** The physical name, unique among the objects of the type. */
  readonly id: string;
  readonly urn: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/** The objects of one service in the order of their names; a test may change or delete one behind the engine's back. */
export class Store {
  /** Of each stack, by type and name. */
  private readonly objects = new Map<string, Map<string, StoredObject>>();

  /** Whether the object was put in; false when its name was taken already. */
  add(stack: string, object: StoredObject): boolean {
    if (this.get(stack, object.type, object.id) !== undefined) return false;
    this.replace(stack, object);
    return true;
  }

  replace(stack: string, object: StoredObject): void {
    const own = this.objects.get(stack) ?? new Map<string, StoredObject>();
    this.objects.set(stack, own.set(keyOf(object.type, object.id), object));
  }

  get(stack: string, type: string, id: string): StoredObject | undefined {
    return this.objects.get(stack)?.get(keyOf(type, id));
  }

  remove(stack: string, type: string, id: string): void {
    this.objects.get(stack)?.delete(keyOf(type, id));
  }

  /** Every object of a stack. */
  all(stack: string): readonly StoredObject[] {
    const own = [...(this.objects.get(stack) ?? [])];
    return own.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
  }

  stacks(): readonly string[] {
    return [...this.objects.keys()];
  }
}

function keyOf(type: string, id: string): string {
  return `${type} ${id}`;
}
