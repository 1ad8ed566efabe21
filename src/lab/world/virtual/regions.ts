import type { Sites } from "../site.ts";
import { drawProxmoxSite } from "./proxmox-site.ts";
import type { VirtualSite } from "./virtual-state.ts";
import { drawVsphereRegion } from "./vsphere-region.ts";

/**
 * Draws the hypervisors of the sites that stand: the vSphere regions `east` and `north`, equal in hosts, and the Proxmox
 * clusters `forge` and `annexe`. In the north's production DRS only recommends. `extra` further guests are spread over the regions. The same for the same seed.
 */
export function drawVirtualSite(
  seed: number,
  wish: { sites: Sites; extra: number; now: number },
): VirtualSite {
  const { extra, now } = wish;
  if (wish.sites !== "regions" && wish.sites !== "all") {
    return { regions: [], clusters: [], hosts: [], guests: [], storages: [], networks: [] };
  }
  const inEast = Math.ceil(extra / 2);
  const parts = [
    drawVsphereRegion(seed, now, { name: "east", address: "198.51.100.10", group: 1, extra: inEast }),
    drawVsphereRegion(seed, now, {
      name: "north",
      address: "198.51.100.110",
      group: 2,
      extra: extra - inEast,
      isTight: true,
      isManual: true,
    }),
    ...(wish.sites === "all" ? [drawProxmoxSite(seed, now)] : []),
  ];
  return {
    regions: parts.flatMap(({ regions }) => regions),
    clusters: parts.flatMap(({ clusters }) => clusters),
    hosts: parts.flatMap(({ hosts }) => hosts),
    guests: parts.flatMap(({ guests }) => guests),
    storages: parts.flatMap(({ storages }) => storages),
    networks: parts.flatMap(({ networks }) => networks),
  };
}
