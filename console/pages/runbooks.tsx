import { useEffect, useState } from "preact/hooks";
import type { ConsoleRunbook } from "../answers";
import { Nothing, Section, Severity, type Shown } from "../elements";
import type { Place } from "../router";

/** Every runbook, by service. */
export function RunbooksPage({ setting, place }: Shown & { readonly place: Place }) {
  const only = place.search.get("service");
  const services = setting.services.filter(({ id }) => only === null || id === only);
  return (
    <>
      <div class="title">
        <h1>Runbooks</h1>
        <p>
          {setting.runbooks.length} pages, each behind the alerts that lead to it.{" "}
          {only !== null && <a href="/runbook">Those of all services</a>}
        </p>
      </div>
      <div class="halves">
        {services.map(({ id, title }) => (
          <Section key={id} title={title}>
            <RunbookList of={setting.runbooks.filter(({ service }) => service === id)} />
          </Section>
        ))}
      </div>
    </>
  );
}

function RunbookList({ of }: { readonly of: readonly ConsoleRunbook[] }) {
  return of.length === 0 ? (
    <Nothing>None.</Nothing>
  ) : (
    <ul class="lines">
      {of.map(({ service, slug, title, alerts, severities }) => (
        <li key={slug} class="line">
          <span class="what">
            <a href={`/runbook/${service}/${slug}`}>{title}</a>
            <small>{alerts.length === 0 ? "a procedure" : alerts.join(", ")}</small>
          </span>
          <span class="tags">
            {severities.map((severity) => (
              <Severity key={severity} of={severity} />
            ))}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** A runbook in the console, as the site that alerts link to has it. */
export function RunbookPage({ setting, place }: Shown & { readonly place: Place }) {
  const [, service = "", slug = ""] = place.parts;
  const page = setting.runbooks.find((each) => each.service === service && each.slug === slug);
  const address = `/runbooks/${service}/${slug}`;
  const [html, setHtml] = useState("");
  useEffect(() => {
    void fetch(address).then(async (answer) => setHtml(bodyOf(await answer.text(), address)));
  }, [address]);
  if (page === undefined) {
    return (
      <Nothing>
        There is no runbook [{slug}] of [{service}].
      </Nothing>
    );
  }
  return (
    <article class="card runbook">
      <p class="links">
        {setting.alerts
          .filter((alert) => alert.service === service && page.alerts.includes(alert.alertname))
          .map(({ key, alertname, slo }) => (
            <a key={key} href={`/alerts/${key}`}>
              {alertname} ({slo})
            </a>
          ))}
        <a href={address} target="_blank" rel="noreferrer">
          As it is in production
        </a>
      </p>
      {/* The lab's own page, from Markdown in which HTML is text. */}
      <div dangerouslySetInnerHTML={{ __html: html }} />
    </article>
  );
}

/** The text of a page, its links as they are there. The policy of the console lets no markup style itself. */
function bodyOf(text: string, address: string): string {
  const [written = ""] = /<main>[^]*<\/main>/.exec(text) ?? [];
  const page = new DOMParser().parseFromString(written.replaceAll(/ style="[^"]*"/g, ""), "text/html");
  const main = page.querySelector("main");
  for (const box of main?.querySelectorAll("input") ?? []) {
    box.setAttribute("aria-label", box.parentElement?.textContent ?? "");
  }
  for (const link of main?.querySelectorAll("a") ?? []) {
    const target = new URL(link.getAttribute("href") ?? "", new URL(address, location.origin));
    const isHere = target.origin === location.origin && target.pathname === address;
    link.setAttribute("href", isHere ? target.hash : target.href.replace("/runbooks/", "/runbook/"));
  }
  return main?.innerHTML ?? "";
}
