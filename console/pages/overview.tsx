import { useMemo } from "preact/hooks";
import type { ConsoleSlo, Message, SloNow } from "../answers";
import { Sparkline } from "../sparkline";
import { useLive, useQueries } from "../live";
import { ActiveAlerts, activeOf, Budget, budgetKind, Nothing, Section, type Shown } from "../elements";
import { ago, percent, spanText, withUnit } from "../units";
import { IncidentButtons } from "./incidents";

const TREND = { seconds: 1_200, points: 40 };
const TREND_MS = 10_000;
const NEWEST = 6;

type Trend = readonly (readonly [number, number])[];
type Trends = ReadonlyMap<string, Trend>;

/** One for all, so that a row without a trend has the same as before. */
const NO_TREND: Trend = [];

/** Every objective, what is wrong now, who was told, and a way to break something. */
export function Overview(shown: Shown) {
  const { setting } = shown;
  const { value } = useQueries(["min by (slo_id) (slo:error_budget:remaining_ratio)"], TREND_MS, TREND);
  const trends: Trends = new Map(
    (value?.[0] ?? []).map(({ labels, points }) => [labels["slo_id"] ?? "", points]),
  );
  const paged = new Set(
    activeOf(shown)
      .filter(({ state, severity }) => state === "firing" && severity === "critical")
      .map(({ service }) => service),
  );
  const services = setting.services
    .filter(({ id }) => setting.slos.some(({ service }) => service === id))
    .sort((a, b) => Number(paged.has(b.id)) - Number(paged.has(a.id)));
  return (
    <>
      <h1 class="hidden">Overview of {setting.environment}</h1>
      <Tiles {...shown} />
      <div class="columns">
        <div>
          {services.map((service) => (
            <Section
              key={service.id}
              title={service.title}
              aside={
                <a href={`/services/${service.id}`}>
                  {service.team} · tier {service.tier} →
                </a>
              }
            >
              <SloTable
                shown={shown}
                slos={setting.slos.filter((slo) => slo.service === service.id)}
                trends={trends}
              />
            </Section>
          ))}
        </div>
        <aside aria-label="Now" tabIndex={0}>
          <Now {...shown} />
          <Told {...shown} />
          <Section title="Break something" aside={<a href="/incidents">All incidents →</a>}>
            <IncidentButtons shown={shown} incidents={firstOfEach(shown)} />
          </Section>
        </aside>
      </div>
    </>
  );
}

/** What pages, one of each service. */
function firstOfEach({ setting, now }: Shown): Shown["setting"]["incidents"] {
  const pages = new Set(
    setting.alerts
      .filter(({ severity }) => severity === "critical")
      .map((alert) => `${alert.service}/${alert.alertname}`),
  );
  return setting.services.flatMap(({ id }) => {
    const own = setting.incidents.filter(({ service }) => service === id);
    const broken = own.filter((incident) => now.broken.includes(incident.id));
    const paging = own.find(({ alerts }) => alerts.some((name) => pages.has(`${id}/${name}`)));
    return broken.length > 0 ? broken : paging === undefined ? [] : [paging];
  });
}

function Tiles(shown: Shown) {
  const { setting, now } = shown;
  const judged = setting.slos.flatMap((slo) => {
    const { good, budget } = now.slos[slo.id] ?? {};
    return good === undefined ? [] : [{ slo, isKept: good >= 1 - slo.budget, budget: budget ?? 1 }];
  });
  const kept = judged.filter(({ isKept }) => isKept).length;
  const [least] = [...judged].sort((a, b) => a.budget - b.budget);
  const active = activeOf(shown).filter(({ state }) => state === "firing");
  const critical = active.filter(({ severity }) => severity === "critical").length;
  return (
    <div class="tiles">
      <Tile
        label="objectives kept"
        value={`${kept} of ${setting.slos.length}`}
        kind={kept === setting.slos.length ? "good" : "bad"}
      />
      <Tile
        label={least === undefined ? "least budget" : `least budget: ${least.slo.title}`}
        value={least === undefined ? "–" : percent(least.budget, 1)}
        kind={budgetKind(least?.budget)}
      />
      <Tile
        label={active.length === 0 ? "alerts" : `alerts, ${critical} of them critical`}
        value={active.length === 0 ? "all quiet" : `${active.length} firing`}
        kind={critical > 0 ? "bad" : active.length > 0 ? "caution" : "good"}
      />
      <Tile label="notifications sent" value={String(now.notifications)} kind="plain" />
    </div>
  );
}

function Tile({
  label,
  value,
  kind,
}: {
  readonly label: string;
  readonly value: string;
  readonly kind: string;
}) {
  return (
    <div class={`tile ${kind}`}>
      <b class={`text ${kind}`}>{value}</b>
      <span>{label}</span>
    </div>
  );
}

/** Objectives as rows. */
function SloTable(given: {
  readonly shown: Shown;
  readonly slos: readonly ConsoleSlo[];
  readonly trends: Trends;
}) {
  const { shown, slos, trends } = given;
  return (
    <table class="slos">
      <thead>
        <tr>
          <th scope="col">Objective</th>
          <th scope="col">Last {slos[0]?.window}</th>
          <th scope="col">Budget left</th>
          <th scope="col">Trend</th>
          <th scope="col">Burn now</th>
          <th scope="col">Gone in</th>
        </tr>
      </thead>
      <tbody>
        {slos.map((slo) => (
          <SloRow
            key={slo.id}
            slo={slo}
            now={shown.now.slos[slo.id] ?? {}}
            points={trends.get(slo.id) ?? NO_TREND}
          />
        ))}
      </tbody>
    </table>
  );
}

/** The burn rate in the colours of the pairs: who would be told. */
export function burnKind({ pairs }: ConsoleSlo, burn: number | undefined): string {
  const [fast, slow] = pairs;
  return burn === undefined
    ? "plain"
    : burn >= (fast?.factor ?? Infinity)
      ? "bad"
      : burn >= (slow?.factor ?? Infinity)
        ? "poor"
        : burn > 1
          ? "caution"
          : "good";
}

/** How long the budget lasts at the rate of this moment, in the time of life. */
export function exhaustion({ windowMs }: ConsoleSlo, { budget = 0, burn = 0 }: SloNow): string {
  return budget <= 0 ? "gone" : burn <= 1 ? "lasts" : spanText((budget * windowMs) / burn);
}

interface Row {
  readonly slo: ConsoleSlo;
  readonly now: SloNow;
  readonly points: Trend;
}

/** What is the same as before is not drawn again: hundreds of rows would be, with every answer. */
function SloRow({ slo, now, points }: Row) {
  const { good, budget, burn } = now;
  return useMemo(() => drawnRow({ slo, now, points }), [slo, good, budget, burn, points]);
}

function drawnRow({ slo, now, points }: Row) {
  const isKept = now.good === undefined || now.good >= 1 - slo.budget;
  return (
    <tr>
      <th scope="row">
        <a href={`/services/${slo.service}#${slo.slo}`}>{slo.title}</a>
        <small>
          {slo.objective} not {slo.breach}
        </small>
      </th>
      <td data-label={`Last ${slo.window}`} class={`number text ${isKept ? "" : "bad"}`}>
        {now.good === undefined ? "–" : percent(now.good)}
      </td>
      <td data-label="Budget left">
        <Budget left={now.budget} label={`Error budget of ${slo.title}`} />
      </td>
      <td data-label="Trend">
        {points.length > 1 && (
          <Sparkline points={points} title={`Budget of ${slo.title} over the last 20 minutes`} />
        )}
      </td>
      <td data-label="Burn now" class={`number text ${burnKind(slo, now.burn)}`}>
        {now.burn === undefined ? "–" : withUnit(now.burn, "suffix:×", 2)}
      </td>
      <td data-label="Gone in" class="number">
        {exhaustion(slo, now)}
      </td>
    </tr>
  );
}

function Now(shown: Shown) {
  const active = activeOf(shown);
  return (
    <Section title="Now" aside={<a href="/alerts">All alerts →</a>}>
      {active.length === 0 ? (
        <Nothing>No alert fires, and none is about to.</Nothing>
      ) : (
        <ActiveAlerts shown={shown} alerts={active.slice(0, 8)} />
      )}
    </Section>
  );
}

/** The newest notifications. */
function Told({ now }: Shown) {
  const { value = [] } = useLive<readonly Message[]>("/console/inbox", 2_000);
  return (
    <Section title="Who was told" aside={<a href="/inbox">Inbox →</a>}>
      {value.length === 0 && <Nothing>Nobody yet.</Nothing>}
      <ul class="lines">
        {value
          .slice(-NEWEST)
          .reverse()
          .map((message) => (
            <li key={`${message.time}${message.receiver}`} class="line">
              <span class="tags">
                <span class={`tag channel ${message.channel}`}>{message.channel}</span>
              </span>
              <span class="what">
                {message.title}
                <small>{message.receiver}</small>
              </span>
              <span class="soft when">{ago(Date.parse(message.time), now.time)}</span>
            </li>
          ))}
      </ul>
    </Section>
  );
}
