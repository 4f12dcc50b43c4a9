import type { Subject } from "./policy-requests";

/** How a policy names the alert `ShopDown` of `inFile`. */
export const IN_FILE = "Resource [shop]: alert [ShopDown] of group [shop] in data key [shop.yml]";

/** A rule in a file of a ConfigMap. */
export function inFile(rule: object): Subject {
  return {
    type: "kubernetes:core/v1:ConfigMap",
    name: "shop",
    props: { data: { "shop.yml": JSON.stringify({ groups: [{ name: "shop", rules: [rule] }] }) } },
  };
}

/** The same in an object of the Prometheus operator. */
export function inKind(rule: object): Subject {
  return {
    type: "kubernetes:monitoring.coreos.com/v1:PrometheusRule",
    name: "shop",
    props: { spec: { groups: [{ name: "shop", rules: [rule] }] } },
  };
}
