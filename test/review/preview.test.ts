import { previewMarkdown, type PreviewStep } from "../../review/preview";

const urn = (type: string, name: string): string =>
  `urn:pulumi:prod::tocsin::tocsin:index:Monitoring$${type}::${name}`;
const step = (op: string, type: string, name: string, more: Partial<PreviewStep> = {}): PreviewStep => ({
  op,
  urn: urn(type, name),
  ...more,
});

const CONFIG = "kubernetes:core/v1:ConfigMap";
const STATEFUL = "kubernetes:apps/v1:StatefulSet";

describe("a preview as a person reads it", () => {
  it("has replacements and deletions first, what holds data named, and each resource once with its reasons", () => {
    expect(
      previewMarkdown("prod", [
        step("same", CONFIG, "still"),
        step("create", CONFIG, "new"),
        step("update", CONFIG, "rules", { diffReasons: ["data", "binaryData"] }),
        step("create-replacement", STATEFUL, "prometheus", { replaceReasons: ["spec"] }),
        step("replace", STATEFUL, "prometheus", { replaceReasons: ["spec"] }),
        step("delete-replaced", STATEFUL, "prometheus"),
        step("delete", "aws:s3/bucket:Bucket", "old"),
      ]),
    ).toBe(
      [
        "## What `pulumi up` would do to `prod`",
        "Replaced: 1, deleted: 1, updated: 1, created: 1; **of these 2 hold data**",
        "### Replaced\n\n- **`StatefulSet prometheus` (holds data)**: spec",
        "### Deleted\n\n- **`Bucket old` (holds data)**",
        "### Updated\n\n- `ConfigMap rules`: binaryData, data",
        "### Created\n\n- `ConfigMap new`\n",
      ].join("\n\n"),
    );
  });

  it("says that nothing changes, and does not keep quiet about a step that it does not know", () => {
    expect(previewMarkdown("dev", [step("same", CONFIG, "still")])).toBe(
      "## What `pulumi up` would do to `dev`\n\nNothing.\n",
    );
    expect(previewMarkdown("dev", [step("teleport", CONFIG, "still")])).toContain(
      "Steps of a kind that is not known here: teleport",
    );
  });

  it("counts what would be too much for a comment", () => {
    const many = Array.from({ length: 900 }, (_, index) =>
      step("update", CONFIG, `rules-${index}`.padEnd(200, "x")),
    );
    const text = previewMarkdown("prod", many);
    expect(text).toContain("- and 860 more");
    expect(text.length).toBeLessThan(65_536);
  });
});
