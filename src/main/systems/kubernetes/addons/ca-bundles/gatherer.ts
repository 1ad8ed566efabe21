import type { FactValue } from "../../../../../shared/resource.ts";
import { readPem } from "../../../../x509/read.ts";
import type { ClusterAccess } from "../../cluster-access.ts";
import type { CaBundlePart, Gatherer, Mirrored } from "../../kinds/kind.ts";
import { at, resourceIds, type Seen } from "../../kinds/seen.ts";
import type { Item } from "../../list-watch/items.ts";
import { boundedRows } from "../bounded-rows.ts";
import { factsOfChain } from "../certificate-facts.ts";
import { Readings, type Wanted } from "../readings.ts";
import { type Bundle, bundleOf, factsOfBundle } from "./bundle.ts";
import { folder, keepers } from "./origins.ts";

/** What was taken of a ConfigMap: the certificate that a router shows, or a bundle of authorities. */
type Taken = { shown: Record<string, FactValue> } | { bundle: Bundle };

type WantedBundle = Wanted & Pick<CaBundlePart, "origin" | "key">;

/**
 * Bundles of authorities, one certificate for each: the one that it stands by. That of the services is injected into every
 * namespace; it is read once and told of the cluster.
 */
export class BundleGatherer implements Gatherer {
  readonly #access: ClusterAccess;
  readonly #readings: Readings<Taken, WantedBundle>;

  constructor(access: ClusterAccess) {
    this.#access = access;
    this.#readings = new Readings(access, takenOf);
  }

  gather(objects: Iterable<Mirrored>): Map<string, Mirrored> {
    const rows = partsIn(objects).flatMap((part) => {
      const taken = this.#readings.of(part.version);
      return taken ? [{ key: `${part.namespace}/${part.name}`, seen: this.#seen(part, taken) }] : [];
    });
    const { clusterId: cluster } = this.#access;
    return boundedRows(rows, { cluster, what: "ConfigMap", refused: this.#readings.refused });
  }

  async complete(objects: Iterable<Mirrored>, signal: AbortSignal): Promise<boolean> {
    const wanted = partsIn(objects).map(({ namespace, name, version, origin, key }) => ({
      ...{ version, origin, key },
      path: `/api/v1/namespaces/${namespace}/configmaps/${name}`,
    }));
    return this.#readings.next(wanted, signal);
  }

  #seen({ namespace, name, origin }: CaBundlePart, taken: Taken): Seen {
    const { system, clusterId } = this.#access;
    const ofCluster = origin === "services";
    const facts = "shown" in taken ? taken.shown : factsOfBundle(taken.bundle, this.#access.now());
    const keeper = keepers[origin];
    const [notBefore, notAfter] = [facts["certificate.notBefore"], facts["certificate.notAfter"]];
    const isDated = typeof notBefore === "number" && typeof notAfter === "number";
    return {
      id: ofCluster ? `${system}/${folder}/services` : `${system}/${folder}/${namespace}/${name}`,
      kind: "certificate",
      name: ofCluster ? "openshift-service-ca.crt" : `${namespace}/${name}`,
      parent: ofCluster ? clusterId : resourceIds.namespace(system, namespace),
      facts: {
        "kubernetes.type": "ConfigMap",
        ...(!ofCluster && { "kubernetes.namespace": namespace }),
        ...facts,
        "certificate.from": "shown" in taken ? "openshift" : "bundle",
        "certificate.renewal": keeper ? "automatic" : "manual",
        "certificate.renewsAt": keeper && isDated ? keeper.renewsAt(notBefore, notAfter) : null,
        "certificate.renewedBy": keeper?.name ?? null,
      },
      problems: [],
    };
  }
}

/** One for all namespaces that the authority of services is injected into. */
function partsIn(objects: Iterable<Mirrored>): CaBundlePart[] {
  const parts: CaBundlePart[] = [];
  let services: CaBundlePart | null = null;
  for (const { part } of objects) {
    if (part?.is !== "ca-bundle") continue;
    if (part.origin !== "services") parts.push(part);
    else if (services === null || placeOf(part) < placeOf(services)) services = part;
  }
  return services ? [...parts, services] : parts;
}

function takenOf(map: Item["object"], { origin, key }: WantedBundle): Taken | null {
  const pem = at(map, "data", key);
  if (typeof pem !== "string") return null;
  if (origin !== "router") {
    const bundle = bundleOf(pem);
    return bundle && { bundle };
  }
  const shown = factsOfChain(readPem(pem) ?? []);
  return shown && { shown };
}

function placeOf({ namespace, name }: CaBundlePart): string {
  return `${namespace}/${name}`;
}
