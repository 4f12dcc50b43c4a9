import { createHash } from "node:crypto";
import { SCRIPT } from "./script";

/**
 * The one stylesheet of all pages. It stands inside each of them, so that a page is one request, and is whole when it
 * is saved or printed. Made for a phone at night: large text, dark where the device is, code in one touch.
 */
export const STYLESHEET = `
:root { color-scheme: light dark; --text: #1b1f24; --soft: #57606a; --paper: #ffffff; --box: #f3f4f6; --line: #d0d7de; --link: #0550ae; --critical: #b42318; --warning: #8a5a00; --info: #0550ae; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6e8eb; --soft: #9da7b3; --paper: #14171a; --box: #1f2429; --line: #3a424b; --link: #79b8ff; --critical: #ff8a80; --warning: #f0b849; --info: #79b8ff; }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem; }
body { font: 17px/1.55 system-ui, sans-serif; color: var(--text); background: var(--paper); max-width: 50rem; margin: 0 auto; padding: 1rem; overflow-wrap: break-word; }
a { color: var(--link); }
h1 { font-size: 1.6rem; line-height: 1.25; margin: .5rem 0 1rem; }
h2 { font-size: 1.25rem; margin: 2rem 0 .5rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 1.5rem 0 .5rem; }
h1 a, h2 a, h3 a, h4 a { color: inherit; text-decoration: none; }
nav, .facts, footer { font-size: .9rem; color: var(--soft); }
.facts { background: var(--box); border-radius: .4rem; padding: .6rem .8rem; margin: 0 0 1rem; display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .25rem .8rem; }
.facts dd { margin: 0; color: var(--text); }
.facts ul, .sections { list-style: none; margin: 0; padding: 0; }
.sections li { display: inline-block; margin: 0 .9rem .4rem 0; }
.pages li { margin: .5rem 0; }
.severity { font-weight: 600; }
.critical { color: var(--critical); }
.warning { color: var(--warning); }
.info { color: var(--info); }
code { font: .88em ui-monospace, monospace; background: var(--box); border-radius: .2rem; padding: .1em .25em; }
pre { background: var(--box); border-radius: .4rem; padding: .75rem; overflow-x: auto; user-select: all; -webkit-user-select: all; }
pre code { padding: 0; background: none; }
pre { margin: .4rem 0 1rem; }
.queries { display: inline-block; margin: 0 .6rem 0 0; font-size: .95rem; }
.queries a { display: inline-block; padding: .35rem .6rem .35rem 0; }
button { font: .9rem system-ui, sans-serif; color: var(--link); background: var(--box); border: 1px solid var(--line); border-radius: .4rem; padding: .3rem .8rem; }
@media (max-width: 45rem) {
  /* A long line that is cut is read wrong: it goes on below. */
  pre { white-space: pre-wrap; overflow-wrap: anywhere; }
  h2 { margin-top: 1.1rem; }
  main p, main ul { margin: .5rem 0; }
}
.table { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { border: 1px solid var(--line); padding: .3rem .6rem; text-align: left; vertical-align: top; }
@media print {
  body { max-width: none; font-size: 11pt; color: #000000; background: #ffffff; }
  nav, .sections, button, .queries { display: none; }
  pre { white-space: pre-wrap; border: 1px solid #999999; }
  h2, h3 { break-after: avoid; }
}
`;

/**
 * What a browser may do with a page: show it, with this stylesheet and the script that copies, and nothing else. A script
 * that got into a runbook all the same would not run. Source: W3C, "Content Security Policy Level 3".
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `script-src 'sha256-${hashOf(SCRIPT)}'`,
  `style-src 'sha256-${hashOf(STYLESHEET)}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}
