import { z } from "zod";
import type { Period } from "../../burn-rate";
import type { Duration } from "../../duration";
import type { Percent } from "../../objective";
import type { PerEnvironment } from "../../per-environment";

/**
 * What the parts of a service are made of. Only kinds of values are told apart here; whether a text is a duration is
 * said where durations are checked. The words of an error read on after "is not".
 */
const a = <T>(type: "boolean" | "number" | "string", words: string): z.ZodType<T> =>
  z.custom<T>((value) => typeof value === type, words);

export const text = a<string>("string", "a text");
/** What people read must say something. */
export const prose = z.custom<string>(
  (value) => typeof value === "string" && /\S/.test(value),
  "a text that says something",
);
/** As `prose`, where a line end would break what it stands in. */
export const line = z.custom<string>(
  (value) => typeof value === "string" && /^\S(?:[^\n\r]*\S)?$/.test(value),
  "a line of text without blanks around it",
);
export const number = a<number>("number", "a number");
export const flag = a<boolean>("boolean", "true or false");
export const duration = a<Duration>("string", "a duration such as 5m, in quotes");
export const period = a<Period>("string", "a duration such as 28d, in quotes");
export const percent = a<Percent>("string", "a percentage such as 99.9%, in quotes");

/** One of a few texts or numbers. */
export function oneOf<const Values extends readonly (number | string)[]>(
  ...values: Values
): z.ZodType<Values[number]> {
  return z.custom<Values[number]>(
    (value) => (values as readonly unknown[]).includes(value),
    `one of [${values.join(", ")}]`,
  );
}

/** A type with all of its keys, so that one that is left out is no part of it. */
type Whole<T> = T extends boolean | number | string | undefined
  ? T
  : { readonly [Key in keyof T]-?: Whole<Exclude<T[Key], undefined>> };

/** The shape of a type, whole: the compiler refuses one that takes more, and one that forgets a case or a key. */
export const shapeOf =
  <T>() =>
  <S extends z.ZodType<T>>(
    shape: [Whole<T>] extends [Whole<z.output<S>>]
      ? [Whole<z.output<S>>] extends [Whole<T>]
        ? S
        : never
      : never,
  ): z.ZodType<T> =>
    shape;

/** A field by which sections are told apart. */
export const kind = <const Kinds extends readonly [string, ...string[]]>(...kinds: Kinds) =>
  z.enum(kinds, `one of [${kinds.join(", ")}]`);

export function section<Shape extends z.core.$ZodShape>(
  shape: Shape,
): z.ZodObject<z.core.util.Writeable<Shape>, z.core.$strict> {
  const keys = `an object with the keys [${Object.keys(shape).join(", ")}]`;
  return z.strictObject(shape, { error: () => keys });
}

/** One of several sections, told apart by a field that all of them have. */
export function oneType<
  const Options extends readonly [z.core.$ZodTypeDiscriminable, ...z.core.$ZodTypeDiscriminable[]],
>(field: string, options: Options): z.ZodDiscriminatedUnion<Options> {
  const known = options.flatMap((option) => [...(option._zod.propValues[field] ?? [])]);
  return z.discriminatedUnion(field, options, {
    error: ({ input }) =>
      typeof input === "object" && input !== null
        ? `one of [${known.join(", ")}]`
        : `an object with a [${field}]`,
  });
}

/**
 * One of several sections, told apart by the keys that only one of them has. Of a value with none of these, the keys that
 * it could have are said; of one that has some, what is wrong with it as that section.
 */
export function oneKey<const Options extends readonly [z.ZodObject, z.ZodObject, ...z.ZodObject[]]>(
  ...options: Options
): z.ZodType<z.output<Options[number]>> {
  const own = options.map((option) =>
    Object.keys(option.shape).filter((key) =>
      options.every((other) => other === option || !(key in other.shape)),
    ),
  );
  const words = `an object with one of the keys [${own.map(([key]) => key).join(", ")}]`;
  return z.custom<z.output<Options[number]>>().superRefine((value: unknown, context) => {
    const found = options.find(
      (_, index) => typeof value === "object" && value !== null && own[index]?.some((key) => key in value),
    );
    const issues = found?.safeParse(value).error?.issues ?? [];
    if (found === undefined) {
      const keys = typeof value === "object" && value !== null ? Object.keys(value) : [];
      context.addIssue(
        keys.length === 0
          ? { code: "custom", message: words, input: value }
          : { code: "unrecognized_keys", keys, message: words, input: {} },
      );
    }
    for (const issue of issues) {
      context.addIssue({ ...issue });
    }
  });
}

/** Exactly two of some keys, in which case the third follows from them. */
export function twoOf<Output>(shape: z.core.$ZodShape): z.ZodType<Output> {
  const keys = Object.keys(shape);
  const words = `one that has two of the keys [${keys.join(", ")}] and no other`;
  return z.custom<Output>().superRefine((value: unknown, context) => {
    const seen = typeof value === "object" && value !== null ? Object.keys(value) : [];
    const own = seen.filter((key) => keys.includes(key));
    if (own.length !== 2 || own.length !== seen.length) {
      context.addIssue({ code: "custom", message: words, input: value });
      return;
    }
    const picked = Object.fromEntries(own.map((key) => [key, shape[key]]));
    for (const issue of z.object(picked).safeParse(value).error?.issues ?? []) {
      context.addIssue({ ...issue });
    }
  });
}

export const list = <Value extends z.core.SomeType>(value: Value): z.ZodArray<Value> =>
  z.array(value, "a list");

/** A list that is never empty. */
export const filled = <Value extends z.core.SomeType>(value: Value): z.ZodTuple<[Value], Value> =>
  z.tuple([value], value, "a list of one or more");

/** The same where the type does not say so. */
export const filledList = <T>(value: z.ZodType<T>): z.ZodType<readonly T[]> => filled(value);

/** A list of at least two. */
export const several = <Value extends z.core.SomeType>(value: Value): z.ZodTuple<[Value, Value], Value> =>
  z.tuple([value, value], value, "a list of two or more");

/** Values by keys that people choose. */
export const mapping = <Value extends z.core.SomeType>(value: Value): z.ZodRecord<z.ZodString, Value> =>
  z.record(z.string(), value, "an object");

/** A value for every environment, with exceptions. */
export const perEnvironment = <T>(value: z.ZodType<T>): z.ZodType<PerEnvironment<T>> =>
  z.object({ default: value }, "an object with the key [default]").catchall(value);
