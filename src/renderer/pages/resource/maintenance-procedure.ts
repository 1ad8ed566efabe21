import type { ActionOffer } from "../../../shared/action.ts";
import type { Resource } from "../../../shared/resource.ts";
import type { ResourceDetail } from "../../../shared/resource-detail.ts";
import { placeTo } from "../../state/router.ts";

/** The built-in procedures that a host of a hypervisor goes through, by an action that only such a host is offered. */
const byAction: readonly { action: string; procedure: string; variable: string }[] = [
  { action: "vsphere.enter-maintenance", procedure: "vsphere-host-maintenance", variable: "host" },
  { action: "proxmox.evacuate", procedure: "proxmox-node-maintenance", variable: "node" },
];

/**
 * The page on which the maintenance of a resource is prepared, with it and the machine that it is by its boot identifier, or
 * by its name, already filled in; null for what goes through none. A hypervisor's host is restarted by its manager unless
 * another machine is chosen: it is filled in as its own.
 */
export function maintenancePlace(
  { id, name, kind }: Resource,
  { sameMachine }: ResourceDetail["relations"],
  offers: readonly ActionOffer[],
): string | null {
  const machines = sameMachine.filter((each) => each.kind === "host" || each.kind === "vm");
  const machine = machines.find((each) => each.name === name) ?? machines[0];
  if (kind === "node") {
    const values = new URLSearchParams({ node: id, ...(machine && { machine: machine.id }) });
    return `${placeTo("procedures", "node-maintenance")}?${values}`;
  }
  const found = byAction.find(({ action }) => offers.some((offer) => offer.id === action));
  if (!found) return null;
  const values = new URLSearchParams({ [found.variable]: id, machine: machine?.id ?? id });
  return `${placeTo("procedures", found.procedure)}?${values}`;
}
