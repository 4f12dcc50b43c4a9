import type { ComponentChildren } from "preact";
import type { AlertDetails, AlertNow, Answers, ConsoleAlert, Message } from "../answers";
import { ClauseTree } from "../clause-tree";
import { Nothing, Section, Severity, State, type Shown } from "../elements";
import { useLive, useQueries, type Span } from "../live";
import type { Place } from "../router";
import { ago, clock, seriesName } from "../units";
import { matcherText, PathSteps } from "./routing";

/** One alert: its rule, why it fires or does not, who hears, what silences it, and what it did. */
export function AlertPage(shown: Shown & { readonly place: Place }) {
  const key = shown.place.parts.slice(1).join("/");
  const { value: details, error } = useLive<AlertDetails>(
    `/console/alert?key=${encodeURIComponent(key)}`,
    600_000,
  );
  if (details === undefined) {
    return <Nothing>{error ?? "asking"}</Nothing>;
  }
  const { alert } = details;
  const firing = shown.now.alerts.filter((each) => each.key === key);
  return (
    <>
      <div class="title">
        <h1>{alert.alertname}</h1>
        <p class="tags">
          <State alert={firing[0]} /> <Severity of={alert.severity} />
          <span class="soft">
            <a href={`/services/${alert.service}`}>{alert.service}</a>, team {alert.team}
          </span>
        </p>
        <p>{firing[0]?.summary ?? alert.summary}.</p>
        <p class="links">
          <a href={`/runbook/${details.runbook.service}/${details.runbook.slug}`}>Runbook</a>
          <a href={details.dashboard}>Panel</a>
          <a href={`/routing?alert=${encodeURIComponent(key)}`}>Route</a>
        </p>
      </div>
      {firing.map((each) => (
        <Firing key={JSON.stringify(each.labels)} alert={each} now={shown.now.time} />
      ))}
      <Section title="Why it fires, or does not">
        <ClauseTree clause={details.clause} />
      </Section>
      <div class="halves">
        <Hearers shown={shown} details={details} />
        <Silencers details={details} />
      </div>
      <Section title="What it did">
        <History alert={alert} />
      </Section>
      <Section title="The rule">
        <p>{inWords(details.description)}</p>
        <pre tabIndex={0}>{details.expr}</pre>
        <p class="soft">for {details.for}</p>
      </Section>
    </>
  );
}

/** A description whose values are not known yet. */
function inWords(description: string): string {
  return description.replaceAll(/\{\{.*?\}\}/g, "…");
}

function Firing({ alert, now }: { readonly alert: AlertNow; readonly now: number }) {
  return (
    <section class={`card firing ${alert.state}`}>
      <p>
        <b>
          {alert.state} {ago(alert.since, now)}
        </b>{" "}
        {alert.description}
      </p>
      {alert.inhibitedBy.length > 0 && <p>Nobody is told, because of {alert.inhibitedBy.join(", ")}.</p>}
      {alert.isSilenced && <p>Nobody is told: somebody has silenced it.</p>}
    </section>
  );
}

interface PartProps {
  readonly shown: Shown;
  readonly details: AlertDetails;
}

function Hearers({ shown: { setting }, details }: PartProps) {
  return (
    <Section title="Who hears of it">
      {details.paths.map((path, index) => (
        <PathSteps key={index} path={path} setting={setting} />
      ))}
    </Section>
  );
}

/** Rules by which a worse alert keeps this one quiet. */
function Silencers({ details: { silencedBy } }: Pick<PartProps, "details">) {
  return (
    <Section title="What silences it">
      {silencedBy.length === 0 && <Nothing>Nothing but a silence that somebody makes.</Nothing>}
      <ul class="lines">
        {silencedBy.map(({ name, source, equal }) => (
          <li key={name} class="line">
            <span class="what">
              {name}
              <small>
                an alert with {source.map(matcherText).join(", ")} and the same {equal.join(", ")}
              </small>
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

const SPAN: Span = { seconds: 1_800, points: 180 };

/** When it was pending and fired, and what was sent. */
function History({ alert }: { readonly alert: ConsoleAlert }) {
  const { alertname, service, slo } = alert;
  const expr = `ALERTS{alertname="${alertname}",service="${service}",slo="${slo}"}`;
  const { value } = useQueries([expr], 5_000, SPAN);
  const { value: inbox = [] } = useLive<readonly Message[]>("/console/inbox", 5_000);
  const sent = inbox.filter(
    ({ alerts, title, text }) => alerts.includes(alertname) && `${title} ${text}`.includes(service),
  );
  return (
    <>
      <StateTimeline series={value?.[0] ?? []} label={alertname} />
      <ul class="lines">
        {sent
          .slice(-8)
          .reverse()
          .map(({ time, channel, receiver, title }) => (
            <li key={`${time}${receiver}${channel}`} class="line">
              <span class="tags">
                <span class={`tag channel ${channel}`}>{channel}</span>
              </span>
              <span class="what">
                {title}
                <small>{receiver}</small>
              </span>
              <span class="soft when">{clock(Date.parse(time))}</span>
            </li>
          ))}
      </ul>
    </>
  );
}

/** States of an alert over the last half hour, as a band for each of its series. */
function StateTimeline({
  series,
  label,
}: {
  readonly series: NonNullable<Answers[number]>;
  readonly label: string;
}) {
  const end = Date.now() / 1_000;
  const step = SPAN.seconds / SPAN.points;
  const place = (time: number): number => 100 * (1 - (end - time) / SPAN.seconds);
  return (
    <Band
      label={`${label} over the last ${SPAN.seconds / 60} minutes: ${series.length === 0 ? "quiet" : series.map(({ labels }) => labels["alertstate"]).join(", ")}`}
    >
      {series.flatMap(({ labels, points }) =>
        points.map(([time]) => (
          <rect
            key={`${seriesName(labels)}${time}`}
            class={labels["alertstate"] ?? ""}
            x={place(time - step)}
            width={100 * (step / SPAN.seconds) * 1.1}
            y="0"
            height="10"
          />
        )),
      )}
    </Band>
  );
}

function Band({ label, children }: { readonly label: string; readonly children: ComponentChildren }) {
  return (
    <figure class="band">
      <svg viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label={label}>
        {children}
      </svg>
      <figcaption>
        <span>{SPAN.seconds / 60} min ago</span>
        <span>
          <i class="pending" /> pending <i class="firing" /> firing
        </span>
        <span>now</span>
      </figcaption>
    </figure>
  );
}
