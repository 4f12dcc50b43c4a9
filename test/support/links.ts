import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "./stacks";

/** What a heading is called in an address. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, "")
    .replaceAll(" ", "-");
}

/** Links of a page to files of this repository that are not there, or lack the heading. */
export function deadLinks(file: string, text: string): readonly string[] {
  const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map((match) => match[1] ?? "");
  return links
    .filter((link) => !link.includes("://"))
    .filter((link) => {
      const [target = "", heading] = link.split("#");
      const full = path.join(ROOT, path.dirname(file), target);
      if (!existsSync(full)) {
        return true;
      }
      const headings = [...readFileSync(full, "utf8").matchAll(/^#+ (.+)$/gm)].map((match) => match[1] ?? "");
      return heading !== undefined && !headings.map(anchor).includes(heading);
    });
}
