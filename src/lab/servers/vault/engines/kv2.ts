import {
  type Backend,
  isTrue,
  mapOf,
  numberOf,
  timeWords,
  type VaultAnswer,
  type VaultCall,
} from "../core/call.ts";
import {
  badRequest,
  notFound,
  unsupportedOperation,
  unsupportedPath,
  VaultFailure,
} from "../core/failure.ts";
import { listBelow } from "./paths.ts";

interface Version {
  number: number;
  data: Record<string, unknown> | null;
  createdAt: number;
  deletedAt: number | null;
  isDestroyed: boolean;
}

interface Secret {
  versions: Map<number, Version>;
  current: number;
  createdAt: number;
  updatedAt: number;
  /** 0 for what the engine keeps. */
  mostVersions: number;
  casRequired: boolean;
  metadata: Record<string, string>;
}

const usualVersions = 10;

/** Secrets by their paths, each with its last versions (KV 2). */
export class KeyValue2 implements Backend {
  readonly type = "kv";
  private readonly now: () => number;
  private readonly secrets = new Map<string, Secret>();
  private mostVersions = 0;
  private casRequired = false;

  constructor(now: () => number) {
    this.now = now;
  }

  exists(path: string): boolean {
    const [, name = ""] = split(path);
    return this.secrets.has(name);
  }

  handle(call: VaultCall): VaultAnswer {
    const [kind, name] = split(call.path);
    switch (kind) {
      case "config":
        return this.config(call);
      case "data":
        return this.data(call, name);
      case "metadata":
        return this.metadata(call, name);
      case "subkeys":
        return this.subkeys(call, name);
      case "delete":
      case "undelete":
      case "destroy":
        return this.mark(call, kind, name);
      default:
        throw unsupportedPath();
    }
  }

  private config(call: VaultCall): VaultAnswer {
    if (call.method === "POST") {
      this.mostVersions = numberOf(call, "max_versions", this.mostVersions);
      this.casRequired = isTrue(call, "cas_required", this.casRequired);
      return { status: 204 };
    }
    const { mostVersions, casRequired } = this;
    return {
      data: { max_versions: mostVersions, cas_required: casRequired, delete_version_after: "0s" },
    };
  }

  private data(call: VaultCall, name: string): VaultAnswer {
    if (call.method === "POST" || call.method === "PATCH") return this.write(call, name);
    const secret = this.secrets.get(name);
    if (call.method === "DELETE") {
      const version = secret?.versions.get(secret.current);
      if (version && version.deletedAt === null) version.deletedAt = this.now();
      return { status: 204 };
    }
    if (call.method !== "GET") throw unsupportedOperation();
    if (!secret) throw notFound();
    const asked = Number(call.query.get("version") ?? 0);
    const version = secret.versions.get(asked === 0 ? secret.current : asked);
    if (!version) throw notFound();
    const data = { data: version.data, metadata: shownVersion(version, secret.metadata) };
    const isGone = version.deletedAt !== null || version.isDestroyed;
    return isGone ? { status: 404, data: { ...data, data: null } } : { data };
  }

  private write(call: VaultCall, name: string): VaultAnswer {
    const given = call.body.data;
    if (typeof given !== "object" || given === null) throw badRequest("no data provided");
    const secret = this.secrets.get(name);
    const options = mapOf(call, "options");
    if (options.cas === undefined && (this.casRequired || secret?.casRequired))
      throw badRequest("check-and-set parameter required for this call");
    if (options.cas !== undefined && Number(options.cas) !== (secret?.current ?? 0))
      throw badRequest("check-and-set parameter did not match the current version");
    const before = secret?.versions.get(secret.current);
    const isPatch = call.method === "PATCH";
    if (isPatch && (!before?.data || before.deletedAt !== null)) throw notFound();
    const data = isPatch ? { ...before?.data, ...given } : { ...given };
    return { data: shownVersion(this.put(name, data), this.secrets.get(name)?.metadata ?? {}) };
  }

  private put(name: string, data: Record<string, unknown>): Version {
    const now = this.now();
    const secret = this.secrets.get(name) ?? this.make(name);
    secret.current += 1;
    secret.updatedAt = now;
    const version = {
      number: secret.current,
      data,
      createdAt: now,
      deletedAt: null,
      isDestroyed: false,
    };
    secret.versions.set(version.number, version);
    const kept = secret.mostVersions || this.mostVersions || usualVersions;
    for (const number of [...secret.versions.keys()])
      if (number <= secret.current - kept) secret.versions.delete(number);
    return version;
  }

  private make(name: string): Secret {
    const now = this.now();
    const secret = {
      versions: new Map<number, Version>(),
      current: 0,
      createdAt: now,
      updatedAt: now,
      mostVersions: 0,
      casRequired: false,
      metadata: {},
    };
    this.secrets.set(name, secret);
    return secret;
  }

  private metadata(call: VaultCall, name: string): VaultAnswer {
    if (call.method === "LIST") return { data: { keys: listBelow(this.secrets.keys(), name) } };
    if (call.method === "POST") {
      const secret = this.secrets.get(name) ?? this.make(name);
      secret.mostVersions = numberOf(call, "max_versions", secret.mostVersions);
      secret.casRequired = isTrue(call, "cas_required", secret.casRequired);
      if (call.body.custom_metadata !== undefined) secret.metadata = mapOf(call, "custom_metadata");
      return { status: 204 };
    }
    if (call.method === "DELETE") {
      this.secrets.delete(name);
      return { status: 204 };
    }
    const secret = this.secrets.get(name);
    if (!secret) throw notFound();
    const { versions, current, createdAt, updatedAt, mostVersions, casRequired, metadata } = secret;
    return {
      data: {
        cas_required: casRequired,
        created_time: timeWords(createdAt),
        current_version: current,
        custom_metadata: Object.keys(metadata).length > 0 ? metadata : null,
        delete_version_after: "0s",
        max_versions: mostVersions,
        oldest_version: versions.size === 0 ? 0 : Math.min(...versions.keys()),
        updated_time: timeWords(updatedAt),
        versions: Object.fromEntries(
          [...versions.values()].map((version) => {
            const { created_time, deletion_time, destroyed } = shownVersion(version, {});
            return [String(version.number), { created_time, deletion_time, destroyed }];
          }),
        ),
      },
    };
  }

  private subkeys({ method, query }: VaultCall, name: string): VaultAnswer {
    if (method !== "GET") throw unsupportedOperation();
    const secret = this.secrets.get(name);
    const version = secret?.versions.get(Number(query.get("version") ?? 0) || secret.current);
    if (!secret || !version?.data || version.deletedAt !== null) throw notFound();
    return {
      data: { metadata: shownVersion(version, secret.metadata), subkeys: withoutValues(version.data) },
    };
  }

  private mark(call: VaultCall, how: "delete" | "undelete" | "destroy", name: string): VaultAnswer {
    if (call.method !== "POST") throw unsupportedOperation();
    const given = call.body.versions;
    if (!Array.isArray(given) || given.length === 0) throw badRequest("No version number provided");
    const secret = this.secrets.get(name);
    if (!secret) throw new VaultFailure(404);
    for (const version of given.map((each) => secret.versions.get(Number(each)))) {
      if (!version || version.isDestroyed) continue;
      if (how === "delete") version.deletedAt ??= this.now();
      else if (how === "undelete") version.deletedAt = null;
      else {
        version.isDestroyed = true;
        version.data = null;
      }
    }
    return { status: 204 };
  }
}

function split(path: string): [string, string] {
  const slash = path.indexOf("/");
  return slash < 0 ? [path, ""] : [path.slice(0, slash), path.slice(slash + 1)];
}

function shownVersion(
  { number, createdAt, deletedAt, isDestroyed }: Version,
  metadata: Record<string, string>,
) {
  return {
    created_time: timeWords(createdAt),
    custom_metadata: Object.keys(metadata).length > 0 ? metadata : null,
    deletion_time: deletedAt === null ? "" : timeWords(deletedAt),
    destroyed: isDestroyed,
    version: number,
  };
}

/** The names of a secret's fields, with nothing in place of their values. */
function withoutValues(data: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [
      key,
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? withoutValues(value as Record<string, unknown>)
        : null,
    ]),
  );
}
