import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Answers, Message } from "../../console/answers";
import { dashboardJson } from "../../backends/grafana/layout";
import { uidIn } from "../../plan/dashboard";
import { placeOf } from "../../plan/environment";
import { refuseUnknown } from "../control";
import { query, queryRange } from "../prometheus-api";
import { incidentsOf, type Inbox } from "../receivers/inbox";
import type { ConsoleFiles } from "./bundle";
import { detailsOf, settingOf, type Played } from "./setting";
import { situationOf } from "./situation";

/** What the console shows, and what of the lab it may change. */
export interface Shown extends Played {
  readonly inbox: Inbox;
  readonly files: ConsoleFiles;
}

/** Where the pages of the console are; which one it is the script reads off the address. */
const PAGES = [
  "/",
  "/alerts",
  "/alerts/*",
  "/inbox",
  "/incidents",
  "/runbook",
  "/runbook/*",
  "/dashboards",
  "/routing",
  // The address of an expression, as Prometheus writes it into an alert.
  "/graph",
];

/** Nothing from anywhere else, and no script or style that stands in the page. Source: W3C, "Content Security Policy Level 3". */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** What goes with every answer. */
export const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": POLICY,
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

const ICON = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" fill="#c2410c"/><path d="M4.5 8.5 7 11l4.5-6" fill="none" stroke="#fff" stroke-width="2"/></svg>',
)}`;

/** The pages of the console, and what they ask. */
export function consoleRoutes(app: FastifyInstance, shown: Shown): void {
  const { script, style } = shown.files;
  const page = documentOf(shown.plan.environment.name);
  app.register((console, _options, done) => {
    console.addHook("onRequest", guard);
    console.addHook("onSend", (_request, reply, _body, sent) => {
      reply.headers(HEADERS);
      sent();
    });
    refuseUnknown(console);
    const send = (reply: FastifyReply): FastifyReply => reply.type("text/html; charset=utf-8").send(page);
    for (const path of PAGES) {
      console.get(path, (_request, reply) => send(reply));
    }
    for (const [path, names] of Object.entries(namesOf(shown))) {
      console.get<{ Params: { name: string } }>(`${path}/:name`, ({ params: { name } }, reply) =>
        send(names.has(name) ? reply : reply.code(404)),
      );
    }
    console.get("/console/main.js", (_request, reply) => reply.type("text/javascript").send(script));
    console.get("/console/main.css", (_request, reply) => reply.type("text/css").send(style));
    askRoutes(console, shown);
    changeRoutes(console, shown);
    done();
  });
}

/** Pages by the name of what they show; the page itself says that there is no such thing. */
function namesOf({ plan }: Shown): Readonly<Record<"/d" | "/services", ReadonlySet<string>>> {
  const place = placeOf(plan.environment);
  return {
    "/d": new Set(plan.dashboards.map(({ uid }) => uidIn(uid, place))),
    "/services": new Set(plan.services.map(({ id }) => id)),
  };
}

/** The page that every address of the console has. */
export function documentOf(environment: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Tocsin: ${environment}</title>
<link rel="icon" href="${ICON}">
<link rel="stylesheet" href="/console/main.css">
<script type="module" src="/console/main.js"></script>
</head>
<body><noscript>The console needs JavaScript; <code>tocsin status</code> and <code>tocsin inbox</code> say the same in a terminal.</noscript></body>
</html>
`;
}

/**
 * Only a browser that asks this machine by its own name is answered, or a page elsewhere whose name leads here could
 * read along; and only pages of this server may change something.
 */
async function guard(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { host = "", origin } = request.headers;
  if (!/^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(host)) {
    await reply.code(421).send({ error: `[${host}] is not the name of this machine: open 127.0.0.1` });
  } else if (request.method !== "GET" && origin !== `http://${host}`) {
    await reply.code(403).send({ error: "only the console itself may do this; use the tocsin command" });
  }
}

function askRoutes(app: FastifyInstance, shown: Shown): void {
  const { plan, prometheus, inbox } = shown;
  const setting = settingOf(shown);
  const since = Date.now();
  const place = placeOf(plan.environment);
  const dashboards = new Map(plan.dashboards.map((one) => [uidIn(one.uid, place), dashboardJson(one)]));
  app.get("/console/setting", () => setting);
  app.get("/console/situation", () => situationOf({ ...shown, since }, setting));
  app.get("/console/inbox", (): readonly Message[] => {
    const messages = inbox.all();
    const incidents = incidentsOf(messages);
    return messages.map((message, index) => ({ ...message, incident: incidents[index] ?? "" }));
  });
  app.get<{ Querystring: { key?: string } }>("/console/alert", ({ query: { key = "" } }, reply) =>
    orNothing(reply, detailsOf(key, shown), `there is no alert [${key}]`),
  );
  app.get<{ Params: { uid: string } }>("/console/dashboards/:uid", ({ params: { uid } }, reply) =>
    orNothing(reply, dashboards.get(uid), `there is no dashboard [${uid}]`),
  );
  app.post("/console/ask", async ({ body }): Promise<Answers> => {
    const { queries, range } = asked.parse(body);
    return Promise.all(queries.map((expr) => answerTo(prometheus, expr, range)));
  });
}

function orNothing(reply: FastifyReply, found: object | undefined, error: string): FastifyReply {
  return found === undefined ? reply.code(404).send({ error }) : reply.send(found);
}

const asked = z.object({
  queries: z.array(z.string()).max(200),
  range: z.object({ start: z.number(), end: z.number(), step: z.number() }).optional(),
});

async function answerTo(
  prometheus: string,
  expr: string,
  range: z.infer<typeof asked>["range"],
): Promise<Answers[number]> {
  if (range !== undefined) {
    return (await queryRange(prometheus, expr, range)) ?? null;
  }
  const now = Date.now() / 1_000;
  const values = await query(prometheus, expr);
  return values?.map(({ labels, value }) => ({ labels, points: [[now, value]] })) ?? null;
}

const named = z.object({ incidents: z.array(z.string()) });

function changeRoutes(app: FastifyInstance, { incidents }: Shown): void {
  app.post("/console/break", ({ body }) => {
    incidents.break(named.parse(body).incidents);
    return { broken: incidents.broken() };
  });
  app.post("/console/mend", ({ body }) => {
    incidents.mend(named.parse(body).incidents);
    return { broken: incidents.broken() };
  });
}
