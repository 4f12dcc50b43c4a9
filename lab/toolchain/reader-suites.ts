import path from "node:path";
import type { Suite } from "./suites";

/** A generator of SLO rules that the benchmark compares with; nothing else needs it. */
export const SLOTH: Suite<"sloth"> = {
  name: "sloth",
  title: "Sloth",
  version: "0.16.0",
  accepted: { from: "0.16.0", below: "0.17.0" },
  programs: [{ name: "sloth", ask: ["version"], told: "v", package: "github.com/slok/sloth/cmd/sloth" }],
  go: {
    folder: path.join(__dirname, "sloth"),
    module: "github.com/slok/sloth",
    moduleVersion: "v0.16.0",
    minimumGo: "1.26",
    tags: [],
    variables: { "github.com/slok/sloth/internal/info.Version": "v0.16.0" },
  },
};

/** A reader of GitHub's workflows, which the tests let read ours; nothing else needs it. */
export const ACTIONLINT: Suite<"actionlint"> = {
  name: "actionlint",
  title: "actionlint",
  version: "1.7.12",
  accepted: { from: "1.7.12", below: "2.0.0" },
  programs: [
    {
      name: "actionlint",
      ask: ["-version"],
      told: "",
      package: "github.com/rhysd/actionlint/cmd/actionlint",
    },
  ],
  go: {
    folder: path.join(__dirname, "actionlint"),
    module: "github.com/rhysd/actionlint",
    moduleVersion: "v1.7.12",
    minimumGo: "1.26",
    tags: [],
    variables: { "github.com/rhysd/actionlint.version": "1.7.12" },
  },
};

const VERSITYGW_VERSION = "1.8.0";

/** The object store that tests write backups to: the S3 protocol over a folder, with versions, locks and identities. */
export const VERSITYGW: Suite<"versitygw"> = {
  name: "versitygw",
  title: "Versity S3 gateway",
  version: VERSITYGW_VERSION,
  accepted: { from: VERSITYGW_VERSION, below: "2.0.0" },
  programs: [
    {
      name: "versitygw",
      ask: ["--version"],
      told: "Version  : v",
      package: "github.com/versity/versitygw/cmd/versitygw",
    },
  ],
  go: {
    folder: path.join(__dirname, "versitygw"),
    module: "github.com/versity/versitygw",
    moduleVersion: `v${VERSITYGW_VERSION}`,
    minimumGo: "1.26",
    tags: [],
    variables: { "main.Version": `v${VERSITYGW_VERSION}` },
  },
};

const THANOS_VERSION = "0.42.4";

/** What keeps samples for years in an object store; its `replace` lines are those of the module itself. */
export const THANOS: Suite<"thanos"> = {
  name: "thanos",
  title: "Thanos",
  version: THANOS_VERSION,
  accepted: { from: THANOS_VERSION, below: "1.0.0" },
  programs: [
    {
      name: "thanos",
      ask: ["--version"],
      told: "thanos, version ",
      package: "github.com/thanos-io/thanos/cmd/thanos",
    },
  ],
  go: {
    folder: path.join(__dirname, "thanos"),
    module: "github.com/thanos-io/thanos",
    moduleVersion: `v${THANOS_VERSION}`,
    minimumGo: "1.26",
    // With the labels of Prometheus in one text, which it takes apart by unsafe means, it dies of its first answer.
    tags: ["netgo", "slicelabels"],
    variables: { "github.com/prometheus/common/version.Version": THANOS_VERSION },
  },
};
