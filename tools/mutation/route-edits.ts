import type { Matcher, Route } from "../../plan/routing";

/** A small change of something: what it is, and what is there now. */
export interface EditOf<T> {
  readonly what: string;
  readonly now: T;
}

/** Every small change of a tree of routes: its matchers, receivers, whether it goes on, its children and their order. */
export function routeEdits(route: Route, where = "root"): readonly EditOf<Route>[] {
  const { matchers, routes, receiver } = route;
  return [
    ...matcherEdits(matchers).map(({ what, now }) => ({
      what: `${where}: ${what}`,
      now: { ...route, matchers: now },
    })),
    ...(receiver === undefined
      ? []
      : [{ what: `${where}: another receiver`, now: { ...route, receiver: `${receiver}x` } }]),
    ...(where === "root"
      ? []
      : [{ what: `${where}: continue`, now: { ...route, continue: route.continue !== true } }]),
    ...routes.flatMap((child, index) => {
      const inside = `${where}/${index} ${nameOf(child)}`;
      const [before, after] = [routes.slice(0, index), routes.slice(index + 1)];
      const [next, ...rest] = after;
      return [
        { what: `${inside}: gone`, now: { ...route, routes: [...before, ...after] } },
        ...(next === undefined
          ? []
          : [
              {
                what: `${inside}: after the next`,
                now: { ...route, routes: [...before, next, child, ...rest] },
              },
            ]),
        ...routeEdits(child, inside).map(({ what, now }) => ({
          what,
          now: { ...route, routes: [...before, now, ...after] },
        })),
      ];
    }),
  ];
}

/** Every small change of conditions: gone, turned round, of another value. */
export function matcherEdits(matchers: readonly Matcher[]): readonly EditOf<readonly Matcher[]>[] {
  return matchers.flatMap((matcher, index) => {
    const others = (...instead: readonly Matcher[]): readonly Matcher[] =>
      matchers.toSpliced(index, 1, ...instead);
    const says = `${matcher.label}${matcher.op}${matcher.value}`;
    return [
      { what: `${says} gone`, now: others() },
      { what: `${says} turned round`, now: others({ ...matcher, op: OPPOSITE[matcher.op] }) },
      { what: `${says} of another value`, now: others({ ...matcher, value: `${matcher.value}x` }) },
    ];
  });
}

const OPPOSITE = { "=": "!=", "!=": "=", "=~": "!~", "!~": "=~" } as const satisfies Record<
  Matcher["op"],
  Matcher["op"]
>;

function nameOf({ receiver, matchers }: Route): string {
  return [receiver ?? "", ...matchers.map(({ label, op, value }) => `${label}${op}${value}`)].join(" ");
}
