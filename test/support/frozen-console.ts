import { readFileSync } from "node:fs";
import type { BrowserContext } from "playwright-core";
import type {
  AlertNow,
  Answers,
  Asked,
  ConsoleAlert,
  ConsoleSlo,
  Message,
  Series,
  Setting,
  Situation,
} from "../../console/answers";
import { consoleFiles } from "../../lab/console/bundle";
import { documentOf, HEADERS } from "../../lab/console/routes";
import { detailsOf, settingOf, type Staged } from "../../lab/console/setting";
import { toLab } from "../../lab/to-lab";
import { playableIncidents } from "../../lab/workload/playable";
import { planOf } from "./plan";

/** Where the pages are, which nobody serves: the browser is given every answer. */
const ADDRESS = "http://console.invalid";
const SPEED = 20;
const MINUTE = 60_000;

/** The moment at which everything stands still. */
const NOW = Date.UTC(2026, 0, 15, 12);

/** What is broken, so that every page shows something of it. */
const BROKEN = "orders/api-availability/HighErrorBudgetBurnRate";

const LEFT = [0.93, 0.61, 0.34, 0.18, 0.82, 0.47];
const BURNS = [0.2, 0.8, 1.6, 0.4, 7];

/** What a lab says of the tests' production at one moment, made from its plan. */
export interface Frozen {
  readonly staged: Staged;
  readonly setting: Setting;
  situation: Situation;
  readonly inbox: readonly Message[];
}

/** @param slos as many as these, copies of those of the plan where it has fewer; those of the plan by default */
export function frozenLab(slos?: number): Frozen {
  const original = planOf("prod");
  const plan = toLab(original, { speed: SPEED, address: ADDRESS, smtp: "", alertmanager: ADDRESS });
  const staged: Staged = { plan, original, speed: SPEED, incidents: { playable: playableIncidents(plan) } };
  const known = settingOf(staged);
  const setting = slos === undefined ? known : { ...known, slos: copies(known.slos, slos) };
  return {
    staged,
    setting,
    situation: {
      time: NOW,
      problems: [],
      slos: Object.fromEntries(setting.slos.map((slo, index) => [slo.id, valuesOf(slo, index)])),
      alerts: activeIn(setting.alerts),
      broken: ["api-errors"],
      deeds: [{ time: NOW - 12 * MINUTE, did: "break", incident: "api-errors" }],
      notifications: 4,
    },
    inbox: messagesOf(setting.alerts),
  };
}

function copies(slos: readonly ConsoleSlo[], count: number): readonly ConsoleSlo[] {
  return Array.from({ length: Math.ceil(count / slos.length) }, (_, copy) =>
    slos.map((slo) => ({ ...slo, id: `${slo.id}-${copy}`, title: `${slo.title} ${copy + 1}` })),
  )
    .flat()
    .slice(0, count);
}

function valuesOf({ id, budget: allowed }: ConsoleSlo, index: number): Situation["slos"][string] {
  const isBroken = BROKEN.startsWith(id.replace("-", "/"));
  const budget = isBroken ? -0.4 : (LEFT[index % LEFT.length] ?? 1);
  return {
    good: 1 - allowed * (1 - budget),
    budget,
    burn: isBroken ? 40 : (BURNS[index % BURNS.length] ?? 0),
  };
}

/** One that fires, one that it silences, and one that is about to fire. */
function activeIn(alerts: readonly ConsoleAlert[]): readonly AlertNow[] {
  const broken = alerts.filter(({ key }) => key === BROKEN);
  const others = alerts.filter(({ key, severity }) => severity === "warning" && key !== BROKEN);
  const quiet = others.filter(({ service }) => service === "orders").slice(0, 1);
  const pending = others.filter(({ service }) => service === "stock").slice(0, 1);
  const active = (state: AlertNow["state"], minutes: number, inhibitedBy: readonly string[] = []) => {
    return ({ key, alertname, service, summary }: ConsoleAlert): AlertNow => ({
      ...{ key, state, summary, inhibitedBy },
      since: NOW - minutes * MINUTE,
      labels: { alertname, service },
      description: `${summary}: more than the objective allows.`,
      generatorUrl: "",
      isSilenced: false,
    });
  };
  return [
    ...broken.map(active("firing", 12)),
    ...quiet.map(active("firing", 9, ["orders HighErrorBudgetBurnRate"])),
    ...pending.map(active("pending", 1)),
  ];
}

/** What each channel got of the alert that fires, and of one that is over. */
function messagesOf(alerts: readonly ConsoleAlert[]): readonly Message[] {
  const of = alerts.find(({ key }) => key === BROKEN);
  if (of === undefined) {
    throw new Error(`the plan has no alert [${BROKEN}]`);
  }
  const text = `${of.summary}.\nRunbook: ${ADDRESS}/runbooks/orders/high-error-rate`;
  const message = (channel: string, minutes: number, own: Partial<Message> = {}): Message => ({
    ...{ channel, text, status: "firing", incident: "", links: [] },
    time: new Date(NOW - minutes * MINUTE).toISOString(),
    receiver: `page-${of.service}`,
    alerts: `${of.alertname} firing`,
    title: `prod ${of.service}: ${of.summary}`,
    ...own,
  });
  const page = {
    dedupKey: "8c1f0d",
    links: [`${ADDRESS}/runbooks/orders/high-error-rate`, `${ADDRESS}/d/orders-slo`],
  };
  return [
    message("pagerduty", 70, { ...page, incident: "opens incident 1" }),
    message("pagerduty", 50, { ...page, incident: "resolves incident 1", status: "resolved" }),
    message("email", 12),
    message("slack", 12, {
      text: `#orders *${of.severity}*: ${of.summary}\n<${ADDRESS}/d/orders-slo|Dashboard>`,
    }),
    message("pagerduty", 12, { ...page, incident: "opens incident 2" }),
  ];
}

/** Curves that are the same whenever somebody asks. */
function answersTo({ queries, range }: Asked, { slos }: Setting): Answers {
  const { start, end, step } = range ?? { start: NOW / 1_000, end: NOW / 1_000, step: 1 };
  const times = Array.from(
    { length: Math.floor((end - start) / step) + 1 },
    (_, index) => start + index * step,
  );
  return queries.map((expr) => {
    // Shares of bad events are small; what is left of a budget is not.
    const [most, labels] = /sli_(?:error|total)/.test(expr) ? [0.002, {}] : [0.8, { alertstate: "firing" }];
    const curve = (shift: number): Series["points"] =>
      times.map((time) => [time, most * (0.6 + 0.4 * Math.sin((end - time) / 200 + shift))] as const);
    return expr.startsWith("min by (slo_id)")
      ? slos.map(({ id }, index) => ({ labels: { slo_id: id }, points: curve(index) }))
      : [{ labels, points: curve(expr.length) }];
  });
}

/** By their weight: letters that are the same on every machine, whatever fonts it has. */
const FONTS: Readonly<Record<string, Buffer>> = {
  400: readFileSync(require.resolve("@fontsource/dejavu-sans/files/dejavu-sans-latin-400-normal.woff2")),
  700: readFileSync(require.resolve("@fontsource/dejavu-sans/files/dejavu-sans-latin-700-normal.woff2")),
};

const LETTERS = [
  ...Object.keys(FONTS).map(
    (weight) => `@font-face{font-family:given;font-weight:${weight};src:url(/fonts/${weight})}`,
  ),
  "*{font-family:given!important}",
].join("");

/** The kind of an answer, and its body. */
type Served = readonly [string, Buffer | string];

/** How the style of the console differs from its own. */
export type Restyled = (style: string) => string;

/** Gives the pages of a context every answer, and fonts, which the policy of the console lets nobody give. @returns the address of the console */
export async function serveFrozen(
  context: BrowserContext,
  frozen: Frozen,
  restyled: Restyled = (style) => style,
): Promise<string> {
  const { script, style } = await files();
  const json = (value: unknown): Served => ["application/json", JSON.stringify(value)];
  const answers: Readonly<Record<string, (url: URL, body: unknown) => Served>> = {
    "/console/main.js": () => ["text/javascript", script],
    "/console/main.css": () => ["text/css", `${restyled(style)}${LETTERS}`],
    "/console/setting": () => json(frozen.setting),
    "/console/situation": () => json(frozen.situation),
    "/console/inbox": () => json(frozen.inbox),
    "/console/alert": ({ searchParams }) => json(detailsOf(searchParams.get("key") ?? "", frozen.staged)),
    "/console/ask": (_url, body) => json(answersTo(body as Asked, frozen.setting)),
  };
  const page = (): Served => ["text/html", documentOf("prod")];
  await context.route(`${ADDRESS}/**`, (route, request) => {
    const url = new URL(request.url());
    const font = FONTS[url.pathname.replace("/fonts/", "")];
    const answer = font === undefined ? (answers[url.pathname] ?? page) : (): Served => ["font/woff2", font];
    const [contentType, body] = answer(url, request.method() === "POST" ? request.postDataJSON() : undefined);
    return route.fulfill({ contentType, body, headers: HEADERS });
  });
  await context.clock.setFixedTime(NOW);
  return ADDRESS;
}

let bundled: ReturnType<typeof consoleFiles> | undefined;

/** Bundled once for all pages. */
function files(): ReturnType<typeof consoleFiles> {
  bundled ??= consoleFiles();
  return bundled;
}
