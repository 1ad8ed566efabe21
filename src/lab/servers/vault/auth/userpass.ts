import { randomBytes, scryptSync, timingSafeEqual } from "node:crypto";
import { type Backend, type VaultAnswer, type VaultCall, wordOf } from "../core/call.ts";
import type { VaultCluster } from "../core/cluster.ts";
import { badRequest, notFound, unsupportedOperation, unsupportedPath } from "../core/failure.ts";
import { listBelow } from "../engines/paths.ts";
import { logIn, readTerms, shownTerms, type TokenTerms } from "./log-in.ts";

interface User {
  salt: Buffer;
  hash: Buffer;
  terms: TokenTerms;
}

const hashOf = (password: string, salt: Buffer) => scryptSync(password, salt, 32, { N: 1024 });

/** Users and their passwords. */
export class Userpass implements Backend {
  readonly type = "userpass";
  private readonly cluster: VaultCluster;
  private readonly mounted: string;
  private readonly users = new Map<string, User>();

  constructor(cluster: VaultCluster, mounted: string) {
    this.cluster = cluster;
    this.mounted = mounted;
  }

  isOpen(path: string): boolean {
    return path.startsWith("login/");
  }

  exists(path: string): boolean {
    return this.users.has(path.replace(/^users\//, ""));
  }

  handle(call: VaultCall): VaultAnswer {
    const [kind, name = "", further] = call.path.split("/");
    if (kind === "login" && call.method === "POST") return this.enter(call, name);
    if (kind !== "users") throw unsupportedPath();
    if (call.method === "LIST") return { data: { keys: listBelow(this.users.keys(), "") } };
    const user = this.users.get(name);
    if (call.method === "POST") {
      if (!user || further === "password" || call.body.password !== undefined) {
        const salt = randomBytes(16);
        const hash = hashOf(wordOf(call, "password"), salt);
        const terms = further === "password" && user ? user.terms : readTerms(call);
        this.users.set(name, { salt, hash, terms });
      } else user.terms = readTerms(call);
      return { status: 204 };
    }
    if (call.method === "DELETE") {
      this.users.delete(name);
      return { status: 204 };
    }
    if (call.method !== "GET") throw unsupportedOperation();
    if (!user) throw notFound();
    return { data: shownTerms(user.terms) };
  }

  private enter(call: VaultCall, name: string): VaultAnswer {
    const user = this.users.get(name);
    const salt = user?.salt ?? Buffer.alloc(16);
    const isRight = timingSafeEqual(hashOf(wordOf(call, "password"), salt), user?.hash ?? Buffer.alloc(32));
    if (!user || !isRight) throw badRequest("invalid username or password");
    const who = {
      path: `auth/${this.mounted}login/${name}`,
      displayName: `userpass-${name}`,
      meta: { username: name },
    };
    return { auth: logIn(this.cluster, call, user.terms, who) };
  }
}
