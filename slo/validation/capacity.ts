import { isDay } from "../calendar";
import { carriedIn, unitsFor, type Capacity, type Carried, type Carrier } from "../capacity";
import { suggestion } from "../nearest";
import { isPercent, ratioOfPercent } from "../objective";
import { compareText, duplicates } from "../order";
import { valueIn } from "../per-environment";
import type { Problem } from "../problem";
import type { Service } from "../service";
import { checkSlug } from "./identifiers";

type Say = (where: string, message: string, remedy: string) => Problem;

/** Every problem of what a service expects, and whether what is declared carries it. */
export function checkCapacity(service: Service, environments: readonly string[]): readonly Problem[] {
  const all = service.capacity ?? [];
  return [
    ...duplicates(all.map(({ id }) => id)).map((id) => ({
      code: "capacity-invalid" as const,
      path: `services.${service.id}.capacity.${id}`,
      message: `[${id}] is declared twice`,
      remedy: "Rename one of the two.",
    })),
    ...all.flatMap((capacity) => checkOne(service, capacity, environments)),
  ];
}

function checkOne(service: Service, capacity: Capacity, environments: readonly string[]): readonly Problem[] {
  const path = `services.${service.id}.capacity.${capacity.id}`;
  const say: Say = (where, message, remedy) => ({
    code: "capacity-invalid",
    path: `${path}${where}`,
    message,
    remedy,
  });
  const invalid = [
    ...checkSlug(`${path}.id`, capacity.id),
    ...checkFigures(capacity, say),
    ...checkNames(service, capacity, environments, say),
  ];
  return invalid.length > 0
    ? invalid
    : service.environments.flatMap((environment) =>
        carriedIn(service, capacity, environment)
          .filter(({ load, most }) => most.lt(load))
          .map((carried) => notCarried(path, capacity, carried, environment)),
      );
}

/** Days in their order, and numbers that something can be. */
function checkFigures({ projection, carriedBy }: Capacity, say: Say): readonly Problem[] {
  const projected = Object.entries(projection).flatMap(([environment, loads]) => [
    ...checkDays(
      `.projection.${environment}`,
      loads.map(({ by }) => by),
      say,
    ),
    ...loads.flatMap(({ load }) => checkNumber(`.projection.${environment}`, load, say)),
  ]);
  const carriers = carriedBy.flatMap((carrier, index) => {
    const where = `.carriedBy.${index}`;
    return [
      ...checkNumber(`${where}.each`, carrier.each ?? 1, say),
      ...((ratioOfPercent(carrier.use)?.gt(0) ?? false) && isWithin(carrier)
        ? []
        : [
            say(
              `${where}.use`,
              `[${carrier.use}] is no share of a limit`,
              "Use more than 0% and at most 100%.",
            ),
          ]),
      ...Object.entries(carrier.kind === "limit" ? carrier.amounts : {}).flatMap(([environment, amounts]) => [
        ...checkDays(
          `${where}.amounts.${environment}`,
          amounts.map(({ from }) => from),
          say,
        ),
        ...amounts.flatMap(({ amount }) => checkNumber(`${where}.amounts.${environment}`, amount, say)),
      ]),
    ];
  });
  return [...projected, ...carriers];
}

function isWithin({ use }: Carrier): boolean {
  return isPercent(use) && (ratioOfPercent(use)?.lte(1) ?? false);
}

function checkNumber(where: string, value: number, say: Say): readonly Problem[] {
  return Number.isFinite(value) && value > 0
    ? []
    : [say(where, `[${value}] is not a number above 0`, "Write what is expected, or what there is.")];
}

function checkDays(where: string, days: readonly string[], say: Say): readonly Problem[] {
  const wrong = days.filter((day) => !isDay(day));
  return [
    ...wrong.map((day) => say(where, `[${day}] is not a day`, "Write it like 2026-12-31.")),
    ...(wrong.length === 0 &&
    days.some((day, index) => index > 0 && compareText(days[index - 1] ?? "", day) >= 0)
      ? [say(where, `[${days.join(", ")}] are not in their order`, "The first comes first, each day once.")]
      : []),
  ];
}

/** Autoscalers and environments that there are. */
function checkNames(
  { id, autoscaling }: Service,
  { projection, carriedBy }: Capacity,
  environments: readonly string[],
  say: Say,
): readonly Problem[] {
  const scaled = autoscaling.map(({ job }) => job.name);
  const known = ["default", ...environments];
  const named = [projection, ...carriedBy.map((one) => (one.kind === "limit" ? one.amounts : {}))];
  return [
    ...carriedBy.flatMap((one, index) =>
      one.kind === "limit" || scaled.includes(one.job.name)
        ? []
        : [
            say(
              `.carriedBy.${index}.job`,
              `[${one.job.name}] has no autoscaler in [${id}]`,
              suggestion(one.job.name, scaled),
            ),
          ],
    ),
    ...named
      .flatMap((values) => Object.keys(values))
      .filter((name) => !known.includes(name))
      .map((name) => ({
        ...say("", `[${name}] is not an environment`, suggestion(name, known)),
        code: "environment-unknown" as const,
      })),
  ];
}

function notCarried(
  path: string,
  { unit, projection }: Capacity,
  { by, load, carrier, units, most }: Carried,
  environment: string,
): Problem {
  const each = carrier.each === undefined ? "" : ` with ${carrier.each} each`;
  const [name, more] =
    carrier.kind === "autoscaler"
      ? [`replicas of ${carrier.job.name}`, "Raise replicas.max of the autoscaler"]
      : [carrier.name, "Declare when there is more of it"];
  const last = valueIn(projection, environment).at(-1)?.by;
  return {
    code: "capacity-exceeded",
    path: `${path}.projection.${environment}`,
    message: `[${load}] ${unit} are expected by [${by}], and [${most.toFixed()}] are carried: ${carrier.use} of [${units}] ${name}${each}`,
    remedy: `${more}: it takes ${unitsFor(carrier, load).toFixed()}${by === last ? "" : " by then"}. Or make each of them carry more, or correct the projection.`,
  };
}
