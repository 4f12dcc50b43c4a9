import { defineService, httpServer, type Service } from "tocsin";

const own = defineService(
  {
    id: "shop",
    title: "Shop",
    team: "shop",
    tier: 2,
    environments: ["test", "prod-eu", "prod-us"],
  },
  [
    httpServer({
      availability: "99.9%",
      latency: { threshold: "0.3", objective: "95%" },
      requestsPerSecond: 50,
    }),
  ],
);

/** Shop, as team shop declares it. Customers in the EU were promised more than everybody else. */
export const shop: Service = {
  ...own,
  slos: own.slos.map((slo) =>
    slo.id === "availability" ? { ...slo, objective: { default: "99.9%", "prod-eu": "99.95%" } } : slo,
  ),
};
