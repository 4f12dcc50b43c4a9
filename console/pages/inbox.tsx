import { useState } from "preact/hooks";
import type { Message } from "../answers";
import { useLive } from "../live";
import { Nothing, type Shown } from "../elements";
import { ago, clock } from "../units";

const SHOWN = 60;

/** Every notification as the channel that it went to shows it, the newest first. */
export function InboxPage({ now }: Shown) {
  const { value = [] } = useLive<readonly Message[]>("/console/inbox", 2_000);
  const [channel, setChannel] = useState("");
  const channels = [...new Set(value.map((message) => message.channel))].sort();
  const chosen = value.filter((message) => channel === "" || message.channel === channel);
  return (
    <>
      <div class="title">
        <h1>Inbox</h1>
        <p>What PagerDuty, Slack and mail would have got, as people there see it.</p>
        <p class="links" role="group" aria-label="Channels">
          {["", ...channels].map((name) => (
            <button key={name} type="button" aria-pressed={channel === name} onClick={() => setChannel(name)}>
              {name === ""
                ? `all ${value.length}`
                : `${name} ${value.filter((each) => each.channel === name).length}`}
            </button>
          ))}
        </p>
      </div>
      {chosen.length === 0 && <Nothing>Nothing has arrived. Break something, and it will.</Nothing>}
      <div class="messages">
        {chosen
          .slice(-SHOWN)
          .reverse()
          .map((message) => (
            <MessageView
              key={`${message.time}${message.receiver}${message.channel}`}
              message={message}
              now={now.time}
            />
          ))}
      </div>
      {chosen.length > SHOWN && (
        <Nothing>And {chosen.length - SHOWN} older ones: `tocsin inbox` shows all.</Nothing>
      )}
    </>
  );
}

function MessageView({ message, now }: { readonly message: Message; readonly now: number }) {
  const { channel, receiver, time, status } = message;
  const at = Date.parse(time);
  return (
    <article class={`message ${channel} ${status}`}>
      <header>
        <span class={`tag channel ${channel}`}>{channel}</span>
        <span>
          to <b>{receiver}</b>
        </span>
        <time class="soft" dateTime={time}>
          {clock(at)}, {ago(at, now)}
        </time>
      </header>
      {channel === "slack" ? (
        <Slack message={message} />
      ) : channel === "pagerduty" ? (
        <Page message={message} />
      ) : (
        <Plain message={message} />
      )}
    </article>
  );
}

/** An incident, as PagerDuty's app shows it. */
function Page({ message }: { readonly message: Message }) {
  const { title, text, links, dedupKey, incident, status, alerts } = message;
  return (
    <div class="pd">
      <p class={`status ${status}`}>{status === "firing" ? "Triggered" : "Resolved"}</p>
      <h2>{title}</h2>
      <p class="soft">{alerts}</p>
      <Text of={text} />
      <p class="links">
        {links.map((link) => (
          <a key={link} href={here(link)}>
            {nameOf(link)}
          </a>
        ))}
      </p>
      <dl class="keys">
        <dt>incident</dt>
        <dd>{incident}</dd>
        <dt>dedup key</dt>
        <dd>
          <code>{dedupKey}</code>
        </dd>
      </dl>
    </div>
  );
}

/** An attachment, as Slack shows it: bold, links and line breaks of its own markup. */
function Slack({ message }: { readonly message: Message }) {
  const { title, text, alerts } = message;
  const [, channel = "", said = ""] = /^(#?\S+) ([^]*)$/.exec(text) ?? [];
  return (
    <div class="slack">
      <p class="soft">
        <b>{channel}</b>
      </p>
      <h2>{unescaped(title)}</h2>
      <div class="text">
        {said.split("\n").map((line, index) => (
          <p key={index}>{mrkdwn(line)}</p>
        ))}
      </div>
      <p class="soft">{alerts}</p>
    </div>
  );
}

/** Mail and whatever else has plain text. */
function Plain({ message }: { readonly message: Message }) {
  return (
    <div class="mail">
      <h2>{message.title}</h2>
      <Text of={message.text} />
    </div>
  );
}

/** Text with the addresses in it as links. */
function Text({ of }: { readonly of: string }) {
  return (
    <div class="text">
      {of
        .trim()
        .split("\n")
        .map((line, index) => (
          <p key={index}>
            {line
              .split(/(https?:\/\/\S+)/)
              .map((part, at) => (at % 2 === 1 ? <a href={here(part)}>{part}</a> : part))}
          </p>
        ))}
    </div>
  );
}

/** Slack's `*bold*` and `<address|name>`. Source: Slack docs, "Formatting text for app surfaces". */
function mrkdwn(line: string): preact.ComponentChildren {
  return line.split(/(<https?:[^>]+>|\*[^*]+\*)/).map((part) => {
    const [, address, name = ""] = /^<([^|>]+)\|?([^>]*)>$/.exec(part) ?? [];
    if (address !== undefined) {
      return <a href={here(unescaped(address))}>{unescaped(name === "" ? address : name)}</a>;
    }
    return part.startsWith("*") && part.endsWith("*") ? (
      <b>{unescaped(part.slice(1, -1))}</b>
    ) : (
      unescaped(part)
    );
  });
}

function unescaped(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** A runbook opens in the console, which leads on to what else is about it. */
function here(link: string): string {
  return link.replace("/runbooks/", "/runbook/");
}

function nameOf(link: string): string {
  return link.includes("/runbooks/") ? "Runbook" : link.includes("/d/") ? "Dashboard" : link;
}
