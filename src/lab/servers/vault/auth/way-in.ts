import type { Backend, VaultAnswer, VaultCall } from "../core/call.ts";
import type { VaultCluster } from "../core/cluster.ts";
import { notFound, unsupportedOperation, unsupportedPath } from "../core/failure.ts";
import { listBelow } from "../engines/paths.ts";
import { logIn, type TokenTerms } from "./log-in.ts";

/** How a way to log in keeps what it knows by name: roles, users, certificates. */
export interface Listing<Kept> {
  /** Where they lie: `role/NAME`, `users/NAME`. */
  folder: string;
  /** What is written becomes this; `before` is what was there. Throws VaultFailure. */
  read(call: VaultCall, before: Kept | undefined): Kept;
  /** What is told of one. */
  shown(kept: Kept): Record<string, unknown>;
}

/** A way to log in, mounted below `auth/`: whom it lets in, and what it knows of them by name. */
export abstract class WayIn<Kept> implements Backend {
  abstract readonly type: string;
  protected readonly cluster: VaultCluster;
  protected readonly kept = new Map<string, Kept>();
  protected abstract readonly listing: Listing<Kept>;
  private readonly mounted: string;

  constructor(cluster: VaultCluster, mounted: string) {
    this.cluster = cluster;
    this.mounted = mounted;
  }

  /** Whether whoever has no token yet may ask for it. */
  abstract isOpen(path: string): boolean;

  /** Anything but what is kept by name; null for that. */
  protected abstract own(call: VaultCall): VaultAnswer | Promise<VaultAnswer> | null;

  handle(call: VaultCall): VaultAnswer | Promise<VaultAnswer> {
    return this.own(call) ?? this.named(call);
  }

  /** The token of who has proven who they are; `path` is what they asked for, below the mount. */
  protected letIn(
    call: VaultCall,
    terms: TokenTerms,
    who: { displayName: string; meta: Record<string, string> },
  ): VaultAnswer {
    return { auth: logIn(this.cluster, call, terms, { path: `auth/${this.mounted}${call.path}`, ...who }) };
  }

  private named(call: VaultCall): VaultAnswer {
    const { folder, read, shown } = this.listing;
    const [kind, name = "", further] = call.path.split("/");
    if (kind !== folder || further !== undefined) throw unsupportedPath();
    if (call.method === "LIST") return { data: { keys: listBelow(this.kept.keys(), "") } };
    const found = this.kept.get(name);
    if (call.method === "POST") {
      this.kept.set(name, read(call, found));
      return { status: 204 };
    }
    if (call.method === "DELETE") {
      this.kept.delete(name);
      return { status: 204 };
    }
    if (call.method !== "GET") throw unsupportedOperation();
    if (!found) throw notFound();
    return { data: shown(found) };
  }
}
