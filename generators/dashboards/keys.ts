/** Keys of panels that alerts lead to; the ids of the panels come from them and never change. */
export const KEYS = {
  /** `sli`, `budget`, `burn`, `coverage`, `errors`, `budget-history` or `burn-windows` of an SLO. */
  slo: (slo: string, part: string): string => `slo:${slo}:${part}`,
  quantiles: (selection: string): string => `latency:${selection}:quantiles`,
  declared: (id: string): string => `panel:${id}`,
  watched: (subject: string): string => `watched:${subject}`,
} as const;
