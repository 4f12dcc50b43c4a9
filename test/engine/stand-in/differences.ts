import { isObject, type Json, type Properties } from "./wire";

/** What happened to the value at a path, written as the engine writes paths: `spec.ports[0].name`. */
export interface Difference {
  readonly path: string;
  readonly kind: "add" | "delete" | "update";
}

/** Everything in which two values differ, each at the deepest path that both have in common. */
export function differences(olds: Properties, news: Properties): readonly Difference[] {
  return compare("", olds, news);
}

function compare(path: string, olds: Json | undefined, news: Json | undefined): readonly Difference[] {
  if (olds === undefined || news === undefined) {
    return olds === news ? [] : [{ path, kind: olds === undefined ? "add" : "delete" }];
  }
  if (Array.isArray(olds) && Array.isArray(news)) {
    const [before, after] = [olds as readonly Json[], news as readonly Json[]];
    return Array.from({ length: Math.max(before.length, after.length) }).flatMap((_, index) =>
      compare(`${path}[${index}]`, before[index], after[index]),
    );
  }
  if (isObject(olds) && isObject(news)) {
    return [...new Set([...Object.keys(olds), ...Object.keys(news)])]
      .sort()
      .flatMap((name) => compare(child(path, name), olds[name], news[name]));
  }
  return olds === news ? [] : [{ path, kind: "update" }];
}

function child(path: string, name: string): string {
  if (!/^\w+$/.test(name)) return `${path}[${JSON.stringify(name)}]`;
  return path === "" ? name : `${path}.${name}`;
}

/** Whether a difference lies at a path or below it. */
export function touches(difference: Difference, path: string): boolean {
  return (
    difference.path === path || ["." as const, "["].some((next) => difference.path.startsWith(path + next))
  );
}
