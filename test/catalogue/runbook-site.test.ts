import { checkBackend } from "../../backends/check";
import { allObjects, clusterObjects } from "../../backends/kubernetes/cluster";
import { checkRunbookSite } from "../../backends/runbook-site/check";
import { renderMarkdown } from "../../backends/runbook-site/markdown";
import { siteRenderer } from "../../backends/runbook-site/pages";
import { queriesIn } from "../../generators/runbook-queries";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { runbookSite } from "../../backends/runbook-site/site";
import { planWith, shopWith } from "../support/http-shop";
import { planOf } from "../support/plan";
import { ofKind, workload } from "../support/pods";
import { mountedTexts } from "../support/runbook-site";

const html = (markdown: string): string =>
  renderMarkdown(markdown, (service, slug) =>
    slug === "gone"
      ? undefined
      : service === undefined
        ? slug
        : `https://elsewhere.example/${service}/${slug}`,
  ).html;

describe("Markdown of a runbook", () => {
  it.each([
    ["a block of HTML", "<script>alert(1)</script>\n", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"],
    [
      "a tag in a sentence",
      "a <img src=x onerror=alert(1)> b",
      "<p>a &lt;img src=x onerror=alert(1)&gt; b</p>\n",
    ],
    ["a link that runs something", "[x](javascript:alert(1))", "<p>x</p>\n"],
    ["one in capitals", "[x](JaVaScRiPt:alert(1))", "<p>x</p>\n"],
    ["one with data", "[x](data:text/html,<script>alert(1)</script>)", "<p>x</p>\n"],
    [
      "quotes in an address",
      '[x](https://a.example/"onclick="alert(1))',
      '<p><a href="https://a.example/%22onclick=%22alert(1)" rel="noreferrer">x</a></p>\n',
    ],
    ["tags in code", "`<b>`", "<p><code>&lt;b&gt;</code></p>\n"],
    [
      "tags in a block of code",
      "```bash\nkubectl get <pod> && echo '\"'\n```",
      '<pre tabindex="0"><code>kubectl get &lt;pod&gt; &amp;&amp; echo &#39;&quot;&#39;</code></pre>\n',
    ],
    [
      "an image",
      "![a <plot>](https://a.example/p.png)",
      '<p><a href="https://a.example/p.png" rel="noreferrer">a &lt;plot&gt;</a></p>\n',
    ],
  ])("runs nothing and loads nothing: %s", (_what, markdown, expected) => {
    expect(html(markdown)).toBe(expected);
  });

  it.each([
    ["a page of the same service", "[x](other.md)", "other"],
    ["a section of it", "[x](other.md#step-2)", "other#step-2"],
    [
      "a page of another service",
      "[x](../../tocsin/runbooks/watchdog.md)",
      "https://elsewhere.example/tocsin/watchdog",
    ],
    ["a section of its own", "[x](#diagnosis)", "#diagnosis"],
    ["the web", "[x](https://a.example/b?c=d)", "https://a.example/b?c=d"],
  ])("links to %s", (_what, markdown, href) => {
    expect(html(markdown)).toBe(`<p><a href="${href}" rel="noreferrer">x</a></p>\n`);
  });

  it("keeps the words of a link to a page that is not there", () => {
    expect(html("see [that one](gone.md)")).toBe("<p>see that one</p>\n");
  });

  it("gives every heading an address of its own, and lists those of the second level", () => {
    const { html: page, sections } = renderMarkdown(
      "## Step 1: `a` & <b>\n\n## Step\n\n### Step",
      () => undefined,
    );
    expect(page).toBe(
      '<h2 id="step-1-a--b"><a href="#step-1-a--b">Step 1: <code>a</code> &amp; &lt;b&gt;</a></h2>\n' +
        '<h2 id="step"><a href="#step">Step</a></h2>\n' +
        '<h3 id="step-1"><a href="#step-1">Step</a></h3>\n',
    );
    expect(sections).toEqual([
      { id: "step-1-a--b", title: "Step 1: a & <b>" },
      { id: "step", title: "Step" },
    ]);
  });

  it("shows what is to be done as boxes", () => {
    expect(html("- [ ] a `b`\n- [x] c\n- d [ ]")).toBe(
      '<ul>\n<li><input disabled="" type="checkbox"> a <code>b</code></li>\n' +
        '<li><input checked="" disabled="" type="checkbox"> c</li>\n<li>d [ ]</li>\n</ul>\n',
    );
  });

  it.each(["*a ", "_a ", "[a](", "![", "`a``", "- ", ">", "<a ", "| a ", "**a *b ", "<!-- ", "- [ ] a\n  "])(
    "takes a time that grows no faster than a page of [%s] does",
    (piece) => {
      // Emphasis that was looked for from each star anew took half a minute for this one, and deep nesting all the stack.
      expect(html(piece.repeat(10_000)).length).toBeGreaterThan(0);
    },
  );

  it("lets a wide table scroll by itself", () => {
    expect(html("| a |\n| - |\n| b |")).toMatch(
      /^<div class="table" tabindex="0"><table>\n[\s\S]+<\/table>\n<\/div>\n$/,
    );
  });
});

const prod = planOf("prod");

describe("the page of a runbook", () => {
  const [page] = prod.runbooks.filter(({ service, slug }) => service === "orders" && slug === "targets-down");
  const text = siteRenderer(prod).runbook(page ?? (prod.runbooks[0] as (typeof prod.runbooks)[number]));

  it("says who owns it, which alert leads to it at which severity, and where to look", () => {
    const [alert] = prod.alerts.filter(
      ({ alertname, service }) => service === "orders" && alertname === "TargetsDown",
    );
    expect(text).toContain("<dt>Owner</dt><dd>orders</dd>");
    expect(text).toContain(
      `<li><span class="severity warning">warning</span> <a href="${alert?.dashboardUrl ?? ""}">TargetsDown</a></li>`,
    );
    expect(text).toContain('Dashboard: <a href="https://grafana.orders.dev/d/orders-slo-6cl3t6">');
    expect(text).toContain("<dt>Text</dt><dd><code>services/orders/runbooks/targets-down.md</code></dd>");
    expect(text).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">');
  });

  it("has what its commands ask as links to Prometheus, a range as a graph, where the service is with it", () => {
    const [page] = prod.runbooks;
    if (page === undefined) throw new Error("there is no page");
    const markdown = [
      "```bash",
      "curl -G h/api/v1/query --data-urlencode 'query=sum(up) > 1'",
      "  --data-urlencode 'query=min(up)' \\",
      '  --data-urlencode "start=$(($(date +%s) - 3600))"',
      "```",
      "```bash\nls\n```",
    ].join("\n");
    const asked = { ...page, markdown, queries: queriesIn(markdown) };
    const links = (plan: MonitoringPlan): readonly string[] =>
      [
        ...siteRenderer(plan)
          .runbook(asked)
          .matchAll(/<p class="queries">.*<\/p>/g),
      ].map(([link]) => link);
    const at = `<a href="${prod.platform.prometheus.address}/graph?g0.expr=`;
    expect(links(prod)).toEqual([
      `<p class="queries">${at}sum%28up%29+%3E+1&amp;g0.tab=1" rel="noreferrer">Open in Prometheus (1)</a> ` +
        `${at}min%28up%29&amp;g0.tab=0&amp;g0.range_input=3600s" rel="noreferrer">Open in Prometheus (2)</a></p>`,
    ]);
    const bound = prod.services.map((one) => ({
      ...one,
      backend: { metrics: "gmp", alerts: "gmp" } as const,
    }));
    expect(links({ ...prod, services: bound })).toEqual([]);
  });

  it("says of an alert that only other environments have that it is not here", () => {
    const dev = planOf("dev");
    const [cluster] = dev.runbooks.filter(
      ({ service, slug }) => service === "tocsin" && slug === "alertmanager-cluster",
    );
    expect(
      siteRenderer(dev).runbook(cluster ?? (dev.runbooks[0] as (typeof dev.runbooks)[number])),
    ).toContain("<li>AlertmanagerMembersInconsistent, not in dev</li>");
  });
});

describe("the list of all runbooks", () => {
  it("is sorted by service and title, and names alerts, severities, owner and dashboard", () => {
    const list = runbookSite(prod).files.find(({ name }) => name === "index.html")?.html ?? "";
    const titles = [...list.matchAll(/<li><a href="([a-z0-9-]+)\/[a-z0-9-]+">([^<]+)<\/a>/g)];
    const byService = (service: string): readonly string[] =>
      titles.filter(([, id]) => id === service).map(([, , title = ""]) => title);
    expect(titles).toHaveLength(prod.runbooks.length);
    const headings = [...list.matchAll(/<h2 id="[a-z0-9-]+"><a href="#[a-z0-9-]+">([^<]+)</g)].map(
      ([, title]) => title,
    );
    expect(headings).toEqual(prod.services.map(({ title }) => title).sort());
    for (const { id } of prod.services) {
      expect(byService(id)).toEqual([...byService(id)].sort());
    }
    expect(list).toContain(
      '<br><span class="severity critical">critical</span> ServiceDown; orders<br>' +
        '<a href="https://grafana.orders.dev/d/orders-slo-6cl3t6">Orders SLOs (prod, prod-1)</a>',
    );
  });
});

describe("what the site cannot serve", () => {
  const at = (address: string): MonitoringPlan => ({
    ...prod,
    platform: { ...prod.platform, runbookSite: { ...prod.platform.runbookSite, addresses: [address] } },
  });

  it.each(["https://runbooks/", "http://a.example:8080/", "https://a-b.example/run.books/of-1/"])(
    "is not [%s]",
    (address) => {
      expect(checkRunbookSite(at(address))).toEqual([]);
    },
  );

  it.each([
    "https://127.0.0.1/",
    "https://[::1]/",
    "https://a.example/~b/",
    "https://a.example/a_b/",
    "https://a.example/Runbooks/",
    "https://a_b.example/",
    "https://a.example/%7B/",
    "https://a.example//b/",
  ])("is [%s]", (address) => {
    expect(checkRunbookSite(at(address)).map(({ message }) => message)).toEqual([
      `[${address}] is not an address that the runbook site can serve`,
    ]);
  });

  it("is a page whose file name is no part of an address", () => {
    const runbooks = prod.runbooks.map((page) =>
      page.slug === "watchdog" ? { ...page, slug: "Watch dog" } : page,
    );
    expect(checkRunbookSite({ ...prod, runbooks }).map(({ path, message }) => [path, message])).toEqual([
      ["services/tocsin/runbooks/Watch dog.md", "[Watch dog] is not an identifier"],
    ]);
  });

  it("is a page that takes more than a ConfigMap holds", () => {
    const runbooks = prod.runbooks.map((page) =>
      page.slug === "watchdog" ? { ...page, markdown: `${page.markdown}\n${"long ".repeat(200_000)}` } : page,
    );
    const large = { ...prod, runbooks };
    const page = runbookSite(large).files.find(({ name }) => name === "watchdog.html");
    const [problem, ...others] = checkBackend(large);
    expect(others).toEqual([]);
    expect(problem).toMatchObject({
      code: "config-map-too-large",
      path: expect.stringMatching(/^kubernetes\.monitoring\.runbooks-pages-tocsin(?:\.\d+)?$/) as string,
      message: `the ConfigMap takes [${Buffer.byteLength(page?.html ?? "")}] bytes and may hold 1000000`,
      remedy:
        "Shorten [watchdog.html], or leave to other pages what nobody needs at night: a page cannot be cut.",
    });
  });
});

describe("the pages of a service with 300 objectives", () => {
  const plan = planWith(shopWith(300));
  const objects = allObjects(clusterObjects(plan));
  const maps = ofKind(objects, "ConfigMap").filter(({ metadata }) =>
    metadata.name.startsWith("runbooks-pages-shop"),
  );

  it("are in several ConfigMaps, each as large as one may be, and nothing is refused", () => {
    const names = maps.map(({ metadata }) => metadata.name);
    expect(names.length).toBeGreaterThan(1);
    expect(names).toEqual(
      names.map((_, index) => `runbooks-pages-shop${index === 0 ? "" : `.${index + 1}`}`),
    );
    // Values are counted as they are; in JSON they would have a backslash before each quote.
    const texts = objects.map((object) =>
      object.kind === "ConfigMap"
        ? Object.entries(object.data ?? {})
            .flat()
            .join("")
        : JSON.stringify(object),
    );
    expect(Math.max(...texts.map((text) => Buffer.byteLength(text)))).toBeLessThan(1024 * 1024);
    expect(checkBackend(plan)).toEqual([]);
  });

  it("lie in one folder, each once", () => {
    const own = runbookSite(plan).files.filter(({ service }) => service === "shop");
    const held = maps.flatMap(({ data = {} }) => Object.keys(data));
    expect([...held].sort()).toEqual(own.map(({ name }) => name).sort());
    const mounted = mountedTexts(plan);
    expect(own.map(({ name }) => mounted.get(`/srv/runbooks/pages/shop/${name}`))).toEqual(
      own.map(({ html }) => html),
    );
  });

  it("lead from a ticket to the steps of its objective, which one page could not hold for all", () => {
    const page = plan.runbooks.find(({ slug }) => slug === "error-budget-burn-ticket")?.markdown ?? "";
    expect(page).toMatch(
      /Each objective has a step on \[.+\]\(high-error-rate\.md\) and \[.+\]\(high-latency\.md\)/,
    );
    const steps = plan.runbooks
      .filter(({ slug }) => ["high-error-rate", "high-latency"].includes(slug))
      .flatMap(({ markdown }) => markdown.match(/^### Step \d+: .+: see which requests are /gm) ?? []);
    expect(steps).toHaveLength(300);
  });

  it("change no volume of a service whose pages one ConfigMap holds", () => {
    const { pod } = workload(objects, "runbooks");
    const kinds = Object.fromEntries(
      (pod.volumes ?? []).map(({ name, projected }) => [name, projected === undefined ? "whole" : "parts"]),
    );
    expect(kinds).toMatchObject({ "pages-shop": "parts", "pages-tocsin": "whole", lists: "whole" });
  });
});
