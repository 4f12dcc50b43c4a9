import { mkdirSync } from "node:fs";
import path from "node:path";
import { readContent } from "../../config/content";
import { removeFolder, temporaryFolder, writeFiles } from "../support/program";

describe("the content of a checkout", () => {
  const folder = temporaryFolder();

  afterAll(() => removeFolder(folder));

  it("is empty where there are no runbooks, so that each alert can say which page it misses", () => {
    expect(readContent(folder)).toEqual({ runbooks: [] });
  });

  it("is every page of every service, in the order of their names", () => {
    const pages = ["omnihub/slow.md", "omnihub/down.md", "engram/down.md"];
    const others = ["_template.md", "README.md", "omnihub/_draft.md", "omnihub/graph.png"];
    writeFiles(folder, new Map([...pages, ...others].map((name) => [`runbooks/${name}`, `text of ${name}`])));
    mkdirSync(path.join(folder, "runbooks/omnihub/old.md"));
    expect(readContent(folder)).toEqual({
      runbooks: [
        { service: "engram", slug: "down", text: "text of engram/down.md" },
        { service: "omnihub", slug: "down", text: "text of omnihub/down.md" },
        { service: "omnihub", slug: "old", text: "", fault: "cannot be read [EISDIR]" },
        { service: "omnihub", slug: "slow", text: "text of omnihub/slow.md" },
      ],
    });
  });
});
