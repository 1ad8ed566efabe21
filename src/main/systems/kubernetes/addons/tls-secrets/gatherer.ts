import type { FactValue } from "../../../../../shared/resource.ts";
import { chainOf } from "../../../../x509/chain.ts";
import { triedWordsOf } from "../../../../x509/read.ts";
import type { ClusterAccess } from "../../cluster-access.ts";
import type { Gatherer, Mirrored, TlsSecretPart } from "../../kinds/kind.ts";
import { resourceIds, timeOf } from "../../kinds/seen.ts";
import type { Item } from "../../list-watch/items.ts";
import { certificateAnnotation } from "../cert-manager/names.ts";
import { readObject } from "../objects.ts";
import { keptLabel, tlsSecretId } from "./names.ts";
import { certificatesIn } from "./read-secret.ts";

/** How many are fetched in one round. */
const mostFetched = 25;
/** OpenShift's signers write what they signed beside it. Source: openshift/library-go, pkg/operator/certrotation. */
const openshift = "auth.openshift.io/certificate-";

/** What the metadata of a Secret alone says: nothing of its content. */
export function tlsSecretPart({ metadata }: Item): TlsSecretPart | null {
  const { namespace, name, uid, resourceVersion, annotations, labels } = metadata;
  // What an installation has kept of before is served by nobody.
  if (namespace === null || labels[keptLabel] !== undefined) return null;
  return {
    is: "tls-secret",
    ...{ namespace, name, version: `${uid} ${resourceVersion}` },
    notBefore: timeOf(annotations[`${openshift}not-before`] ?? null),
    notAfter: timeOf(annotations[`${openshift}not-after`] ?? null),
    issuer: annotations[`${openshift}issuer`]?.slice(0, 300) ?? null,
    names: (annotations[`${openshift}hostnames`] ?? "")
      .split(",")
      .filter((each) => each !== "")
      .slice(0, 200),
    managedBy: annotations[certificateAnnotation]?.slice(0, 300) ?? null,
  };
}

/**
 * TLS secrets by their metadata. Where the estate has them read, each is fetched once per version: a Secret comes with its
 * private key, so that one is read at a time, its certificate is taken and the rest is dropped at once.
 */
export class TlsSecretGatherer implements Gatherer {
  readonly #access: ClusterAccess;
  /** By version; null: there is nothing in it that can be read. */
  readonly #facts = new Map<string, Record<string, FactValue> | null>();

  constructor(access: ClusterAccess) {
    this.#access = access;
  }

  gather(objects: Iterable<Mirrored>): Map<string, Mirrored> {
    const found = new Map<string, Mirrored>();
    for (const part of partsIn(objects)) {
      const facts = this.#factsOf(part);
      if (facts === null) continue;
      const { namespace, name } = part;
      const seen = {
        id: tlsSecretId(this.#access.system, namespace, name),
        kind: "certificate" as const,
        name: `${namespace}/${name}`,
        parent: resourceIds.namespace(this.#access.system, namespace),
        facts: { "kubernetes.type": "Secret", "kubernetes.namespace": namespace, ...facts },
        problems: [],
      };
      found.set(`${namespace}/${name}`, { seen, attached: null, part: null });
    }
    return found;
  }

  async complete(objects: Iterable<Mirrored>, signal: AbortSignal): Promise<boolean> {
    if (!this.#access.readsTlsSecrets) return false;
    const parts = [...partsIn(objects)];
    const versions = new Set(parts.map(({ version }) => version));
    for (const version of this.#facts.keys()) if (!versions.has(version)) this.#facts.delete(version);
    const unknown = parts.filter(({ version }) => !this.#facts.has(version)).slice(0, mostFetched);
    for (const { namespace, name, version } of unknown) {
      const path = `/api/v1/namespaces/${namespace}/secrets/${name}`;
      this.#facts.set(version, factsIn(await readObject(this.#access, path, signal)));
    }
    return unknown.length > 0;
  }

  /** Null for one of which nothing is known: it is not shown as fine, nor as anything. */
  #factsOf(part: TlsSecretPart): Record<string, FactValue> | null {
    const { notBefore, notAfter, issuer, names, managedBy, version } = part;
    const read = this.#facts.get(version) ?? null;
    if (read === null && notAfter === null) return null;
    const isOpenShift = notAfter !== null;
    return {
      "certificate.notBefore": notBefore,
      "certificate.notAfter": notAfter,
      "certificate.issuer": issuer,
      "certificate.names": [...names],
      ...read,
      "certificate.from": isOpenShift ? "openshift" : "secret",
      "certificate.renewal": isOpenShift || managedBy !== null ? "automatic" : "manual",
      "certificate.renewedBy":
        managedBy === null ? (isOpenShift ? "OpenShift" : null) : `Certificate ${managedBy}`,
    };
  }
}

function* partsIn(objects: Iterable<Mirrored>): Generator<TlsSecretPart> {
  for (const { part } of objects) if (part?.is === "tls-secret") yield part;
}

function factsIn(secret: unknown): Record<string, FactValue> | null {
  const shown = certificatesIn(secret);
  const words = shown?.[0] ? triedWordsOf(shown[0]) : null;
  if (!shown || !words) return null;
  const { path, state } = chainOf(shown, null);
  const { isAuthority: _, ...rest } = words;
  return {
    ...Object.fromEntries(Object.entries(rest).map(([key, value]) => [`certificate.${key}`, value])),
    "certificate.chainState": state,
    "certificate.chain": path.map((each) => {
      const of = triedWordsOf(each);
      return of ? `${of.subject} (${new Date(of.notAfter).toISOString().slice(0, 10)})` : "–";
    }),
  };
}
