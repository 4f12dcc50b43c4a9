import { defineService, httpServer } from "tocsin";

/** Shop, as team shop declares it. */
export const shop = defineService(
  {
    id: "shop",
    title: "Shop",
    team: "shop",
    tier: 2,
    environments: ["prod"],
  },
  [
    httpServer({
      availability: "99.9%",
      latency: { threshold: "0.3", objective: "95%" },
      requestsPerSecond: 50,
    }),
  ],
);
