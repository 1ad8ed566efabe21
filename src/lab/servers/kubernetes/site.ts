import { type HostingRegion, hostingRegions } from "../../world/regions.ts";
import { atelierTowers } from "../../world/site.ts";
import type { World } from "../../world/world.ts";

/** Where the API of one of the lab's clusters stands, and what its files are called. */
export interface ApiSite {
  /** What tells its files from those of others; empty for the cluster of Atelier. */
  suffix: string;
  /** As kubeconfigs call it, and its name in DNS. */
  name: string;
  /** Of its port on loopback. */
  portName: string;
  /** Where it answers in the lab's network, behind the bounce. */
  address: string;
  /** The namespace that kubeconfigs choose. */
  namespace: string;
  /** What the faults of its API are kept with; null: none befall it. */
  faultPlace: string | null;
  /** Whether anything answers at its address now. */
  isAlive(world: World): boolean;
}

/** The cluster of Atelier: its API stands at an address that both towers hold together. */
export const atelierSite: ApiSite = {
  suffix: "",
  name: "atelier",
  portName: "kubernetes",
  address: "192.0.2.40",
  namespace: "shop",
  // As those are that belong to no machine.
  faultPlace: "bounce",
  isAlive: (world) => atelierTowers.some((id) => world.machine(id).power === "on"),
};

const addresses: Readonly<Record<HostingRegion, string>> = { east: "192.0.2.70", north: "192.0.2.130" };

/** The clusters of the regions: their API stands apart from the machines that are their nodes. */
export const regionSites: readonly (ApiSite & { region: HostingRegion })[] = hostingRegions.map((region) => ({
  region,
  suffix: `-${region}`,
  name: region,
  portName: `kubernetes ${region}`,
  address: addresses[region],
  namespace: "default",
  faultPlace: null,
  isAlive: ({ regions }) => regions.isAlive(region),
}));
