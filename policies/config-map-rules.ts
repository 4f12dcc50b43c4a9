import {
  joinScans,
  nothingFound,
  scanGroups,
  NOT_KNOWN_YET,
  unchecked,
  unreadable,
  type RuleScan,
} from "./alerts";
import { fieldAt, kindOf, keysOf, membersOf, textOf, type Field } from "./field";
import { looksLikeRules, mayHoldRules, parseText } from "./rule-text";

/** What a ConfigMap of rules is labelled with. */
const RULES_LABEL = { key: "app.kubernetes.io/component", value: "rules" } as const;

const YAML_KEY = /\.ya?ml$/i;

/** The rules in a ConfigMap: of every key that ends in .yml or .yaml, and of any other text that looks like rules. */
export function scanConfigMap(props: unknown): RuleScan {
  const labelled = textOf(fieldAt(props, "metadata", "labels", RULES_LABEL.key)) === RULES_LABEL.value;
  const data = fieldAt(props, "data");
  if (data.state === "unknown") {
    return unchecked("data", NOT_KNOWN_YET);
  }
  const holder = data.state === "known" ? data.value : undefined;
  return joinScans([
    ...keysOf(holder).map((key) => scanKey(key, fieldAt(holder, key), labelled)),
    scanBinaryData(fieldAt(props, "binaryData"), labelled),
  ]);
}

function scanKey(key: string, field: Field, labelled: boolean): RuleScan {
  const place = `data key [${key}]`;
  const named = YAML_KEY.test(key);
  if (field.state === "unknown") {
    return unchecked(place, NOT_KNOWN_YET);
  }
  const text = textOf(field) ?? "";
  return named || mayHoldRules(text) ? scanText(text, place, labelled) : nothingFound();
}

function scanText(text: string, place: string, labelled: boolean): RuleScan {
  const parsed = parseText(text);
  if (!parsed.ok) {
    return labelled || looksLikeRules(text) ? unreadable(place, parsed.reason) : nothingFound();
  }
  return joinScans(
    parsed.documents
      .map((document) => fieldAt(document, "groups"))
      // Other files have a key of that name as well, such as a list of user groups.
      .filter((groups) => labelled || holdsRules(groups))
      .map((groups) => scanGroups(groups, place)),
  );
}

function holdsRules(groups: Field): boolean {
  const members = groups.state === "known" ? membersOf(groups.value) : undefined;
  return (
    members?.some((group) => group.state === "known" && fieldAt(group.value, "rules").state === "known") ??
    false
  );
}

/** It may be packed, so it is not read; that is said aloud where it could hold rules. */
function scanBinaryData(binaryData: Field, labelled: boolean): RuleScan {
  if (binaryData.state === "unknown") {
    return labelled ? unchecked("binaryData", NOT_KNOWN_YET) : nothingFound();
  }
  const keys = binaryData.state === "known" ? keysOf(binaryData.value) : [];
  const judge = labelled ? unreadable : unchecked;
  return joinScans(
    keys
      .filter((key) => labelled || YAML_KEY.test(key))
      .map((key) => judge(`binaryData key [${key}]`, "binaryData is never read, so rules belong under data")),
  );
}

/** A rule file that is the whole value of a property. */
export function scanRuleFile(file: Field, place: string): RuleScan {
  if (file.state !== "known") {
    return file.state === "absent" ? nothingFound() : unchecked(place, NOT_KNOWN_YET);
  }
  const text = textOf(file);
  return text === undefined
    ? unreadable(place, `it is ${kindOf(file.value)}, not a text`)
    : scanText(text, place, true);
}
