/** Keys of a stack with the Prometheus and the Alertmanager that an operator runs already. */
export const OPERATOR_SET = {
  backend: "operator",
  operator: { namespace: "kube-prometheus" },
  prometheus: {
    address: "https://prometheus.orders.dev",
    replicas: 2,
    retention: "35d",
    scrapeInterval: "30s",
  },
  alertmanager: { address: "https://alertmanager.orders.dev", replicas: 3 },
} as const;
