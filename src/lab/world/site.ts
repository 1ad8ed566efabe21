import { type Blueprint, drawMachine } from "./blueprint.ts";
import type { Machine } from "./machine.ts";

const siteDomain = "atelier.example";

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

const extraPrefix = "host-";

/** Whether a machine is one of the further hosts beside the site's own. */
export function isExtraHost(machine: Machine): boolean {
  return machine.id.startsWith(extraPrefix);
}

/** Further towers for benchmarks: `host-001` and on. IPv4 as far as 203.0.113.0/24 reaches, then 2001:db8::/32. */
function extraHosts(count: number): Omit<Blueprint, "domain">[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `${extraPrefix}${String(index + 1).padStart(3, "0")}`,
    role: "tower" as const,
    address: index < 254 ? `203.0.113.${index + 1}` : `2001:db8::${(index + 1).toString(16)}`,
  }));
}

/** Draws the whole site, and `extra` further hosts, as they stand at `now`. */
export function drawSite(seed: number, extra: number, now: number): Machine[] {
  return [...atelier, ...extraHosts(extra)].map((blueprint) =>
    drawMachine({ ...blueprint, domain: siteDomain }, seed, now),
  );
}
