import type { Duration } from "../slo/duration";
import type { Age } from "../slo/measure";
import type { Gauge, Job } from "../slo/telemetry";
import type { Part, ServiceHead } from "./define-service";
import { exporterOf, namesOf, podsOf, type Named } from "./names";
import { exporterGone, gaugeOf, seen, watch, type Watch } from "./watch";

/** A certificate, and who says when it ends. */
export interface Certificate extends Named {
  /**
   * The address that presents it, with `<environment>` for its name, which the blackbox exporter asks: what clients see,
   * whoever renews it. Or the name of a Certificate of cert-manager in the namespaces `<id>-<environment>`, which knows why
   * it is not renewed.
   */
  readonly of: { readonly address: string } | { readonly certManager: string };
  /** How long before its end somebody hears of it: renewals that work come earlier. @default "21d" */
  readonly soon?: Duration;
  /** How long before its end somebody is woken. @default "3d" */
  readonly last?: Duration;
  /** What differs from the job of the probe, or from `cert-manager` in the namespace `cert-manager`. */
  readonly job?: Partial<Job>;
}

/**
 * Source: blackbox_exporter 0.28, `probe_ssl_earliest_cert_expiry`; cert-manager 1.17, "Prometheus Metrics". Certificates of
 * the API server and of kubelets are those of the cluster, which rotates them: kubernetes-mixin asks for them.
 */
export function certificate(own: Certificate): Part {
  return (service) => {
    const job = jobOf(service, own);
    const measure = leftOf(service, own, job);
    const { soon = "21d", last = "3d" } = own;
    return watch(own, [
      ending(service, measure, { name: "CertificateEnding", severity: "warning", below: soon }),
      ending(service, measure, { name: "CertificateEndsSoon", severity: "critical", below: last }),
      ...("certManager" in own.of
        ? [notReady(service, own.of.certManager, job), exporterGone("CertManagerDown", job, "certificates")]
        : []),
    ]);
  };
}

function jobOf(service: ServiceHead, own: Certificate): Job {
  return "address" in own.of
    ? podsOf(service, namesOf(own).id("probe"), {
        instances: 1,
        probe: { module: "http-2xx", address: own.of.address },
        ...own.job,
      })
    : exporterOf(service, "cert-manager", {
        name: "cert-manager",
        namespace: "cert-manager",
        port: "http-metrics",
        ...own.job,
      });
}

/** Certificates are renewed with thirty days left, and normally have more. */
const USUAL_SECONDS = 60 * 86_400;

function leftOf(service: ServiceHead, { of }: Certificate, job: Job): Age {
  const timed = (gauge: Gauge): Gauge => ({ ...gauge, timestamp: true, normal: -USUAL_SECONDS });
  if ("address" in of) {
    const gauge = timed(
      gaugeOf(job, "probe_ssl_earliest_cert_expiry", "When the first certificate of the chain ends.", 0),
    );
    return { kind: "age", gauge, of: "oldest", ahead: true };
  }
  const certificates = seen(service, job, { name: of.certManager });
  const gauge = timed(
    certificates.gauge("certmanager_certificate_expiration_timestamp_seconds", "When a certificate ends.", 0),
  );
  return { kind: "age", gauge, where: certificates.own(gauge), of: "oldest", ahead: true };
}

function ending(
  { title }: ServiceHead,
  measure: Age,
  {
    below,
    ...about
  }: { readonly name: string; readonly severity: "critical" | "warning"; readonly below: Duration },
): Watch {
  return {
    alert: {
      ...about,
      category: "event",
      measure,
      when: { below },
      for: "15m",
      summary: `A certificate of ${title} ends`,
      description: `It ends in {{ $value | humanizeDuration }}; it should have been renewed with ${below} left.`,
    },
    advice: [
      "`openssl s_client -connect <host>:443 -servername <host> </dev/null | openssl x509 -noout -enddate -issuer` shows the one that clients get. A newer one in the Secret means that the server has not read it yet; none means that the renewal fails: `kubectl describe certificate,order,challenge -A`.",
    ],
  };
}

function notReady(service: ServiceHead, name: string, job: Job): Watch {
  const { gauge: gaugeSeen, own } = seen(service, job, { name, condition: "True" });
  const gauge = gaugeSeen("certmanager_certificate_ready_status", "Whether a certificate is ready.", 1);
  return {
    alert: {
      name: "CertificateNotReady",
      severity: "warning",
      category: "errors",
      measure: { kind: "level", gauge, where: own(gauge), of: "min" },
      when: { equals: "0" },
      for: "1h",
      summary: `cert-manager cannot renew ${name}`,
      description: "The Certificate is not ready: it is missing, wrong, or its renewal fails.",
    },
    advice: [
      `\`kubectl -n <namespace> describe certificate ${name}\` names the order that failed, and that the challenge.`,
    ],
  };
}
