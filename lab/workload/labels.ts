type LabelSet = Readonly<Record<string, string>>;

/** Whether a series has certain labels, whatever else it has. */
export function hasLabels(labels: LabelSet, wanted: LabelSet): boolean {
  return Object.entries(wanted).every(([label, value]) => labels[label] === value);
}
