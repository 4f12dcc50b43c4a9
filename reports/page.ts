import { createHash } from "node:crypto";
import { chartSvg } from "./charts";
import { escapeHtml } from "../backends/runbook-site/html";
import type { Report } from "./report";
import type { Section } from "./section";
import { sectionsOf } from "./sections";
import { summaryOf, titleOf } from "./words";

/** It stands inside the page; what a mail client takes out of it changes colours, and no word. */
const STYLE = `
:root { color-scheme: light dark; --text: #1b1f24; --soft: #57606a; --paper: #ffffff; --line: #d0d7de; --bar: #0550ae; --over: #b42318; }
@media (prefers-color-scheme: dark) { :root { --text: #e6e8eb; --soft: #9da7b3; --paper: #14171a; --line: #3a424b; --bar: #79b8ff; --over: #ff8a80; } }
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--paper); max-width: 60rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.4rem; line-height: 1.3; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; border-bottom: 1px solid var(--line); }
p, figure { margin: .4rem 0; } .soft { color: var(--soft); font-size: .9em; } a { color: var(--bar); }
.table { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { border: 1px solid var(--line); padding: .25rem .55rem; text-align: left; vertical-align: top; white-space: nowrap; }
.long { white-space: normal; min-width: 16rem; }
svg { width: 100%; height: auto; max-width: 45rem; font: 13px system-ui, sans-serif; }
svg text { fill: var(--text); } .bar { fill: var(--bar); } .over { fill: var(--over); } .limit { stroke: var(--soft); stroke-dasharray: 4 3; }
`;

const POLICY = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`;

/** A report as one page that asks nobody for anything: a file, or the body of a mail. */
export function pageOf(report: Report): string {
  const title = escapeHtml(summaryOf(report));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p class="soft">${escapeHtml(titleOf(report))}</p>
${sectionsOf(report).map(sectionHtml).join("\n")}
</main>
</body>
</html>
`;
}

/** Letters from which on a cell is broken into lines. */
const LONG = 40;

function sectionHtml({ title, chart, head, rows, links = [], none, note }: Section): string {
  const heads = head.map((text) => `<th scope="col">${escapeHtml(text)}</th>`).join("");
  const cells = (texts: readonly string[], address: string | undefined): string =>
    texts
      .map((text, index) => {
        const said = escapeHtml(text);
        const cell =
          index > 0 || address === undefined ? said : `<a href="${escapeHtml(address)}">${said}</a>`;
        return `<td${text.length > LONG ? ' class="long"' : ""}>${cell}</td>`;
      })
      .join("");
  const drawn = chart === undefined ? "" : chartSvg(chart);
  const table = `<div class="table" tabindex="0" role="group" aria-label="${escapeHtml(title)}"><table><thead><tr>${heads}</tr></thead><tbody>${rows
    .map((row, index) => `<tr>${cells(row, links[index])}</tr>`)
    .join("")}</tbody></table></div>`;
  return [
    `<h2>${escapeHtml(title)}</h2>`,
    ...(drawn === "" ? [] : [`<figure>${drawn}</figure>`]),
    rows.length === 0 ? `<p>${escapeHtml(none)}</p>` : table,
    ...(note === undefined ? [] : [`<p class="soft">${escapeHtml(note)}</p>`]),
  ].join("\n");
}
