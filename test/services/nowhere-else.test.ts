import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "../support/stacks";

/** Names that nothing else has. */
const NAMES = /bytspot|engram|envsync|omnihub/i;

/** Texts for people, and what the services bring along. */
const THEIRS = /^(?:docs|services|test\/services|node_modules|dist|\..*)$/;

function filesBelow(folder: string): readonly string[] {
  return readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (THEIRS.test(file) || entry.name === "node_modules" || entry.name === "dist") return [];
    return entry.isDirectory() ? filesBelow(file) : [file];
  });
}

describe("our services", () => {
  it("are named by their own folders, the stacks and texts for people, so that they can go and nothing else changes", () => {
    const others = filesBelow("").filter(
      (file) => /\.(?:[cm]?[jt]sx?|json|ya?ml|txt|html)$/.test(file) && !/^Pulumi\.\w+\.yaml$/.test(file),
    );
    expect(others.length).toBeGreaterThan(500);
    expect(others.filter((file) => NAMES.test(readFileSync(path.join(ROOT, file), "utf8")))).toEqual([]);
  });
});
