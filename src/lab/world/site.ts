import { type Blueprint, drawMachine } from "./blueprint.ts";
import { type CopiedMachine, drawCopiedMachine } from "./copied-machine.ts";
import type { Machine } from "./machine.ts";
import type { HostingRegion } from "./regions.ts";

const siteDomain = "atelier.example";

/**
 * Which sites of the lab stand: Atelier alone; Atelier and its Vault; Atelier and its provider; the regions between which production is carried, behind
 * its bounce; or all of these and the two Proxmox clusters as well.
 */
export const allSites = ["atelier", "vault", "provider", "regions", "all"] as const;
export type Sites = (typeof allSites)[number];

/** The two-tower site behind a bounce host. Addresses are those kept for documentation (RFC 5737, RFC 3849). */
const atelier: Omit<Blueprint, "domain">[] = [
  { id: "bounce", role: "bounce", address: "192.0.2.1", pending: 1 },
  { id: "tower-a", role: "tower", address: "192.0.2.10", pending: 4 },
  { id: "tower-b", role: "tower", address: "192.0.2.11", firmware: "recent" },
  { id: "web-1", role: "vm", tower: "tower-a", address: "192.0.2.21", services: ["nginx"], pending: 3 },
  { id: "db-1", role: "vm", tower: "tower-a", address: "192.0.2.22", services: ["postgresql"] },
  { id: "mail-1", role: "vm", tower: "tower-a", address: "192.0.2.23", services: ["postfix"], pending: 7 },
  {
    id: "staging-1",
    role: "vm",
    tower: "tower-a",
    address: "192.0.2.24",
    system: "ubuntu",
    services: ["nginx"],
    pending: 9,
  },
  { id: "web-2", role: "vm", tower: "tower-b", address: "192.0.2.31", services: ["nginx"], pending: 3 },
  { id: "db-2", role: "vm", tower: "tower-b", address: "192.0.2.32", services: ["postgresql"] },
  { id: "backup-1", role: "vm", tower: "tower-b", address: "192.0.2.33", services: ["restic"] },
  {
    id: "build-1",
    role: "vm",
    tower: "tower-b",
    address: "192.0.2.34",
    system: "ubuntu",
    services: ["gitlab-runner"],
    pending: 5,
  },
];

/** The machines' identifiers that make up production; the others are for tests and builds. */
export const nonProduction: readonly string[] = ["staging-1", "build-1"];

/** The towers of Atelier itself. */
export const atelierTowers: readonly string[] = ["tower-a", "tower-b"];

const extraPrefix = "host-";

/** Whether a machine is one of the further hosts beside the site's own. */
export function isExtraHost(machine: Machine): boolean {
  return machine.id.startsWith(extraPrefix);
}

/** The machines that are the nodes of the Proxmox clusters: they stand at the same addresses. */
export const proxmoxNodes: readonly (Omit<Blueprint, "domain"> & { cluster: string })[] = [
  { id: "forge-1", role: "tower", address: "198.51.100.201", cluster: "forge" },
  { id: "forge-2", role: "tower", address: "198.51.100.202", cluster: "forge" },
  { id: "forge-3", role: "tower", address: "198.51.100.203", cluster: "forge" },
  { id: "annexe-1", role: "tower", address: "198.51.100.211", cluster: "annexe" },
  { id: "annexe-2", role: "tower", address: "198.51.100.212", cluster: "annexe" },
];

/** The VMs of the regions whose job keeps the files of the archive. */
const regionMachines: readonly (Omit<Blueprint, "domain"> & { region: HostingRegion })[] = [
  { id: "file-store-east", role: "vm", address: "192.0.2.75", region: "east" },
  { id: "file-store-north", role: "vm", address: "192.0.2.135", region: "north" },
];

/** Further towers for benchmarks: `host-001` and on. IPv4 as far as 203.0.113.0/24 reaches, then 2001:db8::/32. */
function extraHosts(count: number): Omit<Blueprint, "domain">[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `${extraPrefix}${String(index + 1).padStart(3, "0")}`,
    role: "tower" as const,
    address: index < 254 ? `203.0.113.${index + 1}` : `2001:db8::${(index + 1).toString(16)}`,
  }));
}

/** Draws the machines of the sites that stand, and `extra` further hosts, as they are at `now`. */
export function drawSite(seed: number, wish: { extra: number; sites: Sites; now: number }): Machine[] {
  const nodes = wish.sites === "all" ? proxmoxNodes : [];
  const regional = wish.sites === "regions" || wish.sites === "all" ? regionMachines : [];
  const domained = [
    ...nodes.map((node) => ({ ...node, domain: `${node.cluster}.example` })),
    ...regional.map((machine) => ({ ...machine, domain: `${machine.region}.example` })),
  ];
  return [...atelier, ...extraHosts(wish.extra), ...domained].map((blueprint) =>
    drawMachine({ domain: siteDomain, ...blueprint }, seed, wish.now),
  );
}

/** Draws the bounce, and behind it the machines of a copied estate. */
export function drawCopiedSite(seed: number, machines: readonly CopiedMachine[], now: number): Machine[] {
  const bounce = atelier.filter(({ role }) => role === "bounce");
  return [
    ...bounce.map((blueprint) => drawMachine({ domain: siteDomain, ...blueprint }, seed, now)),
    ...machines.map((machine) => drawCopiedMachine(machine, seed, now)),
  ];
}
