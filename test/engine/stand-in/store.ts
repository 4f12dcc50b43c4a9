import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Properties } from "./wire";

/** One object of a service, as it lies in its file. */
export interface StoredObject {
  readonly type: string;
  /** The physical name, unique among the objects of the type. */
  readonly id: string;
  readonly urn: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/**
 * The objects of one service, a JSON file each: `<root>/<stack>/<service>/<type>/<id>.json`. Several processes may
 * work in it at once, and a test may change or delete a file behind the engine's back.
 */
export class Store {
  constructor(
    private readonly root: string,
    private readonly service: string,
  ) {}

  /** Whether the object was put in; false when its name was taken already. */
  add(stack: string, object: StoredObject): boolean {
    const file = this.file(stack, object.type, object.id);
    mkdirSync(path.dirname(file), { recursive: true });
    try {
      // "wx" makes looking and writing one step, for two processes may create the same name at once.
      writeFileSync(file, text(object), { flag: "wx" });
      return true;
    } catch (error) {
      if (codeOf(error) === "EEXIST") return false;
      throw error;
    }
  }

  replace(stack: string, object: StoredObject): void {
    writeFileSync(this.file(stack, object.type, object.id), text(object));
  }

  get(stack: string, type: string, id: string): StoredObject | undefined {
    return read(this.file(stack, type, id));
  }

  remove(stack: string, type: string, id: string): void {
    rmSync(this.file(stack, type, id), { force: true });
  }

  /** Every object of a stack. */
  all(stack: string): readonly StoredObject[] {
    const folder = path.join(this.root, stack, this.service);
    return names(folder)
      .flatMap((type) => names(path.join(folder, type)).map((name) => path.join(folder, type, name)))
      .flatMap((file) => read(file) ?? []);
  }

  stacks(): readonly string[] {
    return names(this.root);
  }

  private file(stack: string, type: string, id: string): string {
    return path.join(this.root, stack, this.service, escaped(type), `${escaped(id)}.json`);
  }
}

/** A name that is one segment of a path on every system. */
function escaped(name: string): string {
  return encodeURIComponent(name).replaceAll("*", "%2A");
}

function text(object: StoredObject): string {
  return `${JSON.stringify(object, undefined, 2)}\n`;
}

function read(file: string): StoredObject | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as StoredObject;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
}

/** Not by `instanceof`: jest's tests have an Error class of their own, which Node's errors are not made of. */
function codeOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
}
