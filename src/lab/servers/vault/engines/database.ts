import { randomBytes } from "node:crypto";
import {
  type Backend,
  listOf,
  secondsOf,
  textOf,
  type VaultAnswer,
  type VaultCall,
  wordOf,
} from "../core/call.ts";
import { badRequest, notFound, unsupportedOperation, unsupportedPath } from "../core/failure.ts";
import { listBelow } from "./paths.ts";

interface Role {
  database: string;
  statements: string[];
  ttl: number;
  maxTtl: number;
}

/** Users of a database that are made for as long as their lease lasts. The databases are the lab's own: who is in them is `users`. */
export class Database implements Backend {
  readonly type = "database";
  readonly users = new Set<string>();
  private readonly roles = new Map<string, Role>();

  exists(path: string): boolean {
    return this.roles.has(path.replace(/^roles\//, ""));
  }

  handle(call: VaultCall): VaultAnswer {
    const [kind, name = "", ...rest] = call.path.split("/");
    if (rest.length > 0) throw unsupportedPath();
    if (kind === "creds" && call.method === "GET") return this.lend(name);
    if (kind !== "roles") throw unsupportedPath();
    if (call.method === "LIST") return { data: { keys: listBelow(this.roles.keys(), "") } };
    if (call.method === "POST") {
      this.roles.set(name, {
        database: wordOf(call, "db_name"),
        statements: listOf(call, "creation_statements"),
        ttl: secondsOf(call, "default_ttl", 3600),
        maxTtl: secondsOf(call, "max_ttl", 86_400),
      });
      return { status: 204 };
    }
    if (call.method === "DELETE") {
      this.roles.delete(name);
      return { status: 204 };
    }
    if (call.method !== "GET") throw unsupportedOperation();
    const role = this.roles.get(name);
    if (!role) throw notFound();
    const { database, statements, ttl, maxTtl } = role;
    return {
      data: {
        db_name: database,
        creation_statements: statements,
        default_ttl: ttl,
        max_ttl: maxTtl,
        credential_type: textOf(call, "credential_type", "password"),
      },
    };
  }

  private lend(name: string): VaultAnswer {
    const role = this.roles.get(name);
    if (!role) throw badRequest(`unknown role: ${name}`);
    const username = `v-${name}-${randomBytes(8).toString("hex")}`;
    this.users.add(username);
    return {
      data: { username, password: randomBytes(15).toString("base64url") },
      lease: {
        ttl: role.ttl,
        maxTtl: role.maxTtl,
        renewable: true,
        onRevoke: () => void this.users.delete(username),
      },
    };
  }
}
