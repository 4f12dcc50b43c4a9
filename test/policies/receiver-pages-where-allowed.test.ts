import { receiverPagesWhereAllowed } from "../../policies/rules/receiver-pages-where-allowed";
import { describePolicy } from "../support/policy-cases";
import { UNKNOWN, type Subject } from "../support/policy-requests";

const config = (integration: object, route: object = { receiver: "page" }): object => ({
  route,
  receivers: [{ name: "page", ...integration }],
});
const configMap = (document: object): Subject => ({
  type: "kubernetes:core/v1:ConfigMap",
  name: "alertmanager",
  props: { data: { "alertmanager.yml": JSON.stringify(document, undefined, 1) } },
});

const QUIET = { pages: false };
const PAGER = { pagerduty_configs: [{ routing_key_file: "/secrets/key" }] };
const woken = (place: string, kind: string): string =>
  `Resource [alertmanager]: ${place} wakes people by ${kind}, and this environment may not. Take it out, or say that ` +
  "the environment pages.";
const contactPoint: Subject = {
  type: "grafana:alerting/contactPoint:ContactPoint",
  name: "alertmanager",
  props: { name: "page", pagerduties: [{ integrationKey: "key" }], slacks: [{ url: "https://example.com" }] },
};

describePolicy(receiverPagesWhereAllowed, {
  fails: [
    {
      title: "a pager in a ConfigMap",
      subjects: [configMap(config(PAGER))],
      values: QUIET,
      says: [woken("receiver [page] of data key [alertmanager.yml]", "pagerduty")],
    },
    {
      title: "a pager in a Secret, encoded",
      subjects: [
        {
          type: "kubernetes:core/v1:Secret",
          name: "alertmanager",
          props: {
            data: {
              "alertmanager.yaml": Buffer.from(
                "route: {receiver: page}\nreceivers: [{name: page, opsgenie_configs: [{}]}]",
              ).toString("base64"),
            },
          },
        },
      ],
      values: QUIET,
      says: [woken("receiver [page] of data key [alertmanager.yaml]", "opsgenie")],
    },
    {
      title: "a contact point of Grafana",
      subjects: [contactPoint],
      values: QUIET,
      says: [woken("contact point [page]", "pagerduty")],
    },
    {
      title: "an object of the operator",
      subjects: [
        {
          type: "kubernetes:monitoring.coreos.com/v1alpha1:AlertmanagerConfig",
          name: "alertmanager",
          props: { spec: { receivers: [{ name: "page", victoropsConfigs: [{}] }] } },
        },
      ],
      values: QUIET,
      says: [woken("receiver [page] of spec", "victorops")],
    },
  ],
  passes: [
    { title: "a pager where nothing is said", subjects: [configMap(config(PAGER)), contactPoint] },
    {
      title: "a chat",
      subjects: [configMap(config({ slack_configs: [{ api_url_file: "/secrets/url" }] }))],
      values: QUIET,
    },
    {
      title: "a file that speaks of receivers and sends nothing",
      subjects: [configMap({ receivers: [PAGER] })],
      values: QUIET,
    },
  ],
  wrongType: { subjects: [{ ...contactPoint, type: "grafana:oss/folder:Folder" }], values: QUIET },
  unknown: [
    {
      title: "a file of later",
      subjects: [{ ...configMap({}), props: { data: { "alertmanager.yml": UNKNOWN } } }],
      values: QUIET,
      says: [
        "Resource [alertmanager]: data key [alertmanager.yml] was not checked for receivers that wake people: it is " +
          "not known before the deployment.",
      ],
    },
  ],
});
