/**
 * A page with one of its sections replaced, by a script of package.json; the rest of the page is written by hand.
 * @throws Error unless the page has the section's two markers once, in order
 */
export function withSection(page: string, name: string, content: string, script = "docs"): string {
  const start = `<!-- ${name}: written by \`npm run ${script}\`; a change here is lost. -->`;
  const end = `<!-- end of ${name} -->`;
  const [before, rest, ...second] = page.split(start);
  const [, after, ...third] = (rest ?? "").split(end);
  if (before === undefined || after === undefined || second.length > 0 || third.length > 0) {
    throw new Error(`The page needs the lines [${start}] and [${end}], once each and in this order.`);
  }
  return `${before}${start}\n\n${content}\n\n${end}${after}`;
}
