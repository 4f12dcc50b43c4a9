import type { Environment } from "../plan/environment";
import type { MonitoringPlan } from "../plan/monitoring-plan";
import type { Problem } from "../slo/problem";
import type { StackSecrets } from "./environment";
import { configPath } from "./keys";
import { otherKeys, receiverKeys } from "./secrets";

/** What a configuration says that is most likely a slip, though a mirror or a secret for later may be meant. */
export function configNotices(
  source: string,
  environment: Environment,
  plan: MonitoringPlan,
  secrets: StackSecrets,
): readonly Problem[] {
  return [...foreignImages(source, environment), ...unusedSecrets(source, plan, secrets)];
}

/** Images whose name does not hold that of their program; registries and folders may have any name. */
function foreignImages(
  source: string,
  { prometheus, alertmanager, runbookSite, blackbox, longTerm }: Environment,
): readonly Problem[] {
  const images = [
    { path: ["prometheus", "image"], image: prometheus.image, program: "prometheus" },
    { path: ["alertmanager", "image"], image: alertmanager.image, program: "alertmanager" },
    { path: ["alertmanager", "reloaderImage"], image: alertmanager.reloaderImage, program: "reloader" },
    { path: ["runbookSite", "image"], image: runbookSite.image, program: "nginx" },
    { path: ["blackbox", "image"], image: blackbox.image, program: "blackbox" },
    ...(longTerm === undefined
      ? []
      : [{ path: ["longTerm", "image"], image: longTerm.image, program: "thanos" } as const]),
  ] as const;
  return images
    .filter(({ image, program }) => !(image.split("/").at(-1) ?? "").split(/[:@]/)[0]?.includes(program))
    .map(({ path, image, program }) => ({
      code: "image-foreign",
      path: `${source}: ${configPath(path)}`,
      message: `[${image}] has a name without [${program}]`,
      remedy: "Verify that it is an image of this program, under the name that your registry gives it.",
    }));
}

/** Secrets that nobody reads: one that is misspelt, or left over. */
function unusedSecrets(
  source: string,
  plan: MonitoringPlan,
  { receivers }: StackSecrets,
): readonly Problem[] {
  const used = [...receiverKeys(plan), ...otherKeys(plan)];
  return Object.keys(receivers)
    .filter((key) => !used.includes(key))
    .map((key) => ({
      code: "secret-unused",
      path: `${source}: ${configPath(["secrets", key])}`,
      message: "nothing uses this secret",
      remedy: `Delete it, or name it where something is to read it. ${used.length === 0 ? "None is read here." : `Those that are read: ${used.join(", ")}.`}`,
    }));
}
