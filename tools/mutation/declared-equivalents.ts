import { LEAVES_OUT_LESS, WIDER, type Equivalent } from "./equivalent";

const DECLARED = /^(?:alert:\w+:increase\w+|[A-Z]\w+)$/;

/** Of alerts that services declare, and of what is recorded for them. */
export const DECLARED_EQUIVALENTS: readonly Equivalent[] = [
  {
    rules: DECLARED,
    what: /^\[sum\] at \d+ becomes \[max\]$/,
    after: /^ by \([\w, ]+\) \(\s*(?:alert|slo|anomaly):\w+:\w+\{/,
    proof: "A rule records one series in each place: its other labels are its own.",
  },
  {
    rules: DECLARED,
    what: /^\[sum\] at \d+ becomes \[max\]$/,
    after: /^ by \([\w, ]+\) \(absent\(/,
    proof: "What is absent is one series.",
  },
  {
    rules: DECLARED,
    what: /^\[(?:sum|count)\] at \d+ becomes \[(?:max|sum)\]$/,
    before: / and on \(\) $/,
    proof: "Only whether there is a sample matters.",
  },
  {
    rules: DECLARED,
    what: /^\[sum\] at \d+ becomes \[max\]$/,
    after: /^ by \([\w, ]+\) \(up\{[^}]*\}\) == 0/,
    proof: "A target is up or not: 0 or 1.",
  },
  {
    rules: DECLARED,
    what: /^\[0\] at \d+ becomes \[1\]$/,
    before: / > $/,
    after: /^\)[^]*\nand [^]* >= (?:[2-9]|\d\d+)/,
    proof: "The rule asks for more bad events than one besides, which are no more than there are.",
  },
  {
    rules: /^AlertOutsideContract$/,
    what: /^\[\w+!~"[^"]*"\] at \d+ becomes \[\w+=~"\.\*"\]$/,
    after: /^\} unless on/,
    proof: "A series that is right takes all of its place away, and where there is none all are wrong.",
  },
  {
    rules: /^AlertOutsideContract$/,
    what: /^\[""\] at \d+ becomes \["x"\]$/,
    before: /"metric", "\w+", $/,
    proof: "The pattern is empty, and so is a label that nobody has.",
  },
  {
    rules: /^AlertOutsideContract$/,
    what: LEAVES_OUT_LESS,
    before: /!~$/,
    after: /^\} unless on/,
    proof: "A series that is right takes all of its place away.",
  },
  {
    rules: DECLARED,
    what: /^\[\/\] at \d+ becomes \[\*\]$/,
    after: /^ 1 /,
    proof: "Divided by 1 or times 1 is the same.",
  },
  {
    rules: DECLARED,
    what: /^\[\*\] at \d+ becomes \[\/\]$/,
    before: /\b0 $/,
    after: /^ sum by \([\w, ]+\) \(absent\(/,
    proof: "What is absent is 1.",
  },
  {
    rules: DECLARED,
    what: /^\[0\] at \d+ becomes \[1\]$/,
    after: /^ \* sum by \([\w, ]+\) \(absent\(/,
    unseen: true,
    proof: "The value of what is absent is not compared, and no text shows it.",
  },
  {
    rules: DECLARED,
    what: /^\[(?:anomaly|service)="\w+"\] at \d+ becomes \[\w+=~"\.\*"\]$/,
    before: /anomaly:event_rate:\w+\{[^}]*$/,
    proof:
      "Every selector of the expression stands under an operator beside one that names the alert and the service, and both sides match where all labels are equal.",
  },
  {
    rules: DECLARED,
    what: /^\[job="[^"]+"\] at \d+ becomes \[job=~"\.\*"\]$/,
    before: /(?:\(|- )\w+\{[^}]*\} \/ \(\w+\{$/,
    proof: "Both sides match where all labels are equal, the job among them, and the other names the job.",
  },
  {
    rules: DECLARED,
    what: /^\[job="[^"]+"\] at \d+ becomes \[job=~"\.\*"\]$/,
    before: /(?:\(|- )\w+\{$/,
    after: /^[^}]*\} \/ \(\w+\{job="/,
    proof: "Both sides match where all labels are equal, the job among them, and the other names the job.",
  },
  {
    rules: /^prometheus:last_scrape:timestamp_seconds$/,
    what: WIDER,
    before: /(?:timestamp\(| and )up\{$/,
    proof:
      "Both sides of `and` match where all labels are equal, the job among them, and the other names the job.",
  },
  {
    rules: DECLARED,
    what: WIDER,
    before: /unless on \(job, instance\) increase\(\w+\{$/,
    proof: "It is matched by the job with what stands before it, which names the job.",
  },
  {
    rules: DECLARED,
    what: /^\[increase\] at \d+ becomes \[rate\]$/,
    before: /unless on \(job, instance\) $/,
    after: /^\(\w+\{[^}]*\}\[\w+\]\) > 0/,
    proof: "Both are more than 0 or neither is, and only whether there is a sample matters.",
  },
  {
    rules: DECLARED,
    what: /^\[increase\] at \d+ becomes \[rate\]$/,
    after: /^[^>]*> 0$/,
    unseen: true,
    proof: "Both are more than 0 or neither is, and no text shows the value.",
  },
  {
    rules: DECLARED,
    what: /^\[sum\] at \d+ becomes \[max\]$/,
    after: /^ by [^>]*\(increase\([^>]*> 0$/,
    unseen: true,
    proof: "What only grows is more than 0 in all if it is in one, and no text shows the value.",
  },
  ...[WIDER, LEAVES_OUT_LESS].flatMap((what): readonly Equivalent[] => [
    {
      rules: DECLARED,
      what,
      before: /\(\(increase\(\w+\{[^}]*$/,
      after: /^[^}]*\}\[\w+\]\)\) and \w+\{/,
      proof: "Both sides of `and` match where all labels are equal, and the other has this condition.",
    },
    {
      rules: DECLARED,
      what,
      before: /\(\(increase\(\w+\{[^}]*\}\[\w+\]\)\) and \w+\{[^}]*$/,
      proof: "Both sides of `and` match where all labels are equal, and the other has this condition.",
    },
  ]),
  {
    rules: DECLARED,
    what: /^\[(?:up|"[^"]+")\] at \d+ becomes \[(?:up_x|"[^"]+x")\]$/,
    before: /^\(sum by \([\w, ]+\) \(up\{job="[^"]+"\}\) or 0 \* sum by \([\w, ]+\) \(absent\((?:up\{job=)?$/,
    proof: "`or` takes it where nothing is known of the job, and there it is absent as well.",
  },
  {
    rules: DECLARED,
    what: /^\[sum\] at \d+ becomes \[max\]$/,
    before: /^\($/,
    after: /^ by \([\w, ]+\) \(up\{job="[^"]+"\}\) or [^]* \/ 1 < 0\.99$/,
    proof:
      "Of one target that is planned less than one answers where none does, and a target is up or not: 0 or 1.",
  },
  {
    rules: DECLARED,
    what: /^\[1\] at \d+ becomes \[0\.5\]$/,
    before: /\(up\{[^]*\) \/ $/,
    after: /^ < 0\.99$/,
    proof: "So many targets are less than the limit where none is, and that is 0.",
  },
  {
    rules: DECLARED,
    what: WIDER,
    before: /(?:predict_linear\([^]*|(?:changes|resets)\(\w+\{[^}]*)$/,
    proof:
      "Each selector of the expression stands beside another one with this condition, and both sides match where all labels are equal.",
  },
  {
    rules: DECLARED,
    what: /^\[last_over_time\] at \d+ becomes \[count_over_time\]$/,
    before: /\band $/,
    proof: "Only whether there is a sample matters.",
  },
  {
    rules: DECLARED,
    what: /^\[(\d+)\] at \d+ becomes \[\1\.\d+\]$/,
    before: /changes\([^]*> $/,
    proof: "How often something turned is a whole number.",
  },
  {
    rules: DECLARED,
    what: /^\[job\] at \d+ becomes \[nothing\]$/,
    before: /unless on \($/,
    proof: "Both sides are of one job.",
  },
  {
    rules: DECLARED,
    what: /^\[0\.1\] at \d+ becomes \[0\.05\]$/,
    before: /or \(\n {2}sum by [^\n]* > $/,
    after: /^\n {2}and [^\n]* \* 0\.1 \+ [^\n]*\n\)$/,
    proof:
      "The guard asks for more errors than the share that may fail, so that a lower limit changes nothing.",
  },
  {
    rules: DECLARED,
    what: /^\[-?1?\] at \d+ becomes \[(?:\+|1\.1|0\.5)\]$/,
    before: /^sum by [^\n]*\nor 0 \* [^\n]*\(absent\([^\n]*\) (?:- )?$/,
    unseen: true,
    proof: "The value tells apart why nobody answers, and no text shows it.",
  },
  {
    rules: DECLARED,
    what: /^\[\d\] at \d+ becomes \[\d(?:\.\d+)?\]$/,
    before: / > 0\.1\nand [^\n]* >= $/,
    after: /^\nand [^\n]* > \d{3,}$/,
    proof: "The share of so many events as the rule asks for besides is more.",
  },
  {
    rules: DECLARED,
    what: /^\[0\] at \d+ becomes \[1\]$/,
    before: / > $/,
    after: /^\)[^]*\nand [^\n]* \+ 2\.25$/,
    proof: "The guard asks for more bad events than two, which are no more than there are.",
  },
  {
    rules: /^AutoscalerAtLimit/,
    what: /^\[(?:namespace|horizontalpodautoscaler)=~?"[^"]+"\] at \d+ becomes \[\w+=~"\.\*"\]$/,
    before: /^max by \([\w, ]+\) \(\w+\{[^}]*(?:\} \/ \(\w+\{[^}]*)?$/,
    proof: "Both sides match where all labels are equal, and the other has this condition.",
  },
  {
    rules: /^UnknownSeverity$/,
    what: /^\[count\] at 0 becomes \[sum\]$/,
    proof: "Each of the series that Prometheus makes of alerts is 1.",
  },
  {
    rules: DECLARED,
    what: /^\[0\.99\] at \d+ becomes \[0\.495\]$/,
    before: /^\(sum by \([\w, ]+\) \(up\{[^]*\) \/ 1 < $/,
    proof: "Of one target that is planned a whole number answers: none, or enough.",
  },
];
