import type { ClusterAccess } from "../../cluster-access.ts";
import type { ChallengePart, Gatherer, Mirrored } from "../../kinds/kind.ts";
import { type Item, metadataSchema } from "../../list-watch/items.ts";
import { readObject } from "../objects.ts";
import { attachedWay, certificateOf, wayOf } from "./issuance.ts";
import { acmePrefix } from "./names.ts";

/** How many orders are asked for in one round. */
const mostAsked = 25;

/** A Challenge that is not done: it names its Order alone, and that its Certificate. */
export function challengePart(item: Item): ChallengePart | null {
  const { namespace, name, ownerReferences } = item.metadata;
  const order = ownerReferences.find(({ kind }) => kind === "Order");
  const way = wayOf("Challenge", item);
  if (namespace === null || !order || !way) return null;
  return { is: "challenge", namespace, name, order: order.name, orderUid: order.uid, way };
}

/** Challenges are told of the Certificates of their Orders, each of which is asked for once. */
export class ChallengeGatherer implements Gatherer {
  readonly #access: ClusterAccess;
  /** By order; null: it is gone, or names none. */
  readonly #certificates = new Map<string, string | null>();

  constructor(access: ClusterAccess) {
    this.#access = access;
  }

  gather(objects: Iterable<Mirrored>): Map<string, Mirrored> {
    const found = new Map<string, Mirrored>();
    for (const { namespace, name, orderUid, way } of partsIn(objects)) {
      const attached = attachedWay(this.#certificates.get(orderUid) ?? null, way);
      if (attached) found.set(`${namespace}/${name}`, { seen: null, attached, part: null });
    }
    return found;
  }

  async complete(objects: Iterable<Mirrored>, signal: AbortSignal): Promise<boolean> {
    const parts = [...partsIn(objects)];
    const orders = new Map(parts.map((part) => [part.orderUid, part]));
    for (const known of this.#certificates.keys()) if (!orders.has(known)) this.#certificates.delete(known);
    const unknown = [...orders.values()].filter(({ orderUid }) => !this.#certificates.has(orderUid));
    for (const { namespace, order, orderUid } of unknown.slice(0, mostAsked)) {
      const path = `${acmePrefix}/namespaces/${namespace}/orders/${order}`;
      const metadata = metadataSchema.safeParse((await readObject(this.#access, path, signal))?.metadata);
      const certificate = metadata.success ? certificateOf(this.#access.system, metadata.data) : null;
      this.#certificates.set(orderUid, certificate);
    }
    return unknown.length > 0;
  }
}

function* partsIn(objects: Iterable<Mirrored>): Generator<ChallengePart> {
  for (const { part } of objects) if (part?.is === "challenge") yield part;
}
