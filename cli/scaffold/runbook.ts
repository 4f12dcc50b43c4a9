import { runbookFile } from "../../plan/runbook";
import { runbookSlugs, type Service } from "../../slo/service";
import { namespaceIn } from "../../slo/telemetry";
import { titleOf } from "./names";
import type { Change } from "./service";

/** Whether an alert of the service leads to that page, so that there is a default one. */
export function isLedTo(service: Service, slug: string): boolean {
  return runbookSlugs(service).includes(slug);
}

/**
 * A file that adds to the default page, or a procedure that no alert leads to.
 * @param environment the one whose namespace a procedure names
 */
export function runbookChange(service: Service, slug: string, environment: string): Change {
  return {
    file: runbookFile({ service: service.id, slug }),
    kind: "create",
    text: isLedTo(service, slug) ? EXTENSION : procedure(service, slug, environment),
  };
}

/** It changes nothing yet: the line stands for the text of the default page. */
const EXTENSION = `---
extends: default
---

## Diagnosis

{{ default }}
`;

function procedure({ team, dashboard, telemetry }: Service, slug: string, environment: string): string {
  const [job] = telemetry.jobs;
  const says = {
    team,
    dashboard,
    title: titleOf(slug),
    job: job?.name ?? "",
    namespace: job === undefined ? "" : namespaceIn(job, environment),
  };
  return Object.entries(says).reduce((text, [word, value]) => text.replaceAll(`<${word}>`, value), PROCEDURE);
}

const PROCEDURE = `---
owner: <team>
dashboard: <dashboard>
procedure: true
---

# <title>

## Severity

**None.** No alert leads here; people come from another page.

## Summary

A measure on \`<job>\`, taken by hand. It has a check before it, a way back, and a check after it.

## Impact

A restart or a release takes one instance after the other; users are served by the rest.

## Diagnosis

### Step 1: See that nothing else is going on

\`\`\`bash
kubectl -n <namespace> get pods -l app.kubernetes.io/name=<job> -o wide
kubectl -n <namespace> rollout history deployment/<job>
\`\`\`

Every pod runs and is ready, and the last release is older than an hour.

## Resolution

### Option 1: Restart the instances

\`\`\`bash
kubectl -n <namespace> rollout restart deployment/<job>
kubectl -n <namespace> rollout status deployment/<job> --timeout=5m
\`\`\`

It worked when the pods of step 1 are new and ready.

## Escalation

- **Before:** somebody of team <team> knows of it.
- **It does not work within 30 minutes:** bring in a senior engineer; 60 minutes: manager on-call.

## Post-Incident

- [ ] Every temporary change is taken back
- [ ] This runbook has the lessons in it
`;
