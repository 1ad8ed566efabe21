import { textOf, type VaultAnswer, type VaultCall, wordOf } from "../core/call.ts";
import { badRequest, notFound, VaultFailure } from "../core/failure.ts";
import { simpleBind } from "./ldap-bind.ts";
import { readTerms, shownTerms, type TokenTerms } from "./log-in.ts";
import { WayIn } from "./way-in.ts";

interface Config {
  url: string;
  userFolder: string;
  userAttribute: string;
  principalDomain: string;
  terms: TokenTerms;
}

/** Users of a directory: who may bind there may come in here. What is kept of each are further policies. */
export class Ldap extends WayIn<string[]> {
  readonly type = "ldap";
  protected readonly listing = {
    folder: "users",
    read: (call: VaultCall) => readTerms(call).policies,
    shown: (policies: string[]) => ({ policies: policies.join(","), groups: "" }),
  };
  private config: Config | null = null;

  isOpen(path: string): boolean {
    return path.startsWith("login/");
  }

  protected own(call: VaultCall): VaultAnswer | Promise<VaultAnswer> | null {
    if (call.path === "config") return this.configure(call);
    const [kind, name = ""] = call.path.split("/");
    return kind === "login" && call.method === "POST" ? this.enter(call, name) : null;
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
    const policies = [...terms.policies, ...(this.kept.get(name) ?? [])];
    const who = { displayName: `ldap-${name}`, meta: { username: name } };
    return this.letIn(call, { ...terms, policies }, who);
  }
}

/** A value of a distinguished name (RFC 4514, 2.4). */
const escaped = (value: string) => value.replace(/[",+;<>\\=#]/g, (each) => `\\${each}`);
