import type { Backend, VaultAnswer, VaultCall } from "../core/call.ts";
import type { VaultCluster } from "../core/cluster.ts";
import { notFound, permissionDenied, unsupportedOperation } from "../core/failure.ts";
import { listBelow } from "./paths.ts";

/** What each token keeps for itself, and nobody else sees. */
export class Cubbyhole implements Backend {
  readonly type = "cubbyhole";
  private readonly cluster: VaultCluster;

  constructor(cluster: VaultCluster) {
    this.cluster = cluster;
  }

  handle({ method, path, body, token }: VaultCall): VaultAnswer {
    if (!token) throw permissionDenied();
    const { cubbyholes } = this.cluster;
    const own = cubbyholes.get(token.id) ?? new Map<string, Record<string, unknown>>();
    if (method === "LIST") return { data: { keys: listBelow(own.keys(), path) } };
    if (method === "GET") {
      const found = own.get(path);
      if (!found) throw notFound();
      return { data: found };
    }
    if (method === "POST") cubbyholes.set(token.id, own.set(path, { ...body }));
    else if (method === "DELETE") own.delete(path);
    else throw unsupportedOperation();
    return { status: 204 };
  }
}
