import { type Backend, textOf, type VaultAnswer, type VaultCall, wordOf } from "../core/call.ts";
import type { VaultCluster } from "../core/cluster.ts";
import {
  badRequest,
  notFound,
  unsupportedOperation,
  unsupportedPath,
  VaultFailure,
} from "../core/failure.ts";
import { listBelow } from "../engines/paths.ts";
import { simpleBind } from "./ldap-bind.ts";
import { logIn, readTerms, shownTerms, type TokenTerms } from "./log-in.ts";

interface Config {
  url: string;
  userFolder: string;
  userAttribute: string;
  principalDomain: string;
  terms: TokenTerms;
}

/** Users of a directory: who may bind there may come in here. */
export class Ldap implements Backend {
  readonly type = "ldap";
  private readonly cluster: VaultCluster;
  private readonly mounted: string;
  private readonly policies = new Map<string, string[]>();
  private config: Config | null = null;

  constructor(cluster: VaultCluster, mounted: string) {
    this.cluster = cluster;
    this.mounted = mounted;
  }

  isOpen(path: string): boolean {
    return path.startsWith("login/");
  }

  async handle(call: VaultCall): Promise<VaultAnswer> {
    const [kind, name = ""] = call.path.split("/");
    if (call.path === "config") return this.configure(call);
    if (kind === "login" && call.method === "POST") return this.enter(call, name);
    if (kind !== "users") throw unsupportedPath();
    if (call.method === "LIST") return { data: { keys: listBelow(this.policies.keys(), "") } };
    if (call.method === "POST") this.policies.set(name, readTerms(call).policies);
    else if (call.method === "DELETE") this.policies.delete(name);
    else if (call.method === "GET") {
      const found = this.policies.get(name);
      if (!found) throw notFound();
      return { data: { policies: found.join(","), groups: "" } };
    } else throw unsupportedOperation();
    return { status: 204 };
  }

  private configure(call: VaultCall): VaultAnswer {
    if (call.method === "POST") {
      this.config = {
        url: wordOf(call, "url"),
        userFolder: textOf(call, "userdn"),
        userAttribute: textOf(call, "userattr", "cn"),
        principalDomain: textOf(call, "upndomain"),
        terms: readTerms(call),
      };
      return { status: 204 };
    }
    if (!this.config) throw notFound();
    const { url, userFolder, userAttribute, principalDomain, terms } = this.config;
    return {
      data: {
        url,
        userdn: userFolder,
        userattr: userAttribute,
        upndomain: principalDomain,
        ...shownTerms(terms),
      },
    };
  }

  private async enter(call: VaultCall, name: string): Promise<VaultAnswer> {
    const { config } = this;
    if (!config) throw badRequest("ldap backend not configured");
    const password = textOf(call, "password");
    // A bind without a password would be taken as one of nobody, and let everybody in.
    if (password === "")
      throw badRequest("password cannot be of zero length when passwordless binds are being denied");
    const { principalDomain, userAttribute, userFolder, url, terms } = config;
    const bound = principalDomain
      ? `${name}@${principalDomain}`
      : `${userAttribute}=${escaped(name)},${userFolder}`;
    let isRight: boolean;
    try {
      isRight = await simpleBind(url, bound, password);
    } catch {
      throw new VaultFailure(500, "error connecting to host: the directory does not answer");
    }
    if (!isRight) throw badRequest("ldap operation failed: failed to bind as user");
    const policies = [...terms.policies, ...(this.policies.get(name) ?? [])];
    const who = {
      path: `auth/${this.mounted}login/${name}`,
      displayName: `ldap-${name}`,
      meta: { username: name },
    };
    return { auth: logIn(this.cluster, call, { ...terms, policies }, who) };
  }
}

/** A value of a distinguished name (RFC 4514, 2.4). */
const escaped = (value: string) => value.replace(/[",+;<>\\=#]/g, (each) => `\\${each}`);
