import { existsSync } from "node:fs";
import path from "node:path";
import { makeFolder } from "../../lab/make-folder";
import { removeFolder, temporaryFolder } from "../support/program";

describe("a folder that somebody named", () => {
  const root = temporaryFolder();
  afterAll(() => {
    removeFolder(root);
  });

  it("is made with its parents, and may be there already", () => {
    const folder = path.join(root, "a", "b");
    makeFolder(folder);
    makeFolder(folder);
    expect(existsSync(folder)).toBe(true);
  });

  it("is refused where its parent can hold none, instead of trying for ever", () => {
    const nowhere = path.join(__filename, "a", "b");
    expect(() => makeFolder(nowhere)).toThrow(/^E(?:NOTDIR|EXIST)/);
    if (existsSync("/proc/self")) {
      expect(() => makeFolder("/proc/nowhere/b")).toThrow(/^ENOENT/);
    }
  });
});
