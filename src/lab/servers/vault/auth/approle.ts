import { randomUUID } from "node:crypto";
import {
  isTrue,
  listOf,
  numberOf,
  secondsOf,
  textOf,
  timeWords,
  type VaultAnswer,
  type VaultCall,
  wordOf,
} from "../core/call.ts";
import { badRequest, notFound, unsupportedOperation, unsupportedPath } from "../core/failure.ts";
import { listBelow } from "../engines/paths.ts";
import { readTerms, shownTerms, type TokenTerms } from "./log-in.ts";
import { WayIn } from "./way-in.ts";

interface SecretId {
  id: string;
  accessor: string;
  createdAt: number;
  expiresAt: number | null;
  /** How often it may still be used; 0 for as often as wanted. */
  uses: number;
}

interface Role {
  id: string;
  bindsSecret: boolean;
  secretTtl: number;
  secretUses: number;
  terms: TokenTerms;
  secrets: Map<string, SecretId>;
}

/** Roles of programs, each with an identifier and secrets that are given out for it. */
export class AppRole extends WayIn<Role> {
  readonly type = "approle";
  protected readonly listing = {
    folder: "role",
    read: (call: VaultCall, before: Role | undefined): Role => ({
      id: textOf(call, "role_id") || (before?.id ?? randomUUID()),
      bindsSecret: isTrue(call, "bind_secret_id", true),
      secretTtl: secondsOf(call, "secret_id_ttl"),
      secretUses: numberOf(call, "secret_id_num_uses", 0),
      terms: readTerms(call),
      secrets: before?.secrets ?? new Map(),
    }),
    shown: ({ bindsSecret, secretTtl, secretUses, terms }: Role) => ({
      bind_secret_id: bindsSecret,
      secret_id_ttl: secretTtl,
      secret_id_num_uses: secretUses,
      ...shownTerms(terms),
    }),
  };

  isOpen(path: string): boolean {
    return path === "login";
  }

  exists(path: string): boolean {
    return this.kept.has(path.replace(/^role\//, ""));
  }

  protected own(call: VaultCall): VaultAnswer | null {
    if (call.path === "login" && call.method === "POST") return this.enter(call);
    const [kind, name = "", part, further] = call.path.split("/");
    if (kind !== "role" || part === undefined) return null;
    const role = this.kept.get(name);
    if (!role) throw notFound();
    if (part === "role-id") return this.identifier(call, role);
    if (part === "secret-id") return this.secret(call, role, further);
    if (part === "custom-secret-id" && call.method === "POST")
      return this.giveOut(call, role, wordOf(call, "secret_id"));
    throw unsupportedPath();
  }

  private identifier(call: VaultCall, role: Role): VaultAnswer {
    if (call.method === "GET") return { data: { role_id: role.id } };
    if (call.method !== "POST") throw unsupportedOperation();
    role.id = wordOf(call, "role_id");
    return { status: 204 };
  }

  private secret(call: VaultCall, role: Role, further: string | undefined): VaultAnswer {
    if (call.method === "LIST")
      return {
        data: {
          keys: listBelow(
            [...role.secrets.values()].map(({ accessor }) => accessor),
            "",
          ),
        },
      };
    if (call.method !== "POST") throw unsupportedOperation();
    if (further === undefined) return this.giveOut(call, role, randomUUID());
    const id = wordOf(call, "secret_id");
    if (further === "destroy") {
      role.secrets.delete(id);
      return { status: 204 };
    }
    const found = role.secrets.get(id);
    if (further !== "lookup") throw unsupportedPath();
    if (!found) return { status: 204 };
    return {
      data: {
        secret_id_accessor: found.accessor,
        creation_time: timeWords(found.createdAt),
        expiration_time: found.expiresAt === null ? "0001-01-01T00:00:00Z" : timeWords(found.expiresAt),
        secret_id_num_uses: found.uses,
        secret_id_ttl: role.secretTtl,
        cidr_list: listOf(call, "cidr_list"),
      },
    };
  }

  private giveOut(call: VaultCall, role: Role, id: string): VaultAnswer {
    const now = this.cluster.now();
    const ttl = secondsOf(call, "ttl", role.secretTtl);
    const made: SecretId = {
      id,
      accessor: randomUUID(),
      createdAt: now,
      expiresAt: ttl === 0 ? null : now + ttl * 1000,
      uses: numberOf(call, "num_uses", role.secretUses),
    };
    role.secrets.set(id, made);
    return {
      data: {
        secret_id: id,
        secret_id_accessor: made.accessor,
        secret_id_ttl: ttl,
        secret_id_num_uses: made.uses,
      },
    };
  }

  private enter(call: VaultCall): VaultAnswer {
    const asked = wordOf(call, "role_id");
    const [name, role] = [...this.kept].find(([, { id }]) => id === asked) ?? [];
    if (name === undefined || !role) throw badRequest("invalid role or secret ID");
    if (role.bindsSecret) {
      const secret = role.secrets.get(wordOf(call, "secret_id"));
      if (!secret || (secret.expiresAt !== null && secret.expiresAt <= this.cluster.now()))
        throw badRequest("invalid role or secret ID");
      if (secret.uses === 1) role.secrets.delete(secret.id);
      else if (secret.uses > 1) secret.uses -= 1;
    }
    return this.letIn(call, role.terms, { displayName: "approle", meta: { role_name: name } });
  }
}
