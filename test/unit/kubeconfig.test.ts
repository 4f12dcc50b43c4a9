import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parse, stringify } from "yaml";
import { checkKubeconfig } from "../../config/kubeconfig";
import { environmentOf } from "../support/stacks";
import { removeFolder, temporaryFolder } from "../support/program";

const { kubernetes: settings } = environmentOf("prod");

interface Config {
  readonly contexts?: unknown;
  readonly clusters?: unknown;
  readonly users?: unknown;
}

/** A kubeconfig that the provider takes, with some of its lists changed. */
function kubeconfig(changed: Config = {}): string {
  return stringify({
    contexts: [
      { name: "kind", context: { cluster: "kind" } },
      { name: "prod-1", context: { cluster: "production", user: "deployer" } },
    ],
    clusters: [{ name: "production", cluster: { server: "https://prod-1.example" } }],
    users: [{ name: "deployer", user: { token: "fake-text-of-token" } }],
    ...changed,
  });
}

describe("the kubeconfig of a stack", () => {
  let root: string;

  beforeEach(() => {
    root = temporaryFolder();
    jest.spyOn(os, "homedir").mockReturnValue(path.join(root, "home"));
    mkdirSync(path.join(root, "home/.kube"), { recursive: true });
  });

  afterEach(() => {
    jest.restoreAllMocks();
    removeFolder(root);
  });

  const put = (file: string, text: string): void => writeFileSync(path.join(root, file), text);
  const look = (file: string): readonly string[] =>
    checkKubeconfig("prod", { ...settings, kubeconfig: file }, undefined, root).map(
      ({ path: where, message, remedy }) => `${where}: ${message}. ${remedy}`,
    );
  const at = "Pulumi.prod.yaml: tocsin:kubernetes.kubeconfig: the kubeconfig";
  const other =
    "Name a kubeconfig that is there, or set its text: " +
    "pulumi config set --stack prod --secret 'tocsin:kubeconfig' < kubeconfig.yaml";

  it.each([
    ["below the home folder", "home/.kube/config", "~/.kube/config"],
    ["beside the program", "kubeconfig", "./kubeconfig"],
    ["in a folder whose name begins with a tilde", "~backup", "~backup"],
  ])("is found %s", (_sentence, file, written) => {
    put(file, kubeconfig());
    expect(look(written)).toEqual([]);
  });

  it("is found by its absolute path, also through a link and as JSON", () => {
    put("real", JSON.stringify(parse(kubeconfig())));
    symlinkSync(path.join(root, "real"), path.join(root, "link"));
    expect(look(path.join(root, "link"))).toEqual([]);
  });

  it.each<[string, () => void, string]>([
    ["is not there", () => undefined, "is not there"],
    ["is a folder", () => mkdirSync(path.join(root, "k")), "cannot be read [EISDIR]"],
    ["is broken", () => put("k", "contexts: ["), "is not a YAML document of keys"],
    ["is empty", () => put("k", ""), "is not a YAML document of keys"],
    [
      "has no server",
      () => put("k", kubeconfig({ clusters: null })),
      "has no server for the context [prod-1]",
    ],
    [
      "has no user",
      () => put("k", kubeconfig({ users: [{ name: "Deployer", user: {} }] })),
      "has no user for the context [prod-1]",
    ],
    [
      "names a file that is not there",
      () => put("k", kubeconfig({ users: [{ name: "deployer", user: { "client-key": "key.pem" } }] })),
      "names the client-key [key.pem], which cannot be read",
    ],
  ])("is refused where it %s", (_sentence, make, message) => {
    make();
    expect(look("k")).toEqual([`${at} [${root}/k] ${message}. ${other}`]);
  });

  it("is refused without the context, naming those that it has", () => {
    put("k", kubeconfig({ contexts: [{ name: "kind", context: {} }, { name: "prod" }] }));
    expect(look("k")).toEqual([
      `${at} [${root}/k] has no context [prod-1] among [kind, prod]. ` +
        "Name one of its contexts in tocsin:kubernetes.context, or another kubeconfig.",
    ]);
  });

  it("is refused where the program that hands out credentials is not there, and taken where it is", () => {
    const asks = (command: string): string =>
      kubeconfig({ users: [{ name: "deployer", user: { exec: { command } } }] });
    put("k", asks("tocsin-cloud-login"));
    expect(look("k")).toEqual([
      `${at} [${root}/k] asks the program [tocsin-cloud-login] for credentials, and there is no such program. ` +
        "Install it, or name a kubeconfig that does without.",
    ]);
    put("login", "#!/bin/sh\n");
    chmodSync(path.join(root, "login"), 0o755);
    put("k", asks("./login"));
    expect(look("k")).toEqual([]);
    put("k", asks("node"));
    expect(look("k")).toEqual([]);
  });

  it("is judged by its text where that is a secret, of which nothing is repeated", () => {
    const judge = (text: string): unknown =>
      checkKubeconfig("prod", { ...settings, kubeconfig: "absent" }, text, root).map(
        ({ path: where, message }) => [where, message],
      );
    expect(judge(kubeconfig())).toEqual([]);
    expect(judge("hunter2")).toEqual([
      ["Pulumi.prod.yaml: tocsin:kubeconfig", "the kubeconfig in this secret is not a YAML document of keys"],
    ]);
    expect(judge(kubeconfig({ contexts: [{ name: "hunter2", context: {} }] }))).toEqual([
      ["Pulumi.prod.yaml: tocsin:kubeconfig", "the kubeconfig in this secret has no context [prod-1]"],
    ]);
  });
});
