import type { Matcher, Route } from "../../plan/routing";
import type { AlertDetails, Setting } from "../answers";
import { useLive } from "../live";
import { Section, type Shown } from "../elements";
import { goTo, type Place } from "../router";

/** The tree of routes, and the path that an alert takes through it. */
export function RoutingPage({ setting, place }: Shown & { readonly place: Place }) {
  const key = place.search.get("alert") ?? setting.alerts[0]?.key ?? "";
  const { value } = useLive<AlertDetails>(`/console/alert?key=${encodeURIComponent(key)}`, 600_000);
  const paths = value?.paths ?? [];
  const taken = new Set(paths.flatMap((path) => routesOf(path, setting)));
  return (
    <>
      <div class="title">
        <h1>Routing</h1>
        <p>Which path does an alert take?</p>
        <p class="links">
          <label class="search">
            Alert
            <select
              value={key}
              onChange={(event) => goTo(`/routing?alert=${encodeURIComponent(event.currentTarget.value)}`)}
            >
              {setting.alerts.map((alert) => (
                <option key={alert.key} value={alert.key}>
                  {alert.key}
                </option>
              ))}
            </select>
          </label>
        </p>
      </div>
      <Section title="It reaches">
        {paths.map((path, index) => (
          <PathSteps key={index} path={path} setting={setting} />
        ))}
      </Section>
      <Section title="The tree of routes">
        <div class="scroll" role="region" aria-label="The tree of routes" tabIndex={0}>
          <ul class="tree">
            <Branch route={setting.routes} taken={taken} setting={setting} inherited="" />
          </ul>
        </div>
      </Section>
    </>
  );
}

type Path = AlertDetails["paths"][number];

/** The routes of a path, the root first. */
function routesOf({ places }: Path, { routes: root }: Setting): readonly Route[] {
  const routes = [root];
  for (const place of places) {
    routes.push(...(routes.at(-1)?.routes.slice(place, place + 1) ?? []));
  }
  return routes;
}

/** A condition as Alertmanager writes it. */
export function matcherText({ label, op, value }: Matcher): string {
  return `${label}${op}"${value}"`;
}

/** Conditions on the way, and who is at the end of it. */
export function PathSteps({ path, setting }: { readonly path: Path; readonly setting: Setting }) {
  const { receiver } = path;
  const routes = routesOf(path, setting);
  const group =
    routes
      .flatMap(({ groupBy = [] }) => [groupBy])
      .filter((by) => by.length > 0)
      .at(-1) ?? [];
  return (
    <div class="path">
      <ol>
        {routes.map(({ matchers }, index) => (
          <li key={index}>{matchers.length === 0 ? "all alerts" : matchers.map(matcherText).join(", ")}</li>
        ))}
        <li class="end">
          <b>{receiver}</b> {channelsOf(setting, receiver)}
        </li>
      </ol>
      <p class="soft">one notification for each {group.join(", ")}</p>
    </div>
  );
}

function channelsOf({ receivers }: Setting, receiver: string): string {
  const channels = receivers.find(({ name }) => name === receiver)?.channels ?? [];
  return channels.length === 0 ? "nobody" : channels.join(", ");
}

interface BranchProps {
  readonly route: Route;
  readonly taken: ReadonlySet<Route>;
  readonly setting: Setting;
  readonly inherited: string;
}

function Branch({ route, taken, setting, inherited }: BranchProps) {
  const receiver = route.receiver ?? inherited;
  return (
    <li class={taken.has(route) ? "taken" : ""}>
      <div class="node">
        <code>{route.matchers.length === 0 ? "all alerts" : route.matchers.map(matcherText).join(", ")}</code>
        <span>
          {receiver} <small>{channelsOf(setting, receiver)}</small>
        </span>
        {route.continue === true && <small>and goes on</small>}
        {taken.has(route) && <span class="hidden">taken</span>}
      </div>
      {route.routes.length > 0 && (
        <ul>
          {route.routes.map((child, index) => (
            <Branch key={index} route={child} taken={taken} setting={setting} inherited={receiver} />
          ))}
        </ul>
      )}
    </li>
  );
}
