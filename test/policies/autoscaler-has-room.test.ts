import { autoscalerHasRoom } from "../../policies/rules/autoscaler-has-room";
import { describePolicy } from "../support/policy-cases";
import { UNKNOWN, type Subject } from "../support/policy-requests";

const scaler = (spec: object): Subject => ({
  type: "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
  name: "shop",
  props: {
    spec: {
      scaleTargetRef: { kind: "Deployment", name: "shop" },
      minReplicas: 2,
      maxReplicas: 5,
      metrics: [{ type: "Resource", resource: { name: "cpu" } }],
      ...spec,
    },
  },
});
const target = (spec: object, requests: unknown = { cpu: "1" }): Subject => ({
  type: "kubernetes:apps/v1:Deployment",
  name: "shop-deployment",
  props: {
    metadata: { name: "shop" },
    spec: { ...spec, template: { spec: { containers: [{ name: "web", resources: { requests } }] } } },
  },
});
const pager: Subject = {
  type: "grafana:alerting/contactPoint:ContactPoint",
  name: "page",
  props: { name: "page", pagerduties: [{}] },
};

describePolicy(autoscalerHasRoom, {
  fails: [
    {
      title: "no room",
      subjects: [scaler({ minReplicas: 5 })],
      says: [
        "Resource [shop]: minReplicas [5] is not below maxReplicas [5], so that it never acts. Set it lower.",
      ],
    },
    {
      title: "one replica where people are woken, which is what Kubernetes takes where nothing is said",
      subjects: [scaler({ minReplicas: null }), pager],
      says: [
        "Resource [shop]: minReplicas is [1] where people are woken. Set it to 2 at least, or one lost node is a page.",
      ],
    },
    {
      title: "a target with replicas and without requests",
      subjects: [scaler({}), target({ replicas: 3 }, { memory: "1Gi" })],
      says: [
        "Resource [shop]: its target [shop-deployment] states replicas, which a deployment would set back each time. " +
          "Leave them out there.",
        "Resource [shop]: container web of its target [shop-deployment] requests no cpu, which it measures by. " +
          "Request some.",
      ],
    },
  ],
  passes: [
    { title: "room, requests and no rival", subjects: [scaler({}), target({}), pager] },
    { title: "one replica where nobody is woken", subjects: [scaler({ minReplicas: 1 })] },
    { title: "a target of somebody else", subjects: [scaler({}), { ...target({ replicas: 3 }), props: {} }] },
  ],
  wrongType: { subjects: [{ ...scaler({ minReplicas: 5 }), type: "kubernetes:core/v1:Service" }, pager] },
  unknown: [
    {
      title: "numbers and requests of later",
      subjects: [scaler({ maxReplicas: UNKNOWN }), target({}, { cpu: UNKNOWN })],
      says: [
        "Resource [shop]: maxReplicas is not known before the deployment. Write it as a literal value.",
        "Resource [shop]: what container web of its target [shop-deployment] requests of cpu is not known before the " +
          "deployment. Write it as a literal value.",
      ],
    },
  ],
});
