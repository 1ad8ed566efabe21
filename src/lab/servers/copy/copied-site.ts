import type { EstateCopy, SystemCopy, SystemCopyOf } from "../../../shared/estate-copy.ts";
import type { CopiedSite } from "../../world/world.ts";

/** The systems of one type, with their identifiers. */
export function systemsOf<Type extends SystemCopy["type"]>(
  copy: EstateCopy,
  type: Type,
): [string, SystemCopyOf<Type>][] {
  return Object.entries(copy.systems).filter(
    (entry): entry is [string, SystemCopyOf<Type>] => entry[1].type === type,
  );
}

/** The machine of the World that stands for a server of a file store. */
export function machineOf(copy: EstateCopy, system: string, server: string): string {
  const others = systemsOf(copy, "file-store").filter(([id]) => id !== system);
  const isTaken = server === "bounce" || others.some(([, { servers }]) => Object.hasOwn(servers, server));
  return isTaken ? `${system}-${server}` : server;
}

/** What of a copied estate stands in the World: its machines, and the names that faults of regions can befall. */
export function copiedSite(copy: EstateCopy): CopiedSite {
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
    machines: systemsOf(copy, "file-store").flatMap(([id, { servers }]) =>
      Object.entries(servers).map(([server, { address, site }]) => ({
        id: machineOf(copy, id, server),
        address,
        ...(site === undefined ? {} : { region: site }),
      })),
    ),
    regions: {
      region: sites,
      "hosting-region": sites.filter((site) => clusters.some((cluster) => cluster.site === site)),
      application: [...new Set(namespaces)],
      resolver: [...new Set(resolvers)],
    },
  };
}
