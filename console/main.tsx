import { render, type ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import type { Setting, Situation } from "./answers";
import { useLive } from "./live";
import { AlertPage } from "./pages/alert";
import { AlertsPage } from "./pages/alerts";
import { DashboardPage, DashboardsPage } from "./pages/dashboards";
import { ExpressionPage } from "./pages/expression";
import { InboxPage } from "./pages/inbox";
import { IncidentsPage } from "./pages/incidents";
import { Overview } from "./pages/overview";
import { RoutingPage } from "./pages/routing";
import { RunbookPage, RunbooksPage } from "./pages/runbooks";
import { ServicePage } from "./pages/service";
import { activeOf, Nothing, type Shown } from "./elements";
import { usePlace, type Place } from "./router";
import "./style.css";

/** What every page is given: what it shows, and the rest of its address. */
type Page = ComponentType<Shown & { readonly place: Place }>;

/** Pages by the first part of their address; the second where they have one for each of something. */
const PAGES: Readonly<Record<string, { readonly title: string; readonly all: Page; readonly one?: Page }>> = {
  "": { title: "Overview", all: Overview },
  services: { title: "Service", all: Overview, one: ServicePage },
  alerts: { title: "Alerts", all: AlertsPage, one: AlertPage },
  inbox: { title: "Inbox", all: InboxPage },
  incidents: { title: "Incidents", all: IncidentsPage },
  dashboards: { title: "Dashboards", all: DashboardsPage },
  d: { title: "Dashboard", all: DashboardsPage, one: DashboardPage },
  runbook: { title: "Runbooks", all: RunbooksPage, one: RunbookPage },
  routing: { title: "Routing", all: RoutingPage },
  graph: { title: "Expression", all: ExpressionPage },
};

const MENU = ["", "alerts", "inbox", "incidents", "dashboards", "runbook", "routing"];
const EVERY_MS = 2_000;

function Console() {
  const place = usePlace();
  const { value: setting, error } = useLive<Setting>("/console/setting", 60_000);
  const situation = useLive<Situation>("/console/situation", EVERY_MS);
  const [first = "", ...rest] = place.parts;
  const page = PAGES[first];
  useEffect(() => {
    document.title = `${[page?.title, ...rest].join(" ")} · Tocsin`;
  }, [place]);
  if (setting === undefined || situation.value === undefined) {
    return <main class="loading">{error ?? situation.error ?? "Loading"}</main>;
  }
  const shown = { setting, now: situation.value };
  const Drawn = rest.length > 0 ? page?.one : page?.all;
  const name = `/${place.parts.join("/")}?${place.search.toString()}`;
  return (
    <>
      <a class="skip" href="#main">
        To the content
      </a>
      <Head shown={shown} current={first === "d" ? "dashboards" : first} />
      <main id="main" tabIndex={-1}>
        <Problems of={[...(situation.error === undefined ? [] : [situation.error]), ...shown.now.problems]} />
        {Drawn === undefined ? (
          <Nothing>There is no page here.</Nothing>
        ) : (
          <Drawn key={name} {...shown} place={place} />
        )}
      </main>
    </>
  );
}

function Head({ shown, current }: { readonly shown: Shown; readonly current: string }) {
  const { setting, now } = shown;
  const firing = activeOf(shown).filter(({ state }) => state === "firing").length;
  const counts: Readonly<Record<string, number>> = {
    alerts: firing,
    inbox: now.notifications,
    incidents: now.broken.length,
  };
  return (
    <header class="head">
      <a class="brand" href="/">
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M12 2a1.5 1.5 0 0 0-1.5 1.5v.7C7.3 4.9 5.5 7.600 5.500 11v4L4 17.500V18.500h16V17.500L18.500 15v-4c0-3.400-1.800-6.100-5-6.800v-.7A1.500 1.500 0 0 0 12 2zm-2 18a2 2 0 0 0 4 0z" />
        </svg>
        Tocsin
      </a>
      <p class="where">
        <b>{setting.environment}</b> {setting.cluster}
        <span title={`A minute here is ${setting.speed} minutes of life`}>{setting.speed}×</span>
        <span class={firing > 0 ? "state bad" : "state good"} role="status">
          {firing > 0 ? `${firing} firing` : "all quiet"}
        </span>
      </p>
      <nav aria-label="Pages">
        {MENU.map((name) => (
          <a key={name} href={`/${name}`} aria-current={name === current ? "page" : undefined}>
            {PAGES[name]?.title}
            {(counts[name] ?? 0) > 0 && <span class="count">{counts[name]}</span>}
          </a>
        ))}
      </nav>
    </header>
  );
}

/** Why nobody would be paged now. */
function Problems({ of }: { readonly of: readonly string[] }) {
  return of.length === 0 ? null : (
    <div class="problems" role="alert">
      {of.map((problem) => (
        <p key={problem}>{problem}</p>
      ))}
    </div>
  );
}

render(<Console />, document.body);
