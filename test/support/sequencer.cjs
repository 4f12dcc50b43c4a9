const Default = require("@jest/test-sequencer").default;

/** Those that take minutes, the longest first: what starts last of them is what everybody waits for. */
const LONGEST = [
  "test/delivery/delivery",
  "test/rules/rule-tests",
  "test/lab/incidents",
  "test/lab/live",
  "test/engine/deployment",
  "test/lab/stopping",
  "test/rules/objectives",
  "test/cli/scaffold",
  "test/cli/render",
  "test/engine/",
  "test/lab/",
];

/** Begins with what mostly waits, beside which the rest has the processor: a fresh clone knows no durations. */
module.exports = class extends Default {
  async sort(tests) {
    const place = ({ path }) => {
      const found = LONGEST.findIndex((name) => path.includes(name));
      return found === -1 ? LONGEST.length : found;
    };
    const sorted = await super.sort(tests);
    return [...sorted].sort((left, right) => place(left) - place(right));
  }
};
