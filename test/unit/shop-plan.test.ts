import { alertRoutes } from "../../backends/alertmanager/routes";
import { checkBackend } from "../../backends/check";
import { monitoringFiles, probeFiles, runbookFiles } from "../../backends/files";
import { allObjects, clusterObjects } from "../../backends/kubernetes/cluster";
import { kubernetesFiles } from "../../backends/kubernetes/files";
import { planWith, shopOf } from "../support/http-shop";

/** The whole way of the data with one service, which `npm run test:quick` has nowhere else. */
describe("the plan of a service as the scaffold makes it", () => {
  const plan = planWith(shopOf("95%", "28d"));

  it("pages for its outage and its errors, and says the rest where people work", () => {
    const told = alertRoutes(plan)
      .filter(({ labels }) => labels["service"] === "shop")
      .map(({ labels, receivers }) => {
        return [labels["alertname"], labels["slo"], ...receivers].join(" ");
      });
    expect(told).toEqual([
      "ErrorBudgetBurnTicket availability warning-default",
      "ErrorBudgetBurnTicket latency warning-default",
      "ErrorBudgetCaution availability info-default",
      "ErrorBudgetCaution latency info-default",
      "ErrorBudgetExhausting availability warning-default",
      "ErrorBudgetExhausting latency warning-default",
      "HighErrorBudgetBurnRate availability page-default",
      "HighErrorBudgetBurnRate latency warning-default",
      "LowErrorBudget availability warning-default",
      "LowErrorBudget latency warning-default",
      "SLIDataMissing availability warning-default",
      "SLIDataMissing latency warning-default",
      "SLIOutsideContract availability warning-default",
      "SLIOutsideContract latency warning-default",
      "SLOBucketMissing latency warning-default",
      "ServiceDown availability page-default",
      "TargetsDown none-TargetsDown warning-default",
    ]);
  });

  it("is taken by every backend, and written down as files that are not empty", () => {
    expect(checkBackend(plan)).toEqual([]);
    const files = new Map([
      ...monitoringFiles(plan),
      ...probeFiles(plan),
      ...runbookFiles(plan),
      ...kubernetesFiles(allObjects(clusterObjects(plan))),
    ]);
    expect([...files].filter(([, text]) => text.trim() === "")).toEqual([]);
    expect([...files.keys()]).toEqual(
      expect.arrayContaining([
        "prometheus/rules/shop.yml",
        "kubernetes/monitoring-statefulset-prometheus.yaml",
      ]),
    );
  });
});
