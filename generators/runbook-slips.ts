import { runbookFile, type RunbookPage } from "../plan/runbook";
import { TOCSIN } from "../slo/command";
import { changesBetween } from "../slo/nearest";
import type { Problem } from "../slo/problem";
import type { Service } from "../slo/service";

type Place = Pick<RunbookPage, "service" | "slug">;

interface RunbookSlips {
  readonly problems: readonly Problem[];
  /** The pages that were most likely meant; what they lack is the same slip. */
  readonly meant: readonly Place[];
}

/**
 * Slugs that an alert or an SLO names and for which there is no file, while there is one of nearly that name: a default
 * page would hide the slip, and what the team wrote would reach nobody. Each is told of once.
 * @param files pages that are written
 */
export function runbookSlips(services: readonly Service[], files: readonly Place[]): RunbookSlips {
  const slips = services.flatMap((service) => {
    const written = files.filter((file) => file.service === service.id).map(({ slug }) => slug);
    const named = namedBy(service);
    return named
      .filter(({ slug }, at) => named.findIndex((one) => one.slug === slug) === at)
      .filter(({ slug }) => !written.includes(slug))
      .flatMap(({ path, slug }) => {
        const meant = written.find((file) => isSlip(slug, file));
        return meant === undefined ? [] : [{ service: service.id, path, slug, meant }];
      });
  });
  return {
    problems: slips.map(({ service, path, slug, meant }) => ({
      code: "runbook-missing",
      path,
      message: `[${slug}] has no file, and ${runbookFile({ service, slug: meant })} has nearly its name`,
      remedy:
        `Did you mean [${meant}]? Write that here, or rename the file. If they are two pages, begin this one: ` +
        `\`${TOCSIN} new runbook ${service} ${slug}\`.`,
    })),
    meant: slips.map(({ service, meant }) => ({ service, slug: meant })),
  };
}

function namedBy({ id, alerts, slos }: Service): readonly { readonly path: string; readonly slug: string }[] {
  return [
    ...alerts.map(({ name, runbook }) => ({ path: `services.${id}.alerts.${name}.runbook`, slug: runbook })),
    ...slos.flatMap((slo) =>
      Object.entries<string>({ ...slo.runbooks }).map(([kind, slug]) => ({
        path: `services.${id}.slos.${slo.id}.runbooks.${kind}`,
        slug,
      })),
    ),
  ];
}

/** Whether two slugs are one with a slip of the hand: a hyphen more or less, or a slip in one of their words. */
function isSlip(slug: string, file: string): boolean {
  const [words, others] = [slug.split("-"), file.split("-")];
  const different = words.flatMap((word, at) =>
    word === others[at] ? [] : [[word, others[at] ?? ""] as const],
  );
  return (
    words.join("") === others.join("") ||
    (words.length === others.length &&
      different.length === 1 &&
      different.every(([a, b]) => isSlipOfWord(a, b)))
  );
}

/** Short words that differ in a letter are two words, as `cpu` and `gpu`, and so are numbers. */
function isSlipOfWord(word: string, other: string): boolean {
  const digits = /\d/;
  const sorted = (text: string): string => text.split("").sort().join("");
  return (
    !digits.test(word + other) &&
    (sorted(word) === sorted(other) ||
      (Math.min(word.length, other.length) > 3 &&
        Math.max(word.length, other.length) > 4 &&
        changesBetween(word, other) <= (word.length > 7 ? 2 : 1)))
  );
}
