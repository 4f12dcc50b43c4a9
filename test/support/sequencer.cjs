const Default = require("@jest/test-sequencer").default;

/** Four that mostly wait; then those that take most of the processor: what starts last is what everybody waits for. */
const FIRST = [
  "test/delivery/delivery",
  "test/lab/incidents",
  "test/lab/live",
  "test/lab/parts",
  "test/rules/rule-tests",
  "test/engine/deployment",
  "test/engine/package",
  "test/lab/stopping",
  "test/cli/",
  "test/engine/",
  "test/rules/objectives",
  "test/rules/mutation",
  "test/lab/",
];

/** Begins with what mostly waits, beside which the rest has the processor: a fresh clone knows no durations. */
module.exports = class extends Default {
  async sort(tests) {
    const place = ({ path }) => {
      const found = FIRST.findIndex((name) => path.includes(name));
      return found === -1 ? FIRST.length : found;
    };
    const sorted = await super.sort(tests);
    return [...sorted].sort((left, right) => place(left) - place(right));
  }
};
