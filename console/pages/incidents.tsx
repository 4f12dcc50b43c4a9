import { useState } from "preact/hooks";
import type { ConsoleIncident, Message } from "../answers";
import { post, useLive } from "../live";
import { Nothing, Section, type Shown } from "../elements";
import { clock } from "../units";

/** What can be broken, what is, and what came of it. */
export function IncidentsPage(shown: Shown) {
  const { setting } = shown;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const toggle = (id: string): void => {
    setChosen(new Set(chosen.has(id) ? [...chosen].filter((each) => each !== id) : [...chosen, id]));
  };
  const services = setting.services.filter(({ id }) =>
    setting.incidents.some(({ service }) => service === id),
  );
  return (
    <>
      <div class="title">
        <h1>Incidents</h1>
        <p>
          Each button does to the systems what life does. Several at once: tick them, then break them
          together.
        </p>
        <Together shown={shown} chosen={chosen} done={() => setChosen(new Set())} />
      </div>
      <div class="columns">
        <div>
          {services.map(({ id, title }) => (
            <Section key={id} title={title}>
              <IncidentButtons
                shown={shown}
                incidents={setting.incidents.filter(({ service }) => service === id)}
                chosen={chosen}
                toggle={toggle}
              />
            </Section>
          ))}
        </div>
        <aside aria-label="What happened" tabIndex={0}>
          <Section title="Timeline">
            <Timeline {...shown} />
          </Section>
        </aside>
      </div>
    </>
  );
}

/** Buttons that act on several incidents. */
function Together(given: {
  readonly shown: Shown;
  readonly chosen: ReadonlySet<string>;
  readonly done: () => void;
}) {
  const { shown, chosen, done } = given;
  const { broken } = shown.now;
  const [error, setError] = useState("");
  const act = (path: string, incidents: readonly string[]): void => {
    setError("");
    post(path, { incidents }).then(done, (reason: unknown) => setError(String(reason)));
  };
  return (
    <p class="links">
      <button
        type="button"
        class="break"
        disabled={chosen.size === 0}
        onClick={() => act("/console/break", [...chosen])}
      >
        Break {chosen.size === 0 ? "what is ticked" : chosen.size}
      </button>
      <button
        type="button"
        class="mend"
        disabled={broken.length === 0}
        onClick={() => act("/console/mend", broken)}
      >
        Heal everything
      </button>
      <span role="status" class="text bad">
        {error}
      </span>
    </p>
  );
}

interface ButtonsProps {
  readonly shown: Shown;
  readonly incidents: readonly ConsoleIncident[];
  readonly chosen?: ReadonlySet<string>;
  readonly toggle?: (id: string) => void;
}

/** Incidents, each with the button that plays or ends it. */
export function IncidentButtons({ shown, incidents, chosen, toggle }: ButtonsProps) {
  return incidents.length === 0 ? (
    <Nothing>None can be played here.</Nothing>
  ) : (
    <ul class="lines incidents">
      {incidents.map((incident) => (
        <li key={incident.id} class="line">
          {toggle !== undefined && (
            <input
              type="checkbox"
              aria-label={`With others: ${incident.says}`}
              checked={chosen?.has(incident.id)}
              disabled={shown.now.broken.includes(incident.id)}
              onChange={() => toggle(incident.id)}
            />
          )}
          <span class="what">
            {incident.says}
            <small>→ {incident.alerts.slice(0, 4).join(", ")}</small>
          </span>
          <IncidentButton incident={incident} isBroken={shown.now.broken.includes(incident.id)} />
        </li>
      ))}
    </ul>
  );
}

function IncidentButton({
  incident,
  isBroken,
}: {
  readonly incident: ConsoleIncident;
  readonly isBroken: boolean;
}) {
  const [asked, setAsked] = useState<boolean | undefined>(undefined);
  const [error, setError] = useState("");
  const isWaiting = asked !== undefined && asked !== isBroken;
  const does = isBroken ? "Heal" : "Break";
  const act = (): void => {
    setAsked(!isBroken);
    setError("");
    post(isBroken ? "/console/mend" : "/console/break", { incidents: [incident.id] }).catch(
      (reason: unknown) => {
        setAsked(undefined);
        setError(String(reason));
      },
    );
  };
  return (
    <>
      <button
        type="button"
        class={isBroken ? "mend" : "break"}
        disabled={isWaiting}
        onClick={act}
        data-incident={incident.id}
        aria-label={`${does}: ${incident.says}`}
      >
        {does}
      </button>
      {error !== "" && <small role="alert">{error}</small>}
    </>
  );
}

interface Happening {
  readonly time: number;
  readonly kind: string;
  readonly word: string;
  readonly text: string;
}

/** What people did and what the monitoring said, the newest first. */
function Timeline({ now, setting }: Shown) {
  const { value: inbox = [] } = useLive<readonly Message[]>("/console/inbox", 2_000);
  const says = new Map(setting.incidents.map((incident) => [incident.id, incident.says]));
  const happenings: readonly Happening[] = [
    ...now.deeds.map(({ time, did, incident }) => ({
      time,
      kind: did === "break" ? "bad" : "good",
      word: did === "break" ? "broken" : "healed",
      text: says.get(incident) ?? incident,
    })),
    ...inbox.map(({ time, channel, receiver, title, incident }) => ({
      time: Date.parse(time),
      kind: "plain",
      word: channel,
      text: `${title} (${[receiver, incident].filter((part) => part !== "").join(", ")})`,
    })),
    ...now.alerts.map(({ since, state, labels, summary }) => ({
      time: since,
      kind: "caution",
      word: state,
      text: `${labels["alertname"] ?? ""}: ${summary}`,
    })),
  ];
  const sorted = happenings
    .filter(({ text }) => !text.startsWith("Watchdog"))
    .sort((a, b) => b.time - a.time);
  return sorted.length === 0 ? (
    <Nothing>Nothing has happened.</Nothing>
  ) : (
    <ol class="timeline">
      {sorted.slice(0, 60).map(({ time, kind, word, text }, index) => (
        <li key={`${time}${index}`} class={kind}>
          <time dateTime={new Date(time).toISOString()}>{clock(time)}</time> <b>{word}</b> {text}
        </li>
      ))}
    </ol>
  );
}
