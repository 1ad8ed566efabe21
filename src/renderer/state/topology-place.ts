import type { ResourceKind } from "../../shared/resource.ts";
import { placeTo } from "./router.ts";

/** The topology of a site, whole or around one of its things, for links: `#/topology/atelier?around=tower-a`. */
export function placeOfTopology(site: string, around: string | null = null): string {
  const place = placeTo("topology", site);
  return around === null ? place : `${place}?${new URLSearchParams({ around }).toString()}`;
}

/** Whether resources of a kind stand in topologies. */
export function isInTopology(kind: ResourceKind): boolean {
  return ["cluster", "host", "node", "vm", "volume"].includes(kind);
}
