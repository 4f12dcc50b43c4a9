import type { Failure, Service, World } from "./service";
import type { StoredObject } from "./store";
import { at, listAt, textAt, UNKNOWN, type Json, type Properties } from "./wire";

const FOLDER = "grafana:oss/folder:Folder";
const DASHBOARD = "grafana:oss/dashboard:Dashboard";
const CONTACT_POINT = "grafana:alerting/contactPoint:ContactPoint";
const POLICY = "grafana:alerting/notificationPolicy:NotificationPolicy";
const RULE_GROUP = "grafana:alerting/ruleGroup:RuleGroup";

/** Paths that replace, beside `orgId`. Source: the schema of the provider. */
const REPLACED: Readonly<Record<string, readonly string[]>> = {
  [FOLDER]: ["uid"],
  [RULE_GROUP]: ["folderUid", "name"],
  [CONTACT_POINT]: ["name", "disableProvenance"],
  "grafana:oss/dataSource:DataSource": ["uid"],
  "grafana:alerting/muteTiming:MuteTiming": ["name", "disableProvenance"],
};

/** Grafana as far as it refuses things. */
export const grafana: Service = {
  check: (type, inputs) => (type === DASHBOARD ? badDashboard(inputs) : []),
  nameOf: (type, inputs, urn) => {
    if (type === DASHBOARD) return textAt(model(inputs), "uid") ?? "";
    // An organisation has one tree of policies, whatever it is called.
    if (type === POLICY) return "policy";
    const folder = type === RULE_GROUP ? `${textAt(inputs, "folderUid") ?? ""}:` : "";
    const name = textAt(inputs, "uid") ?? textAt(inputs, "name") ?? urn.slice(urn.lastIndexOf("::") + 2);
    return `${folder}${name}`;
  },
  replacesOn: (type) => ["orgId", ...(REPLACED[type] ?? [])],
  computed: (type, inputs) => {
    const uid = type === DASHBOARD ? textAt(model(inputs), "uid") : textAt(inputs, "uid");
    return uid === undefined ? {} : { uid, url: `https://grafana.invalid/${uid}` };
  },
  refusal: (object, world) => Promise.resolve(missingFolder(object, world) ?? missingReceiver(object, world)),
  taken: (object) =>
    object.type === DASHBOARD
      ? `[POST /dashboards/db][412] a dashboard with the same uid already exists [${object.id}]`
      : `[409] ${object.type} [${object.id}] already exists`,
  isGlobal: () => false,
  release: (object, world) => {
    if (object.type !== CONTACT_POINT) return undefined;
    const policies = world.store.all(world.stack).filter((other) => other.type === POLICY);
    return policies.some((policy) => receivers(policy.inputs).includes(object.id))
      ? `[DELETE /v1/provisioning/contact-points][409] contact point [${object.id}] is used by a notification policy`
      : undefined;
  },
};

function model(inputs: Properties): Properties {
  const text = textAt(inputs, "configJson");
  try {
    return text === undefined ? {} : (JSON.parse(text) as Properties);
  } catch {
    return {};
  }
}

function badDashboard(inputs: Properties): readonly Failure[] {
  const property = "configJson";
  const text = inputs[property];
  if (text === UNKNOWN) return [];
  try {
    const uid = at(JSON.parse(typeof text === "string" ? text : "") as Json, "uid");
    return typeof uid === "string" && /^[\w-]{1,40}$/.test(uid)
      ? []
      : [
          {
            property,
            reason: `has the uid [${JSON.stringify(uid)}], not 1 to 40 of letters, digits, "-" and "_"`,
          },
        ];
  } catch {
    return [{ property, reason: "is not JSON" }];
  }
}

/** A folder is named by its uid, or by the id that the provider makes of it: `0:uid`. */
function missingFolder(object: StoredObject, world: World): string | undefined {
  const named =
    object.type === DASHBOARD
      ? textAt(object.inputs, "folder")
      : (textAt(object.inputs, "folderUid") ?? textAt(object.inputs, "parentFolderUid"));
  const uid = named?.slice(named.indexOf(":") + 1);
  return uid === undefined || world.store.get(world.stack, FOLDER, uid) !== undefined
    ? undefined
    : `[404] folder [${uid}] not found, wanted by [${object.id}]`;
}

function receivers(policy: Json): readonly string[] {
  return [textAt(policy, "contactPoint") ?? [], listAt(policy, "policies").flatMap(receivers)].flat();
}

function missingReceiver(object: StoredObject, world: World): string | undefined {
  if (object.type !== POLICY) return undefined;
  const missing = receivers(object.inputs).find(
    (name) => world.store.get(world.stack, CONTACT_POINT, name) === undefined,
  );
  return missing === undefined
    ? undefined
    : `[PUT /v1/provisioning/policies][400] receiver [${missing}] does not exist`;
}
