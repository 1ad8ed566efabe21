import type { Fault } from "../faults.ts";
import * as guestPlaces from "./guest-places.ts";
import * as guestPower from "./guest-power.ts";
import * as hostPower from "./host-power.ts";
import * as maintenance from "./maintenance.ts";
import type { VirtualHost, VirtualTask } from "./model.ts";
import * as snapshots from "./snapshots.ts";
import { type TaskHandle, VirtualTasks, type VirtualWork } from "./tasks.ts";
import type { VirtualFault } from "./virtual-fault.ts";
import { VirtualState, type VirtualWorldParts } from "./virtual-state.ts";

/**
 * The hypervisors and all that can be done with them, whichever protocol shows them. What is done takes world time: each
 * method gives the task that it begins, which has failed already when it cannot be done.
 */
export class VirtualWorld extends VirtualState {
  private readonly runner: VirtualTasks;
  private nextKey = 0;

  constructor(parts: VirtualWorldParts) {
    super(parts);
    this.runner = new VirtualTasks(this);
  }

  get tasks(): ReadonlyMap<string, VirtualTask> {
    return this.runner.all;
  }

  /** Begins any other work that takes world time, such as a backup. */
  begin(work: VirtualWork): VirtualTask {
    return this.runner.begin(work);
  }

  /** Opens a task whose course its opener decides. */
  openTask(
    work: Pick<VirtualWork, "name" | "target" | "by" | "cancellable" | "parent">,
    onEnd: (fault: VirtualFault | null) => void,
  ): TaskHandle {
    return this.runner.open(work, onEnd);
  }

  /** Cancels a task that can be; says whether it was. */
  cancel(task: string): boolean {
    return this.runner.cancel(task);
  }

  /** Does something after so much world time, unless the World is closed first; the function returned calls it off. */
  after(milliseconds: number, work: () => void): () => void {
    return this.runner.after(milliseconds, work);
  }

  // Guests. `by` is who asks.

  powerOnGuest(id: string, by: string): VirtualTask {
    return guestPower.powerOnGuest(this, id, by);
  }

  powerOffGuest(id: string, by: string): VirtualTask {
    return guestPower.powerOffGuest(this, id, by);
  }

  /** Asks the guest to go down; the task ends when it is off, or `timeout` world milliseconds later with `timed-out`. */
  shutDownGuest(id: string, by: string, timeout?: number): VirtualTask {
    return guestPower.shutDownGuest(this, id, by, timeout);
  }

  rebootGuest(id: string, by: string): VirtualTask {
    return guestPower.rebootGuest(this, id, by);
  }

  resetGuest(id: string, by: string): VirtualTask {
    return guestPower.resetGuest(this, id, by);
  }

  suspendGuest(id: string, by: string): VirtualTask {
    return guestPower.suspendGuest(this, id, by);
  }

  /** The task's `made` is the snapshot. */
  createSnapshot(
    id: string,
    by: string,
    wish: { name: string; description?: string; withMemory?: boolean },
  ): VirtualTask {
    return snapshots.createSnapshot(this, id, by, wish);
  }

  deleteSnapshot(id: string, by: string, snapshot: string, withChildren = false): VirtualTask {
    return snapshots.deleteSnapshot(this, id, by, snapshot, withChildren);
  }

  revertSnapshot(id: string, by: string, snapshot: string): VirtualTask {
    return snapshots.revertSnapshot(this, id, by, snapshot);
  }

  /** Moves a guest to another host, its disks to another storage, or both. */
  migrate(id: string, by: string, to: guestPlaces.Destination): VirtualTask {
    return guestPlaces.migrate(this, id, by, to);
  }

  /** Why a guest cannot be moved to that host; null when it can. */
  migrationObstacle(id: string, host: string): VirtualFault | null {
    return guestPlaces.migrationObstacle(this, this.guest(id), this.host(host));
  }

  cloneGuest(id: string, by: string, wish: guestPlaces.CloneWish): VirtualTask {
    return guestPlaces.cloneGuest(this, id, by, wish);
  }

  removeGuest(id: string, by: string): VirtualTask {
    return guestPlaces.removeGuest(this, id, by);
  }

  /** A number that nothing in the World has been named by. */
  freshNumber(): number {
    this.nextKey += 1;
    return 90_000 + this.nextKey;
  }

  // Hosts.

  /**
   * Empties a host of running guests (of all with `evacuateAll`) where its cluster moves them by itself or `evacuate`
   * says so, or waits until somebody else has; fails with `timed-out` after `timeout` world milliseconds, 0 never.
   */
  enterMaintenance(
    host: string,
    by: string,
    how: { evacuate?: boolean; evacuateAll?: boolean; timeout?: number } = {},
  ): VirtualTask {
    return maintenance.enterMaintenance(this, host, by, how);
  }

  leaveMaintenance(host: string, by: string): VirtualTask {
    return maintenance.leaveMaintenance(this, host, by);
  }

  /** Restarts a host in order; its guests go down with it. Refused outside of maintenance unless `force`. */
  rebootHost(host: string, by: string, force = false): VirtualTask {
    return hostPower.stopHost(this, host, by, { way: "reboot", force });
  }

  shutDownHost(host: string, by: string, force = false): VirtualTask {
    return hostPower.stopHost(this, host, by, { way: "off", force });
  }

  /** Refused while a guest runs on it. */
  standBy(host: string, by: string): VirtualTask {
    return hostPower.standBy(this, host, by);
  }

  wakeHost(host: string, by: string): VirtualTask {
    return hostPower.wakeHost(this, host, by);
  }

  /** Says whether it starts. */
  powerOnHost(host: string): boolean {
    return hostPower.powerOnHost(this, host);
  }

  /** Takes a host away at once with all that runs on it; the cluster's HA notices after a while. */
  hostDies(host: string): void {
    hostPower.hostDies(this, host);
  }

  // What the World tells this one.

  /** A machine that is a host has another power state. */
  hardwareTurned(machine: string, power: VirtualHost["power"]): void {
    for (const host of this.hosts.values()) {
      if (host.machine === machine) hostPower.hardwareTurned(this, host, power);
    }
  }

  /** A fault was laid over one of its things, or lifted. */
  faultChanged(fault: Fault, isLaid: boolean): void {
    if (fault.name === "host-dies") {
      if (isLaid) this.hostDies(fault.target);
      else this.powerOnHost(fault.target);
    }
    const kinds = [
      ["guest", this.guests],
      ["host", this.hosts],
      ["storage", this.storages],
      ["cluster", this.clusters],
    ] as const;
    for (const [what, held] of kinds) if (held.has(fault.target)) this.announce({ what, id: fault.target });
    this.tellOfFaults();
    if (fault.name === "quorum-lost" && isLaid) {
      this.note("quorum-lost", fault.target, "", `Quorum lost in ${this.cluster(fault.target).name}`);
    }
  }

  /** The hosts of a region lost their power, or have it back. */
  regionChanged(region: string): void {
    for (const host of this.hosts.values()) {
      if (this.siteOf(this.cluster(host.cluster).region) !== region) continue;
      if (!this.hasPower(host.id)) this.hostDies(host.id);
      else if (host.power === "off" && !host.standby) this.powerOnHost(host.id);
    }
    this.tellOfFaults();
  }

  close(): void {
    this.runner.close();
    this.forgetListeners();
  }
}
