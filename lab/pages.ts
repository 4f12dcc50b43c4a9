import type { FastifyInstance } from "fastify";
import { escapeHtml } from "../backends/runbook-site/html";
import { htmlDocument } from "../backends/runbook-site/pages";
import { CONTENT_SECURITY_POLICY } from "../backends/runbook-site/stylesheet";
import { uidIn, type DashboardPanel, type PlannedDashboard } from "../plan/dashboard";
import { placeOf } from "../plan/environment";
import type { MonitoringPlan } from "../plan/monitoring-plan";
import { query, type QueryResult } from "./prometheus-api";

interface Answering {
  readonly plan: MonitoringPlan;
  readonly prometheus: string;
}

const MOST_ROWS = 50;

/**
 * What links lead to in the place of Grafana and of Prometheus' own pages, which a build from its module does not have:
 * dashboards and expressions with their values of this moment, as tables.
 */
export function answerRoutes(app: FastifyInstance, { plan, prometheus }: Answering): void {
  const addressed = (uid: string): string => uidIn(uid, placeOf(plan.environment));
  app.get<{ Params: { uid: string }; Querystring: { viewPanel?: string } }>(
    "/d/:uid",
    async (request, reply) => {
      const { uid } = request.params;
      const dashboard = plan.dashboards.find((each) => addressed(each.uid) === uid);
      const html =
        dashboard === undefined
          ? undefined
          : await dashboardPage(dashboard, request.query.viewPanel, prometheus);
      return reply
        .code(html === undefined ? 404 : 200)
        .headers(HEADERS)
        .send(
          html ??
            page(`There is no dashboard [${uid}]`, [
              "<p>The address is wrong, or its alert is gone.</p>",
              ...plan.dashboards.map(
                (each) => `<p><a href="/d/${addressed(each.uid)}">${escapeHtml(each.title)}</a></p>`,
              ),
            ]),
        );
    },
  );
  // The address of an expression, as Prometheus writes it into an alert.
  app.get<{ Querystring: { "g0.expr"?: string } }>("/graph", async (request, reply) => {
    const { "g0.expr": expr = "" } = request.query;
    return reply.headers(HEADERS).send(page("An expression", [await table(expr, prometheus)]));
  });
}

const HEADERS = {
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "content-type": "text/html; charset=utf-8",
};

/** One panel where a link names one that is there, else all that ask something. */
async function dashboardPage(
  { title, json }: PlannedDashboard,
  viewPanel: string | undefined,
  prometheus: string,
): Promise<string> {
  const asking = json.panels.filter(({ targets = [] }) => targets.length > 0);
  const named = asking.filter(({ id }) => `${id}` === viewPanel);
  const shown = await Promise.all(
    (named.length > 0 ? named : asking).map((panel) => panelSection(panel, prometheus)),
  );
  return page(title, [...shown, ...(named.length > 0 ? ['<p><a href="?">All panels</a></p>'] : [])]);
}

async function panelSection(panel: DashboardPanel, prometheus: string): Promise<string> {
  const tables = await Promise.all((panel.targets ?? []).map(({ expr }) => table(expr, prometheus)));
  const about = panel.description === undefined ? "" : `<p>${escapeHtml(panel.description)}</p>`;
  return `<h2>${escapeHtml(panel.title)}</h2>\n${about}\n${tables.join("\n")}`;
}

/** An expression and its values now, the greatest first. */
async function table(expr: string, prometheus: string): Promise<string> {
  const result = await query(prometheus, expr);
  const head = `<pre><code>${escapeHtml(expr)}</code></pre>`;
  if (result === undefined) {
    return `${head}\n<p>Prometheus gives no answer to it.</p>`;
  }
  if (result.length === 0) {
    return `${head}\n<p>It has no value now.</p>`;
  }
  const rows = [...result].sort((a, b) => b.value - a.value).slice(0, MOST_ROWS);
  const more = result.length - rows.length;
  return [
    head,
    `<div class="table"><table>\n${rows.map(row).join("\n")}\n</table></div>`,
    ...(more === 0 ? [] : [`<p>And ${more} more.</p>`]),
  ].join("\n");
}

function row({ labels, value }: QueryResult): string {
  const names = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
  return `<tr><td>${escapeHtml(names.join(", "))}</td><td>${value}</td></tr>`;
}

function page(title: string, body: readonly string[]): string {
  return htmlDocument(title, [`<h1>${escapeHtml(title)}</h1>`, "<main>", ...body, "</main>"]);
}
