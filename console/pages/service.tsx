import { useEffect } from "preact/hooks";
import type { Answers, BurnPair, ConsoleAlert, ConsoleSlo } from "../answers";
import { Chart, themed, type Line, type Mark } from "../chart";
import { useQueries } from "../live";
import { AlertLink, Budget, Nothing, rankOf, Section, Severity, State, type Shown } from "../elements";
import type { Place } from "../router";
import { percent, withUnit } from "../units";
import { IncidentButtons } from "./incidents";
import { burnKind, exhaustion } from "./overview";

const SPAN = { seconds: 1_200, points: 240 };
const EVERY_MS = 3_000;

/** One service: its objectives with their curves, its alerts, and what can be broken of it. */
export function ServicePage(shown: Shown & { readonly place: Place }) {
  const { setting, place } = shown;
  const service = setting.services.find(({ id }) => id === place.parts[1]);
  const slos = setting.slos.filter((slo) => slo.service === service?.id);
  useEffect(() => document.getElementById(location.hash.slice(1))?.scrollIntoView(), []);
  if (service === undefined) {
    return <Nothing>There is no service [{place.parts[1]}].</Nothing>;
  }
  const incidents = setting.incidents.filter((incident) => incident.service === service.id);
  return (
    <>
      <div class="title">
        <h1>{service.title}</h1>
        <p>{service.description}</p>
        <p class="links">
          <a href={service.dashboard}>Dashboard</a>
          {setting.dashboards
            .filter(({ uid, service: of }) => of === service.id && service.dashboard !== `/d/${uid}`)
            .map(({ uid, title }) => (
              <a key={uid} href={`/d/${uid}`}>
                {title}
              </a>
            ))}
          <a href={`/runbook?service=${service.id}`}>Runbooks</a>
        </p>
      </div>
      {slos.map((slo) => (
        <SloCard key={slo.id} slo={slo} shown={shown} />
      ))}
      <div class="halves">
        <Section title="Alerts">
          <ServiceAlerts shown={shown} service={service.id} />
        </Section>
        <Section title="Incidents that can be played">
          <IncidentButtons shown={shown} incidents={incidents} />
        </Section>
      </div>
    </>
  );
}

function ServiceAlerts({ shown, service }: { readonly shown: Shown; readonly service: string }) {
  const active = new Map(shown.now.alerts.map((alert) => [alert.key, alert]));
  const rank = ({ key, severity }: ConsoleAlert): number => rankOf(severity) - (active.has(key) ? 9 : 0);
  return (
    <ul class="lines">
      {shown.setting.alerts
        .filter((alert) => alert.service === service)
        .sort((a, b) => rank(a) - rank(b))
        .map((alert) => (
          <li key={alert.key} class="line">
            <span class="tags">
              <State alert={active.get(alert.key)} />
              <Severity of={alert.severity} />
            </span>
            <span class="what">
              <AlertLink alert={alert} />
              <small>{alert.summary}</small>
            </span>
          </li>
        ))}
    </ul>
  );
}

/** When somebody broke or mended something of a service. */
export function deedMarks({ now, setting }: Shown, service: string): readonly Mark[] {
  const own = new Set(setting.incidents.filter((each) => each.service === service).map(({ id }) => id));
  return now.deeds
    .filter(({ incident }) => own.has(incident))
    .map(({ time, did }) => ({ time: time / 1_000, colour: themed(did === "break" ? "bad" : "good") }));
}

function SloCard({ slo, shown }: { readonly slo: ConsoleSlo; readonly shown: Shown }) {
  const now = shown.now.slos[slo.id] ?? {};
  const curves = useQueries(
    [slo.budgetExpr, ...slo.pairs.slice(0, 2).map(({ long }) => long.expr)],
    EVERY_MS,
    SPAN,
  );
  const sides = slo.pairs.flatMap(({ long, short }) => [long.expr, short.expr]);
  const values = useQueries(sides, EVERY_MS);
  const marks = deedMarks(shown, slo.service);
  return (
    <section class="card slo" id={slo.slo}>
      <header>
        <h2>{slo.title}</h2>
        <span class="soft">
          {slo.objective} over {slo.window}
        </span>
      </header>
      <dl class="facts">
        <Fact name={`last ${slo.window}`}>{now.good === undefined ? "–" : percent(now.good)}</Fact>
        <Fact name="budget left">
          <Budget left={now.budget} label={`Error budget of ${slo.title}`} />
        </Fact>
        <Fact name="burn now">
          <b class={`text ${burnKind(slo, now.burn)}`}>
            {now.burn === undefined ? "–" : withUnit(now.burn, "suffix:×", 2)}
          </b>
        </Fact>
        <Fact name="budget gone in">{exhaustion(slo, now)}</Fact>
      </dl>
      <div class="halves">
        <Chart
          title={`Error budget left of ${slo.title}`}
          lines={named(curves.value, 0, "budget left")}
          unit="percentunit"
          marks={marks}
          fill={10}
          height={170}
        />
        <Chart
          title={`Burn rate of ${slo.title}`}
          lines={slo.pairs
            .slice(0, 2)
            .flatMap(({ long }, index) => burns(slo, named(curves.value, index + 1, long.window)))}
          unit="suffix:×"
          limits={slo.pairs.slice(0, 2).map(({ factor, response, long }, index) => ({
            value: factor,
            colour: themed(index === 0 ? "bad" : "poor"),
            label: `${response} from, ${long.window}`,
          }))}
          marks={marks}
          toLimits
          height={170}
        />
      </div>
      <BurnTable slo={slo} values={values.value} />
    </section>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** The series of one answer as lines; values that are judged apart have their labels in the name. */
function named(answers: Answers | undefined, index: number, name: string): readonly Line[] {
  const series = answers?.[index] ?? [];
  return series.map(({ labels, points }) => {
    const { __name__: _, cluster: _c, environment: _e, service: _s, slo_id: _i, ...apart } = labels;
    return { label: [name, ...Object.values(apart)].join(" "), points };
  });
}

function burns({ budget }: ConsoleSlo, lines: readonly Line[]): readonly Line[] {
  return lines.map(({ label, points }) => ({
    label,
    points: points.map(([time, value]) => [time, value / budget] as const),
  }));
}

/** What each pair of windows sees, and from where on somebody is told. */
function BurnTable({ slo, values }: { readonly slo: ConsoleSlo; readonly values: Answers | undefined }) {
  const worst = (index: number): number | undefined => {
    const own = (values?.[index] ?? []).flatMap(({ points }) => points.map(([, value]) => value));
    return own.length === 0 ? undefined : Math.max(...own.filter(Number.isFinite)) / slo.budget;
  };
  return (
    <div class="scroll" role="region" aria-label={`Burn rates of ${slo.title}`} tabIndex={0}>
      <table class="burns">
        <thead>
          <tr>
            <th scope="col">Pair of windows</th>
            <th scope="col">Long</th>
            <th scope="col">Short</th>
            <th scope="col">Both above</th>
            <th scope="col">Then</th>
          </tr>
        </thead>
        <tbody>
          {slo.pairs.map((pair, index) => (
            <BurnRow key={pair.id} pair={pair} long={worst(2 * index)} short={worst(2 * index + 1)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function BurnRow(given: {
  readonly pair: BurnPair;
  readonly long: number | undefined;
  readonly short: number | undefined;
}) {
  const { pair, long, short } = given;
  const isOver = (value: number | undefined): boolean => value !== undefined && value > pair.factor;
  const isTold = isOver(long) && isOver(short);
  return (
    <tr>
      <th scope="row">{pair.id.replace("-", ", ")}</th>
      {[long, short].map((value, index) => (
        <td key={index} class={`number text ${isOver(value) ? "bad" : ""}`}>
          {value === undefined ? "–" : withUnit(value, "suffix:×", 2)}
          <small>{(index === 0 ? pair.long : pair.short).window}</small>
        </td>
      ))}
      <td class="number">{withUnit(pair.factor, "suffix:×")}</td>
      <td>
        <span class={`state ${isTold ? "bad" : "good"}`}>{isTold ? `${pair.response} due` : "quiet"}</span>
      </td>
    </tr>
  );
}
