import { z } from "zod";
import { misfit } from "./wording";

/** Annotations that make an ingress controller ask who it is, each with those that it is nothing without. */
const AUTHENTICATING: Readonly<Record<string, readonly string[]>> = {
  "alb.ingress.kubernetes.io/auth-type": [],
  "haproxy-ingress.github.io/auth-secret": [],
  "haproxy-ingress.github.io/auth-url": [],
  "haproxy.org/auth-secret": ["haproxy.org/auth-type"],
  "nginx.ingress.kubernetes.io/auth-secret": ["nginx.ingress.kubernetes.io/auth-type"],
  "nginx.ingress.kubernetes.io/auth-tls-secret": [],
  "nginx.ingress.kubernetes.io/auth-url": [],
  "traefik.ingress.kubernetes.io/router.middlewares": [],
};

const FORM = "a mapping of annotations to texts, such as nginx.ingress.kubernetes.io/auth-url: https://...";
const text = z.string({ error: (seen) => misfit(seen, "a text") }).regex(/\S/, {
  error: (seen) => misfit(seen, "a text"),
});

/** Whether the annotations let in nobody who was not asked. */
function asks(annotations: Readonly<Record<string, string>>): boolean {
  return Object.entries(AUTHENTICATING).some(
    ([annotation, others]) =>
      Object.hasOwn(annotations, annotation) &&
      annotations[annotation] !== "none" &&
      others.every((other) => Object.hasOwn(annotations, other)),
  );
}

/** Annotations of an Ingress, one of which at least makes the controller ask who it is. */
export const authentication = z
  .record(z.string(), text.describe("value of this annotation").meta({ form: "a text" }), {
    error: (seen) => misfit(seen, FORM),
  })
  .refine(asks, {
    error: ({ input }) => {
      const known = Object.entries(AUTHENTICATING).map((names) => names.flat().join(" with "));
      return `[${Object.keys(input as object).join(", ")}] asks nobody who they are; have one of [${known.join(", ")}]`;
    },
  })
  .meta({ form: FORM });
