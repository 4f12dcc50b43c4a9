import { secretIsNotInline } from "../../policies/rules/secret-is-not-inline";
import { describePolicy } from "../support/policy-cases";
import { UNKNOWN, type Subject } from "../support/policy-requests";

const file = (text: unknown, key = "app.yml"): Subject => ({
  type: "kubernetes:core/v1:ConfigMap",
  name: "shop",
  props: { data: { [key]: text } },
});
const pod = (container: object): Subject => ({
  type: "kubernetes:apps/v1:Deployment",
  name: "shop",
  props: {
    spec: { template: { spec: { initContainers: [], containers: [{ name: "web", ...container }] } } },
  },
});
const inline = (what: string): string =>
  `Resource [shop]: ${what}. Put it into a Secret, and name its file or its key.`;
const SECRET = "hunter2-hunter2";

describePolicy(secretIsNotInline, {
  fails: [
    ...[
      "password: x1",
      "- routing_key: 'abc'",
      "api_key=abc",
      '  "bot_token": "abc",',
      "bearer_token: abc",
    ].map((line) => ({
      title: `the line ${line}`,
      subjects: [file(`a: 1\n${line}\n`)],
      says: [inline(`data key [app.yml] holds a value of ${/\w+_?\w+/.exec(line)?.[0] ?? ""}`)],
    })),
    ...(
      [
        ["-----BEGIN RSA PRIVATE KEY-----", "a private key"],
        ["id AKIAABCDEFGHIJKLMNOP", "an access key of AWS"],
        ["https://hooks.slack.com/workflows/T0000/B0000/abc", "a webhook of Slack"],
        ["xoxb-1234567890-abc", "a token of Slack"],
        [`ghp_${"a".repeat(36)}`, "a token of GitHub"],
        ["postgres://shop:pass@db/shop", "an address with a password"],
      ] as const
    ).map(([text, what]) => ({
      title: `${what}, even in a page`,
      subjects: [file(`<p>${text}</p>`, "page.html")],
      says: [inline(`data key [page.html] holds ${what}`)],
    })),
    {
      title: "arguments and variables",
      subjects: [
        pod({
          command: ["serve", `--db-password=${SECRET}`],
          args: ["--url=https://user:pass@example.com"],
          env: [{ name: "API_TOKEN", value: SECRET }],
        }),
      ],
      says: [
        inline("container web is started with a value of --db-password"),
        inline("container web is started with an address with a password"),
        inline("container web has the variable API_TOKEN with a value"),
      ],
    },
    {
      title: "a key in an object of the operator",
      subjects: [
        {
          type: "kubernetes:monitoring.coreos.com/v1alpha1:AlertmanagerConfig",
          name: "shop",
          props: {
            spec: {
              route: {},
              receivers: [
                { name: "page", pagerdutyConfigs: [{ routingKey: SECRET, apiKey: { name: "a", key: "b" } }] },
              ],
            },
          },
        },
      ],
      says: [inline("receiver [page] of spec has a value of routingKey for pagerduty")],
    },
  ],
  passes: [
    {
      title: "files, variables, references and prose",
      subjects: [
        file(
          "password_file: /secrets/password\npassword: $DB_PASSWORD\ntoken: '{{ .Token }}'\nsecret:\n  name: a\n",
        ),
        file("<p>password: what you were told</p>", "page.html"),
        pod({
          args: ["--password-file=/secrets/password", "--token=$(TOKEN)", "--token-ttl=5m"],
          env: [
            { name: "DB_PASSWORD", valueFrom: { secretKeyRef: { name: "a", key: "b" } } },
            { name: "TOKEN_FILE", value: "/secrets/token" },
            { name: "DB_PASSWORD_PATH", value: "a" },
          ],
        }),
      ],
    },
    { title: "a Secret", subjects: [{ ...file(`password: ${SECRET}`), type: "kubernetes:core/v1:Secret" }] },
  ],
  wrongType: { subjects: [{ ...file(`password: ${SECRET}`), type: "kubernetes:core/v1:Service" }] },
  unknown: [
    {
      title: "a variable of later",
      subjects: [
        pod({
          env: [
            { name: "DB_PASSWORD", value: UNKNOWN },
            { name: "COLOUR", value: UNKNOWN },
          ],
        }),
      ],
      says: [
        "Resource [shop]: the variable DB_PASSWORD of container web is not known before the deployment. Take it from a " +
          "Secret by valueFrom.",
      ],
    },
  ],
});
