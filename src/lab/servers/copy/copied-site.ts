import type { EstateCopy, SystemCopy, SystemCopyOf } from "../../../shared/estate-copy.ts";
import type { RegionNames } from "../../world/regions.ts";

/** The systems of one type, with their identifiers. */
export function systemsOf<Type extends SystemCopy["type"]>(
  copy: EstateCopy,
  type: Type,
): [string, SystemCopyOf<Type>][] {
  return Object.entries(copy.systems).filter(
    (entry): entry is [string, SystemCopyOf<Type>] => entry[1].type === type,
  );
}

/** The names of a copied estate that faults of regions can befall. */
export function copiedNames(copy: EstateCopy): RegionNames {
  const clusters = systemsOf(copy, "kubernetes").map(([, cluster]) => cluster);
  const namespaces = clusters.flatMap(({ namespaces: own, kasten }) => [
    ...own.map(({ name }) => name),
    ...(kasten?.points.map(({ application }) => application) ?? []),
  ]);
  const resolvers = [...systemsOf(copy, "dns"), ...systemsOf(copy, "web")].flatMap(([, { resolvers: own }]) =>
    Object.keys(own),
  );
  const sites = Object.keys(copy.sites);
  return {
    region: sites,
    "hosting-region": sites.filter((site) => Object.values(copy.systems).some((each) => serves(each, site))),
    application: [...new Set(namespaces)],
    resolver: [...new Set(resolvers)],
    "vault-node": [],
    "provider-list": [],
  };
}

/** Whether something runs in a site on a system's account: a cluster, or hypervisors. */
function serves({ type, site: own }: SystemCopy, site: string): boolean {
  return own === site && (type === "kubernetes" || type === "vsphere" || type === "proxmox");
}
