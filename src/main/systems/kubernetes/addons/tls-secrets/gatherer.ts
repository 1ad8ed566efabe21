import type { FactValue } from "../../../../../shared/resource.ts";
import type { ClusterAccess } from "../../cluster-access.ts";
import type { Gatherer, Mirrored, TlsSecretPart } from "../../kinds/kind.ts";
import { resourceIds } from "../../kinds/seen.ts";
import type { Item } from "../../list-watch/items.ts";
import { boundedRows } from "../bounded-rows.ts";
import { certificateAnnotation } from "../cert-manager/names.ts";
import { factsOfChain } from "../certificate-facts.ts";
import { Readings } from "../readings.ts";
import { keptLabel } from "./names.ts";
import { keptByOpenShift } from "./openshift.ts";
import { certificatesIn } from "./read-secret.ts";

/** What the metadata of a Secret alone says: nothing of its content. */
export function tlsSecretPart({ metadata }: Item): TlsSecretPart | null {
  const { namespace, name, uid, resourceVersion, annotations, labels } = metadata;
  // What an installation has kept of before is served by nobody.
  if (namespace === null || labels[keptLabel] !== undefined) return null;
  return {
    is: "tls-secret",
    ...{ namespace, name, version: `${uid} ${resourceVersion}` },
    openshift: keptByOpenShift(metadata),
    managedBy: annotations[certificateAnnotation]?.slice(0, 300) ?? null,
  };
}

/**
 * Secrets of one type by their metadata. Where the estate has them read, each is fetched once per version: a Secret comes with its
 * private key, so that one is read at a time, its certificate is taken and the rest is dropped at once.
 */
export class TlsSecretGatherer implements Gatherer {
  readonly #access: ClusterAccess;
  readonly #kind: { folder: string; type: string };
  readonly #readings: Readings<Record<string, FactValue>>;

  constructor(access: ClusterAccess, kind: { folder: string; type: string }) {
    this.#access = access;
    this.#kind = kind;
    this.#readings = new Readings(access, factsIn);
  }

  gather(objects: Iterable<Mirrored>): Map<string, Mirrored> {
    const { system, clusterId: cluster } = this.#access;
    const { folder, type } = this.#kind;
    const rows = [...partsIn(objects)].flatMap((part) => {
      const facts = this.#factsOf(part);
      if (facts === null) return [];
      const { namespace, name } = part;
      const seen = {
        id: `${system}/${folder}/${namespace}/${name}`,
        kind: "certificate" as const,
        name: `${namespace}/${name}`,
        parent: resourceIds.namespace(system, namespace),
        facts: { "kubernetes.type": "Secret", "kubernetes.namespace": namespace, ...facts },
        problems: [],
      };
      return [{ key: `${namespace}/${name}`, seen }];
    });
    return boundedRows(rows, { cluster, what: `Secret ${type}`, refused: this.#readings.refused });
  }

  async complete(objects: Iterable<Mirrored>, signal: AbortSignal): Promise<boolean> {
    if (!this.#access.readsTlsSecrets) return false;
    const wanted = [...partsIn(objects)].map(({ namespace, name, version }) => ({
      version,
      path: `/api/v1/namespaces/${namespace}/secrets/${name}`,
    }));
    return this.#readings.next(wanted, signal);
  }

  /** Null for one of which nothing is known: it is not shown as fine, nor as anything. */
  #factsOf({ openshift, managedBy, version }: TlsSecretPart): Record<string, FactValue> | null {
    const read = this.#readings.of(version);
    if (read === null && openshift === null) return null;
    return {
      "certificate.notBefore": openshift?.notBefore ?? null,
      "certificate.notAfter": openshift?.notAfter ?? null,
      "certificate.issuer": openshift?.issuer ?? null,
      "certificate.names": [...(openshift?.names ?? [])],
      ...read,
      "certificate.from": openshift ? "openshift" : "secret",
      "certificate.renewal": openshift || managedBy !== null ? "automatic" : "manual",
      "certificate.renewsAt": openshift?.renewsAt ?? null,
      "certificate.renewedBy": managedBy === null ? (openshift?.keeper ?? null) : `Certificate ${managedBy}`,
      "certificate.usedBy": [...(openshift?.usedBy ?? [])],
    };
  }
}

function* partsIn(objects: Iterable<Mirrored>): Generator<TlsSecretPart> {
  for (const { part } of objects) if (part?.is === "tls-secret") yield part;
}

function factsIn(secret: unknown): Record<string, FactValue> | null {
  const shown = certificatesIn(secret);
  return shown && factsOfChain(shown);
}
