import { nothingFound, scanList, type Alert, type RuleScan } from "./alerts";
import { fieldAt, firstOf, textOf, type Field } from "./field";
import { shownText } from "./shown";

/** An SLO whose alerts an operator writes: the page, whose severity the operator sets unless a label does. */
interface GeneratedAlert {
  readonly place: string;
  readonly severity: string | undefined;
  readonly labels: (name: string) => Field;
  readonly annotations: (name: string) => Field;
}

function generated({ place, severity, labels, annotations }: GeneratedAlert): Alert {
  const preset: Field = severity === undefined ? { state: "absent" } : { state: "known", value: severity };
  return {
    place,
    name: undefined,
    label: (name) => (name === "severity" ? firstOf(labels(name), preset) : labels(name)),
    annotation: annotations,
    waits: { state: "absent" },
    expressions: [],
    byOperator: true,
  };
}

/**
 * Sloth's PrometheusServiceLevel: a page and a ticket for every SLO. Their labels are those of the alert itself, of
 * `alerting`, of the SLO and of the service, in that order; Sloth sets no `severity` of its own.
 * Source: Sloth 0.16, `pkg/kubernetes/api/sloth/v1`.
 */
export function scanServiceLevel(props: unknown): RuleScan {
  const spec = fieldAt(props, "spec");
  const whole = spec.state === "known" ? spec.value : undefined;
  const slos = spec.state === "known" ? fieldAt(whole, "slos") : spec;
  return scanList(slos, "the list of SLOs in spec", (slo, position) => {
    const name = textOf(fieldAt(slo, "name"));
    const of = `SLO ${name === undefined ? `number ${position}` : shownText(name)} in spec`;
    const alert = (kind: string, key: string): Alert =>
      generated({
        place: `${kind} alert of ${of}`,
        severity: undefined,
        labels: (label) =>
          firstOf(
            fieldAt(slo, "alerting", key, "labels", label),
            fieldAt(slo, "alerting", "labels", label),
            fieldAt(slo, "labels", label),
            fieldAt(whole, "labels", label),
          ),
        annotations: (annotation) =>
          firstOf(
            fieldAt(slo, "alerting", key, "annotations", annotation),
            fieldAt(slo, "alerting", "annotations", annotation),
          ),
      });
    const kinds = [
      ["page", "pageAlert"],
      ["ticket", "ticketAlert"],
    ] as const;
    const enabled = kinds.filter(([, key]) => !isTrue(fieldAt(slo, "alerting", key, "disable")));
    return { ...nothingFound(), alerts: enabled.map(([kind, key]) => alert(kind, key)) };
  });
}

/** What Pyrra copies from the object to its alerts. */
const PROPAGATED = "pyrra.dev/";

/**
 * Pyrra's ServiceLevelObjective: alerts of severity critical and warning. Labels and annotations of the object whose
 * names begin with `pyrra.dev/` are theirs. Source: Pyrra 0.8, `slo/rules.go`.
 */
export function scanObjective(props: unknown): RuleScan {
  if (isTrue(fieldAt(props, "spec", "alerting", "disabled"))) {
    return nothingFound();
  }
  const alerts = ["critical", "warning"].map((severity) =>
    generated({
      place: `${severity} burn rate alert of the objective`,
      severity,
      labels: (label) => fieldAt(props, "metadata", "labels", `${PROPAGATED}${label}`),
      annotations: (annotation) => fieldAt(props, "metadata", "annotations", `${PROPAGATED}${annotation}`),
    }),
  );
  return { ...nothingFound(), alerts };
}

function isTrue(field: Field): boolean {
  return field.state === "known" && field.value === true;
}
