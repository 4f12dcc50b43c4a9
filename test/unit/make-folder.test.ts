import { existsSync } from "node:fs";
import path from "node:path";
import { faultAndRemedy } from "../../lab/file-fault";
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

describe("what cannot be written", () => {
  it.each([
    ["ENOSPC: no space left on device, write", "(ENOSPC: no space left on device, write); make room there"],
    [
      "EACCES: permission denied, mkdir '/a'",
      "(EACCES: permission denied, mkdir '/a'); make that possible there",
    ],
    [
      "[promtool tsdb create-blocks-from] ended with exit code [1]:\npreallocate: no space left on device\n",
      "(preallocate: no space left on device); make room there",
    ],
  ])("is said in one line, with what helps: %j", (said, line) => {
    expect(faultAndRemedy(new Error(said))).toBe(line);
  });
});
