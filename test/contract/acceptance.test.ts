import { services } from "../../services";
import { coverageProblems, type Evidence } from "../../tools/acceptance/coverage";
import { DOCUMENTS } from "../../tools/acceptance/documents";
import { evidenceOf } from "../../tools/acceptance/evidence";
import { idsIn, withoutIds } from "../../tools/acceptance/ids";
import { sourceTags } from "../../tools/acceptance/source-tags";
import { testTags } from "../../tools/acceptance/test-tags";
import { planOf } from "../support/plan";
import { ROOT } from "../support/stacks";

describe("the documents", () => {
  const evidence = evidenceOf(ROOT, services, planOf("prod"));

  it("are built and proved, id by id, or say why not", () => {
    expect(coverageProblems(evidence)).toEqual([]);
    expect(evidence.built.length).toBeGreaterThan(100);
    expect(evidence.proved.length).toBeGreaterThan(100);
  });

  it("have ids of their own form, each with a text", () => {
    const rows = DOCUMENTS.flatMap((document) =>
      document.requirements.map((requirement) => ({ ...requirement, prefix: document.prefix })),
    );
    expect(rows.filter(({ id, prefix }) => idsIn(id).join() !== id || !id.startsWith(`${prefix}-`))).toEqual(
      [],
    );
    expect(rows.filter(({ text }) => text.trim() === "")).toEqual([]);
  });

  it.each(
    DOCUMENTS.flatMap(({ title, service: id, requirements }) =>
      services
        .filter((service) => service.id === id)
        .map(({ corrections = [] }) => ({ title, requirements, corrections })),
    ),
  )("of $title have each of their errors among the corrections, once", ({ requirements, corrections }) => {
    const errors = requirements.map(({ id }) => id).filter((id) => id.includes("-ERR-"));
    expect(corrections.map(({ id }) => id).sort()).toEqual([...errors].sort());
  });
});

describe("an id in a text", () => {
  it.each([
    ["of a range", "OMNIHUB-POL-2..4", ["OMNIHUB-POL-2", "OMNIHUB-POL-3", "OMNIHUB-POL-4"]],
    ["of a range of rows", "OMNIHUB-DASH-1.1..1.2", ["OMNIHUB-DASH-1.1", "OMNIHUB-DASH-1.2"]],
    ["with a letter", "ENVSYNC-ALERT-2a, X-1.", ["ENVSYNC-ALERT-2a", "X-1"]],
    ["of no document", "OTHER-SLO-1, MAX-1, RFC-1", []],
  ])("%s is read as what it stands for", (_, text, ids) => {
    expect(idsIn(text)).toEqual(ids);
  });

  it("is left out of a title on the page, with its brackets", () => {
    expect(withoutIds("fires (OMNIHUB-DASH-1.1..1.4, X-2) and [sources of omnihub] rests")).toBe(
      "fires and rests",
    );
  });
});

describe("a tag in a source", () => {
  const tagged = (text: string, path = "slo/a.ts"): readonly string[] =>
    sourceTags([{ path, text }]).map(({ id }) => id);

  it.each([
    ["a docstring", "/** Why (OMNIHUB-ERR-1). */\nexport const a = 1;"],
    ["a comment at the end of a line", "const a = {\n  b: 1, // OMNIHUB-ERR-1\n};"],
    ["a comment before a closing brace", "function a() {\n  // OMNIHUB-ERR-1\n}"],
    ["a field source", 'const a = { source: "OMNIHUB-ERR-1" };'],
  ])("counts in %s", (_, text) => {
    expect(tagged(text)).toEqual(["OMNIHUB-ERR-1"]);
  });

  it.each([
    ["a text", 'const a = "// OMNIHUB-ERR-1";'],
    ["another field", 'const a = { id: "OMNIHUB-ERR-1" };'],
  ])("does not count in %s", (_, text) => {
    expect(tagged(text)).toEqual([]);
  });

  it("counts anywhere in a runbook", () => {
    expect(tagged("---\nsource: [OMNIHUB-RUN-1]\n---\n", "runbooks/omnihub/a.md")).toEqual(["OMNIHUB-RUN-1"]);
  });
});

describe("a tag in a test", () => {
  const proved = (text: string): readonly string[] =>
    testTags([{ path: "test/a.test.ts", text }], new Map([["omnihub", ["OMNIHUB-SLO-1"]]])).map(
      ({ id }) => id,
    );

  it.each([
    ["that asserts", 'it("a (X-1)", () => { expect(a).toBe(1); });'],
    ["that asserts later", 'it("a (X-1)", async () => { await expect(a()).resolves.toBe(1); });'],
    [
      "with a helper that asserts",
      'const check = () => { expect(a).toBe(1); };\nit("a (X-1)", () => check());',
    ],
    [
      "with a property",
      'it("a (X-1)", () => { fc.assert(fc.property(b, (c) => { expect(c).toBe(1); })); });',
    ],
    ["for each row", 'it.each(rows)("a %s (X-1)", (a) => { expect(a).toBe(1); });'],
    ["whose row shows the id", 'it.each([["X-1", 1]])("a %s", (_, a) => { expect(a).toBe(1); });'],
    [
      "whose named rows show the id",
      'const ROWS = ["b (X-1)"];\nit.each(ROWS)("a %s", (a) => { expect(a).toBe(1); });',
    ],
    ["in a group that has the id", 'describe("a (X-1)", () => { it("b", () => { expect(a).toBe(1); }); });'],
  ])("%s counts", (_, text) => {
    expect(proved(text)).toEqual(["X-1"]);
  });

  it.each([
    ["that is empty", 'it("a (X-1)", () => {});'],
    ["that is to come", 'it.todo("a (X-1)");'],
    ["that is skipped", 'it.skip("a (X-1)", () => { expect(a).toBe(1); });'],
    [
      "in a group that is skipped",
      'describe.skip("a", () => { it("b (X-1)", () => { expect(a).toBe(1); }); });',
    ],
    ["that may fail", 'it.failing("a (X-1)", () => { expect(a).toBe(1); });'],
    ["without a matcher", 'it("a (X-1)", () => { expect(a); });'],
    ["about a literal", 'it("a (X-1)", () => { expect(true).toBe(true); });'],
    ["that returns before", 'it("a (X-1)", () => { return; expect(a).toBe(1); });'],
    ["whose helper is never called", 'it("a (X-1)", () => { const check = () => { expect(a).toBe(1); }; });'],
    ["whose row only mentions the id", 'it.each(["about X-1"])("a %s", (a) => { expect(a).toBe(1); });'],
    ["that is a comment", '// it("a (X-1)", () => { expect(a).toBe(1); });'],
    ["whose id is in the body", 'it("a", () => { expect(a).toBe("X-1"); });'],
    ["in a group without a test", 'describe("a (X-1)", () => { it("b", () => {}); });'],
  ])("%s does not count", (_, text) => {
    expect(proved(text)).toEqual([]);
  });

  it.each(["[sources of omnihub]", "[sources of every service]"])(
    "that goes through %s proves them",
    (tag) => {
      expect(proved(`it("a ${tag}", () => { expect(a).toBe(1); });`)).toEqual(["OMNIHUB-SLO-1"]);
    },
  );
});

describe("the check of the documents itself", () => {
  const tag = (id: string): { id: string; file: string; title: string } => ({ id, file: "a.ts", title: "a" });
  const evidence = (change: Partial<Evidence>, reasons: Readonly<Record<string, string>> = {}): Evidence => ({
    documents: [{ prefix: "X", title: "X", service: "x", requirements: [{ id: "X-1", text: "a" }], reasons }],
    services: ["x"],
    built: [tag("X-1")],
    proved: [tag("X-1")],
    ...change,
  });

  it("finds nothing where all is built and proved", () => {
    expect(coverageProblems(evidence({}))).toEqual([]);
  });

  it.each<[string, Evidence, string]>([
    ["what is built nowhere", evidence({ built: [] }), "X-1 is built nowhere"],
    ["what no test proves", evidence({ proved: [] }), "X-1 is proved by no test"],
    [
      "an id of no document in a test",
      evidence({ proved: [tag("X-1"), tag("X-2")] }),
      "X-2 is cited in a.ts, and no document has it",
    ],
    [
      "an id of no document in a source",
      evidence({ built: [tag("X-1"), tag("X-2")] }),
      "X-2 is cited in a.ts, and no document has it",
    ],
    [
      "a reason too many",
      evidence({}, { "X-1": "later" }),
      "X-1 is built and proved, and has a reason why not",
    ],
    ["an empty reason", evidence({ proved: [] }, { "X-1": " " }), "X-1 has an empty reason"],
    [
      "a reason of no requirement",
      evidence({}, { "X-2": "later" }),
      "X-2 has a reason, and no document has it",
    ],
    ["a service of no document", evidence({ services: ["x", "y"] }), "service y belongs to no document"],
  ])("finds %s", (_, given, problem) => {
    expect(coverageProblems(given)).toEqual([problem]);
  });

  it("takes a reason in place of a test, and nothing at all of a service that is not in the catalogue", () => {
    expect(coverageProblems(evidence({ proved: [] }, { "X-1": "later" }))).toEqual([]);
    expect(coverageProblems(evidence({ services: [], built: [], proved: [] }))).toEqual([]);
  });
});
