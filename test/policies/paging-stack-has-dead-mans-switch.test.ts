import { pagingStackHasDeadMansSwitch } from "../../policies/rules/paging-stack-has-dead-mans-switch";
import { describePolicy } from "../support/policy-cases";
import { UNKNOWN, type Subject } from "../support/policy-requests";

const config = (
  integration: object,
  route: object = {
    receiver: "page",
    routes: [{ receiver: "heartbeat", matchers: ['alertname="Watchdog"', 'service="shop"'] }],
  },
): object => ({
  route,
  receivers: [
    { name: "page", pagerduty_configs: [{}] },
    { name: "heartbeat", webhook_configs: [integration] },
  ],
});
const configMap = (document: object): Subject => ({
  type: "kubernetes:core/v1:ConfigMap",
  name: "alertmanager",
  props: { data: { "alertmanager.yml": JSON.stringify(document, undefined, 1) } },
});

const PAGES = "Resource [alertmanager]: it wakes people, and";
const watchdog: Subject = {
  type: "kubernetes:monitoring.coreos.com/v1:PrometheusRule",
  name: "self",
  props: { spec: { groups: [{ name: "self", rules: [{ alert: "Watchdog", expr: "vector(1)" }] }] } },
};
const secret = (url: unknown): Subject => ({
  type: "kubernetes:core/v1:Secret",
  name: "receivers",
  props: { stringData: { "heartbeat-url": url } },
});
const IN_FILE = { url_file: "/etc/secrets/heartbeat-url" };
const INSIDE = `${PAGES} its heartbeat stays inside the cluster. Send it to a service elsewhere, which does not die with it.`;

describePolicy(pagingStackHasDeadMansSwitch, {
  fails: [
    {
      title: "a pager without any of it",
      subjects: [configMap(config({}, { receiver: "page" }))],
      says: [
        `${PAGES} no rule of the stack is called one of [Watchdog]. Add an alert that always fires.`,
        `${PAGES} no route leads one of [Watchdog] to a receiver of its own. Send it to a heartbeat service.`,
      ],
    },
    ...[
      "http://alertmanager:9093/",
      "http://a.b.svc/",
      "https://10.1.2.3/",
      "http://127.0.0.1:1/",
      "https://x.internal/",
    ].map((url) => ({
      title: `a heartbeat to ${url}`,
      subjects: [configMap(config({ url })), watchdog],
      says: [INSIDE],
    })),
    {
      title: "a heartbeat inside, by a Secret of the stack",
      subjects: [configMap(config(IN_FILE)), watchdog, secret("http://a.monitoring.svc/")],
      says: [INSIDE],
    },
    {
      title: "an older way of matching, to a receiver that is not there",
      subjects: [
        configMap(
          config({}, { receiver: "page", routes: [{ receiver: "gone", match: { alertname: "Watchdog" } }] }),
        ),
        watchdog,
      ],
      says: [
        `${PAGES} no route leads one of [Watchdog] to a receiver of its own. Send it to a heartbeat service.`,
      ],
    },
  ],
  passes: [
    {
      title: "a heartbeat outside",
      subjects: [configMap(config({ url: "https://hc.example.com/1" })), watchdog],
    },
    {
      title: "a heartbeat outside, by a Secret of the stack",
      subjects: [configMap(config(IN_FILE)), watchdog, secret("https://hc.example.com/1")],
    },
    {
      title: "a heartbeat of Grafana",
      subjects: [
        watchdog,
        {
          type: "grafana:alerting/contactPoint:ContactPoint",
          name: "page",
          props: { name: "page", opsgenies: [{}] },
        },
        {
          type: "grafana:alerting/contactPoint:ContactPoint",
          name: "heartbeat",
          props: { name: "heartbeat", webhooks: [{ url: "https://hc.example.com/1" }] },
        },
        {
          type: "grafana:alerting/notificationPolicy:NotificationPolicy",
          name: "policy",
          props: {
            contactPoint: "page",
            policies: [
              {
                contactPoint: "heartbeat",
                matchers: [{ label: "alertname", match: "=", value: "Watchdog" }],
              },
            ],
          },
        },
      ],
    },
    {
      title: "a stack that wakes nobody",
      subjects: [configMap({ route: { receiver: "a" }, receivers: [{ name: "a", slack_configs: [{}] }] })],
    },
    { title: "a stack without receivers", subjects: [watchdog] },
  ],
  wrongType: { subjects: [{ ...configMap(config({})), type: "kubernetes:core/v1:Service" }] },
  unknown: [
    {
      title: "an address of later, or of somebody else",
      subjects: [configMap(config(IN_FILE)), watchdog, secret(UNKNOWN)],
      says: [
        "Resource [alertmanager]: where its heartbeat goes is not in the stack. See that it is outside the cluster.",
      ],
    },
  ],
});
