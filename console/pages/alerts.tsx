import { useState } from "preact/hooks";
import { activeOf, ActiveAlerts, AlertLine, Nothing, rankOf, Section, type Shown } from "../elements";

const MOST = 400;

/** Every alert with its state. */
export function AlertsPage(shown: Shown) {
  const { setting, now } = shown;
  const [sought, setSought] = useState("");
  const states = new Map(now.alerts.map((alert) => [alert.key, alert]));
  const active = activeOf(shown);
  const words = sought.toLowerCase().split(" ");
  const found = setting.alerts
    .filter(({ key, severity, summary, team }) => {
      const text = `${key} ${severity} ${summary} ${team}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .sort((a, b) => rankOf(a.severity) - rankOf(b.severity));
  return (
    <>
      <div class="title">
        <h1>Alerts</h1>
        <p>
          {setting.alerts.length} rules watch {setting.services.length} services.
        </p>
      </div>
      <Section title="Firing and pending">
        {active.length === 0 ? (
          <Nothing>No alert fires, and none is about to.</Nothing>
        ) : (
          <ActiveAlerts shown={shown} alerts={active} />
        )}
      </Section>
      <Section
        title="All rules"
        aside={
          <label class="search">
            Search
            <input type="search" value={sought} onInput={(event) => setSought(event.currentTarget.value)} />
          </label>
        }
      >
        <ul class="lines">
          {found.slice(0, MOST).map((alert) => (
            <li key={alert.key} class="line">
              <AlertLine alert={alert} state={states.get(alert.key)} />
            </li>
          ))}
        </ul>
        {found.length > MOST && <Nothing>And {found.length - MOST} more: search for one.</Nothing>}
        {found.length === 0 && <Nothing>No rule has these words.</Nothing>}
      </Section>
    </>
  );
}
