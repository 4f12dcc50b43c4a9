import { RegisterResourceResponse, type RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { getProject, getStack } from "@pulumi/pulumi/runtime/settings";

/** A registration as the program sent it; `inputs` are still in the wire's form. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly custom: boolean;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly parent: string;
  readonly provider: string;
  readonly dependencies: readonly string[];
  readonly retainOnDelete: boolean;
}

type Answer = (error: unknown, response: RegisterResourceResponse | undefined) => void;

const STACK = "pulumi:pulumi:Stack";

/**
 * Takes the place of the engine in a preview. The SDK's own mock gives children other URNs than the engine does and
 * accepts two resources of one URN, so registrations are answered here.
 */
export class RecordingMonitor extends MockMonitor {
  readonly registrations: Registration[] = [];
  /**
   * What no preview without the engine can accept. Every request is answered all the same: an error would reject
   * promises inside the SDK that nobody awaits, and end the process.
   */
  readonly refusals: string[];

  constructor() {
    const refusals: string[] = [];
    super({
      call: ({ token }) => {
        refusals.push(`the program calls [${token}], which only a deployment can answer`);
        return {};
      },
      newResource: ({ type, id, inputs }) => {
        refusals.push(`the program reads [${id ?? ""}] of [${type}], which only a deployment can do`);
        return { id, state: inputs as Record<string, unknown> };
      },
    });
    this.refusals = refusals;
  }

  // oxlint-disable-next-line typescript/require-await -- the signature is the SDK's
  override async registerResource(request: RegisterResourceRequest, answer: Answer): Promise<void> {
    const registration = registrationOf(request);
    const { urn } = registration;
    if (this.resources.has(urn)) {
      this.refusals.push(`two resources are called [${urn}]`);
    }
    this.registrations.push(registration);
    this.resources.set(urn, { urn, id: null, state: registration.inputs });
    const response = new RegisterResourceResponse();
    response.setUrn(urn);
    response.setObject(request.getObject());
    answer(undefined, response);
  }
}

function registrationOf(request: RegisterResourceRequest): Registration {
  const parent = request.getParent();
  const type = request.getType();
  const name = request.getName();
  return {
    type,
    name,
    urn: `urn:pulumi:${getStack()}::${getProject()}::${parentTypes(parent)}${type}::${name}`,
    custom: request.getCustom(),
    inputs: request.getObject()?.toJavaScript() ?? {},
    parent,
    provider: request.getProvider(),
    dependencies: [...request.getDependenciesList()].sort(),
    retainOnDelete: request.getRetainondelete() ?? false,
  };
}

/** The types above a resource, `a$b$`; the stack itself does not count. */
function parentTypes(parent: string): string {
  const types = parent.split("::")[2];
  return types === undefined || types === STACK ? "" : `${types}$`;
}
