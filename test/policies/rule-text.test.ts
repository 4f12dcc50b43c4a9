import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureToolchain } from "../../lab/toolchain";
import { scanConfigMap } from "../../policies/config-map-rules";

const LIST = "[{ name: shop, rules: [{ alert: ShopDown, expr: up, labels: { severity: critical } }] }]";
const BLOCK = [
  "groups:",
  "- name: shop",
  "  rules:",
  "  - alert: ShopDown",
  "    expr: up",
  "    labels: {severity: critical}",
];

/** Spellings of one rule file, by what is unusual about them. */
const SPELLINGS: Readonly<Record<string, string>> = {
  "an anchor": `&a groups: ${LIST}`,
  "a tag": `!!str groups: ${LIST}`,
  "a bare tag": `! groups: ${LIST}`,
  "a whole tag": `!<tag:yaml.org,2002:str> groups: ${LIST}`,
  "an explicit key": `? groups\n: ${LIST}`,
  "an escaped key": `"gro\\u0075ps": ${LIST}`,
  "a key escaped by its code": `"gro\\x75ps": ${LIST}`,
  "a folded key": `? "gro\\\n  ups"\n: ${LIST}`,
  "an encoded key": `!!binary Z3JvdXBz: ${LIST}`,
  "an encoded key by a short tag": `%TAG !b! tag:yaml.org,2002:bin\n---\n!b!ary Z3JvdXBz: ${LIST}`,
  "an encoded severity": `groups: ${LIST.replace("critical", "!!binary Y3JpdGljYWw=")}`,
  quotes: `'groups': ${LIST}`,
  "a document on its marker's line": `--- {groups: ${LIST}}`,
  "a version": `%YAML 1.1\n---\ngroups: ${LIST}`,
  "a merge": `<<: {groups: ${LIST}}`,
  "a tabulator": `groups:\t${LIST}`,
  "a byte order mark": `\uFEFFgroups: ${LIST}`,
  "an indent": `  groups: ${LIST}`,
  ...Object.fromEntries(
    Object.entries({ CR: "\r", CRLF: "\r\n", NEL: "\u0085", LS: "\u2028", PS: "\u2029" }).flatMap(
      ([name, end]) => [
        [`lines that end with ${name}`, BLOCK.join(end)],
        [`a comment that ends with ${name}`, `# shop${end}groups: ${LIST}`],
      ],
    ),
  ),
};

describe("a rule file with", () => {
  const folder = mkdtempSync(join(tmpdir(), "tocsin-rule-text-"));
  let promtool = "";

  beforeAll(async () => {
    promtool = (await ensureToolchain({ report: () => undefined })).promtool;
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(Object.entries(SPELLINGS))("%s is read by the policies, as by Prometheus", (name, text) => {
    const file = join(folder, `${name}.rules`);
    writeFileSync(file, text);
    expect(execFileSync(promtool, ["check", "rules", file], { encoding: "utf8", stdio: "pipe" })).toContain(
      "SUCCESS: 1 rules found",
    );
    const { alerts, unreadable } = scanConfigMap({ data: { "shop.txt": text } });
    expect(unreadable).toEqual([]);
    expect(alerts.map((alert) => [alert.place, alert.label("severity")])).toEqual([
      ["alert [ShopDown] of group [shop] in data key [shop.txt]", { state: "known", value: "critical" }],
    ]);
  });

  it("a page of the web before its groups is refused by Prometheus, so the policies need not parse pages", () => {
    const file = join(folder, "page.rules");
    writeFileSync(file, `<html>: 1\ngroups: ${LIST}`);
    expect(spawnSync(promtool, ["check", "rules", file], { encoding: "utf8" }).stderr).toContain(
      "field <html> not found",
    );
  });
});
