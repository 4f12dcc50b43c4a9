import { expectedVolume } from "../volume";
import { TOCSIN } from "../../slo/command";
import type { Check } from "./check";

/** Of what the contracts declare, so much may be there before somebody looks. */
const MOST = 2;

/**
 * Whether a server holds what `tocsin size` counts with: a label with values that nobody declared fills its memory. What others
 * scrape there as well, as with an operator, is nobody's mistake.
 */
export const size: Check = ({ plan, server, home, place }) => {
  const { series } = expectedVolume(plan, ({ backend }) => backend.metrics === home);
  return home === "operator" || server.series <= MOST * series
    ? {}
    : {
        seen: [
          {
            path: place(["prometheus", "resources", "memory"]),
            message: `the server holds [${server.series}] series, and the contracts declare about ${Math.round(series)}`,
            remedy: `See by its page /tsdb-status which label has grown; \`${TOCSIN} size\` counts memory and disk by the contracts.`,
          },
        ],
      };
};
