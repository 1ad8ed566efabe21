import type { Backend, VaultAnswer, VaultCall } from "../core/call.ts";
import { badRequest, notFound, unsupportedOperation } from "../core/failure.ts";
import { listBelow } from "./paths.ts";

/** Secrets by their paths, without versions (KV 1). */
export class KeyValue1 implements Backend {
  readonly type: string = "kv";
  private readonly secrets = new Map<string, Record<string, unknown>>();

  exists(path: string): boolean {
    return this.secrets.has(path);
  }

  handle({ method, path, body }: VaultCall): VaultAnswer {
    if (method === "LIST") return { data: { keys: listBelow(this.secrets.keys(), path) } };
    if (method === "GET") {
      const found = this.secrets.get(path);
      if (!found) throw notFound();
      return { data: found };
    }
    if (method === "POST") {
      if (Object.keys(body).length === 0) throw badRequest("missing data fields");
      this.secrets.set(path, { ...body });
      return { status: 204 };
    }
    if (method === "DELETE") {
      this.secrets.delete(path);
      return { status: 204 };
    }
    throw unsupportedOperation();
  }
}
