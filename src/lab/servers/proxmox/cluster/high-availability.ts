import type { Guest, VirtualHost } from "../../../world/virtual/model.ts";
import { bestHost } from "../../../world/virtual/room.ts";
import type { VirtualWorld } from "../../../world/virtual/virtual-world.ts";

export type RequestedState = "started" | "stopped" | "disabled" | "ignored";

/** What the HA manager was told of a guest. */
export interface HaResource {
  guest: string;
  state: RequestedState;
  comment: string;
  maxRestart: number;
  maxRelocate: number;
}

/** World milliseconds until the manager acts on a request, and until it gives a node up that went down in order. */
const roundTime = 3_000;
const recoveryTime = 12_000;

/** What the manager does to guests, as tasks of their nodes. */
export interface HaHands {
  start(guest: Guest): void;
  stop(guest: Guest): void;
  migrate(guest: Guest, host: VirtualHost): void;
}

/**
 * The HA manager of a cluster (ha-manager(1)): takes requests at once and acts on them a round later, while the cluster
 * is quorate. The World restarts the guests of a node that died; those of one that was shut down are its own affair.
 */
export class HighAvailability {
  private readonly virtual: VirtualWorld;
  private readonly cluster: string;
  private readonly hands: HaHands;
  private readonly held = new Map<string, HaResource>();
  private readonly moving = new Map<string, string>();

  constructor(virtual: VirtualWorld, cluster: string, hands: HaHands) {
    this.virtual = virtual;
    this.cluster = cluster;
    this.hands = hands;
    for (const guest of virtual.guestsOf(cluster)) {
      if (guest.highlyAvailable) this.add(guest, guest.power === "on" ? "started" : "stopped");
    }
  }

  get all(): HaResource[] {
    return [...this.held.values()].filter(({ guest }) => this.virtual.guests.has(guest));
  }

  of(guest: Guest): HaResource | null {
    return this.held.get(guest.id) ?? null;
  }

  add(guest: Guest, state: RequestedState, comment = ""): HaResource {
    const made = { guest: guest.id, state, comment, maxRestart: 1, maxRelocate: 1 };
    this.held.set(guest.id, made);
    guest.highlyAvailable = state === "started";
    return made;
  }

  remove(guest: Guest): void {
    this.held.delete(guest.id);
    guest.highlyAvailable = false;
  }

  /** Asks for a state; a round later the guest is started or stopped. */
  request(guest: Guest, state: RequestedState): void {
    const resource = this.held.get(guest.id);
    if (!resource) return;
    resource.state = state;
    guest.highlyAvailable = state === "started";
    this.nextRound(() => {
      if (this.virtual.guests.get(guest.id) !== guest || resource.state !== state) return;
      if (state === "started" && guest.power === "off") this.hands.start(guest);
      if ((state === "stopped" || state === "disabled") && guest.power !== "off") this.hands.stop(guest);
    });
  }

  /** Asks for another node; a round later the guest is on its way. */
  requestMove(guest: Guest, host: VirtualHost): void {
    this.moving.set(guest.id, host.id);
    this.nextRound(() => {
      this.moving.delete(guest.id);
      if (this.virtual.guests.get(guest.id) === guest && guest.host !== host.id)
        this.hands.migrate(guest, host);
    });
  }

  /** How the manager says it stands with a guest. */
  stateOf(guest: Guest): string {
    const resource = this.held.get(guest.id);
    if (!resource) return "ignored";
    const task = guest.lockedBy === null ? null : this.virtual.tasks.get(guest.lockedBy);
    if (this.moving.has(guest.id) || task?.name === "guest.migrate") return "migrate";
    if (this.virtual.host(guest.host).power !== "on")
      return resource.state === "started" ? "fence" : "stopped";
    if (resource.state === "started") return guest.power === "off" ? "starting" : "started";
    return guest.power === "off" ? resource.state : "request_stop";
  }

  /** The node that leads: the first that is reached, while there is quorum. */
  get leader(): VirtualHost | null {
    if (!this.virtual.isQuorate(this.cluster)) return null;
    return this.virtual.hostsOf(this.cluster).find(({ id }) => this.virtual.isReachable(id)) ?? null;
  }

  /** A node was shut down in order for good: what must run is started elsewhere. */
  recover(host: VirtualHost): void {
    this.virtual.after(recoveryTime, () => {
      if (host.power !== "off" || !this.virtual.isQuorate(this.cluster)) return;
      for (const guest of this.virtual.guestsOn(host.id)) {
        if (this.held.get(guest.id)?.state !== "started" || guest.power !== "off") continue;
        const place = guest.pinnedBy === null ? bestHost(this.virtual, guest, new Set([host.id])) : null;
        if (!place) continue;
        this.virtual.place(guest, place.id);
        this.hands.start(guest);
      }
    });
  }

  private nextRound(work: () => void): void {
    this.virtual.after(roundTime, () => {
      if (this.virtual.isQuorate(this.cluster)) work();
      else this.nextRound(work);
    });
  }
}
