import { timingSafeEqual } from "node:crypto";
import type { VirtualChange } from "../../../world/virtual/model.ts";
import { fixed, type VCenter } from "../inventory/vcenter.ts";
import { VimFault } from "../soap/vim-fault.ts";
import { Session } from "./session.ts";

/** How long a session lives while nobody asks anything, in milliseconds of this computer's clock. */
const idleTime = 30 * 60_000;
const mostSessions = 200;

/** Who has logged in at a vCenter, and what they are told when the World changes. */
export class Sessions {
  private readonly center: VCenter;
  private readonly login: { user: string; password: string };
  private readonly sessions = new Map<string, Session>();
  private readonly stopFollowing: () => void;
  /** Where guests were and which hosts answered when it was last looked: what changes beyond an object itself. */
  private readonly hostOfGuest = new Map<string, string>();
  private readonly isReachable = new Map<string, boolean>();

  constructor(center: VCenter, login: { user: string; password: string }) {
    this.center = center;
    this.login = login;
    for (const guest of center.guests()) this.hostOfGuest.set(guest.id, guest.host);
    for (const host of center.hosts()) this.isReachable.set(host.id, center.virtual.isReachable(host.id));
    this.stopFollowing = center.virtual.onChange((change) => this.follow(change));
  }

  /** Throws VimFault `InvalidLogin`. */
  logIn(user: string, password: string): Session {
    const given = Buffer.from(`${user}\n${password}`);
    const wanted = Buffer.from(`${this.login.user}\n${this.login.password}`);
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
      throw new VimFault("InvalidLogin", "Cannot complete login due to an incorrect user name or password.");
    }
    this.forgetIdle();
    if (this.sessions.size >= mostSessions) throw new VimFault("SystemError", "Too many sessions");
    const session = new Session(user, this.center);
    this.sessions.set(session.key, session);
    this.center.virtual.note("logged-in", this.center.region, user, `User ${user} logged in`);
    return session;
  }

  /** The session of that key, if it lives. */
  find(key: string): Session | null {
    this.forgetIdle();
    return this.sessions.get(key) ?? null;
  }

  end(session: Session): void {
    if (!this.sessions.delete(session.key)) return;
    session.close();
    this.center.virtual.note(
      "logged-out",
      this.center.region,
      session.user,
      `User ${session.user} logged out`,
    );
  }

  /** Tells every session what may have changed. */
  touch(keys: readonly string[]): void {
    for (const session of this.sessions.values()) session.touch(keys, false);
  }

  /** Ends every session, as a restart of the service does. */
  endAll(): void {
    for (const session of [...this.sessions.values()]) this.end(session);
  }

  close(): void {
    this.stopFollowing();
    for (const session of this.sessions.values()) session.close();
    this.sessions.clear();
  }

  private forgetIdle(): void {
    const since = performance.now() - idleTime;
    for (const session of [...this.sessions.values()]) {
      if (session.pending === 0 && session.lastActive < since) this.end(session);
    }
  }

  private follow(change: VirtualChange): void {
    const { keys, isStructure } = this.touchedBy(change);
    if (keys.length === 0 && !isStructure) return;
    for (const session of this.sessions.values()) session.touch(keys, isStructure);
  }

  /** The objects that a change of the World may have changed, and whether others may be there now. */
  private touchedBy({ what, id, gone }: VirtualChange): { keys: string[]; isStructure: boolean } {
    const { center } = this;
    const { virtual, region } = center;
    if (what === "guest") return this.touchedByGuest(id, gone === true);
    if (what === "task") {
      if (!id.startsWith(`${region}/`)) return { keys: [], isStructure: false };
      const task = virtual.tasks.get(id);
      const target = task ? center.referenceTo(task.target) : null;
      const keys = [`Task:${id.slice(region.length + 1)}`, `TaskManager:${fixed.taskManager.id}`];
      return { keys: target ? [...keys, `${target.type}:${target.id}`] : keys, isStructure: false };
    }
    if (what === "event") {
      const isOurs = virtual.events.at(-1)?.region === region;
      return { keys: isOurs ? [`EventManager:${fixed.eventManager.id}`] : [], isStructure: false };
    }
    const place = what === "network" ? null : virtual.placeOf(id);
    if (place?.region !== region) return { keys: [], isStructure: false };
    const reference = center.referenceTo(id);
    const keys = [
      `${reference.type}:${reference.id}`,
      `Folder:${fixed.rootFolder.id}`,
      `Datacenter:${fixed.datacenter.id}`,
    ];
    if (what === "host") {
      keys.push(`ClusterComputeResource:${virtual.cluster(virtual.host(id).cluster).key}`);
      const isReachable = virtual.isReachable(id);
      if (this.isReachable.get(id) !== isReachable) {
        this.isReachable.set(id, isReachable);
        for (const guest of virtual.guestsOn(id)) keys.push(`VirtualMachine:${guest.key}`);
      }
    }
    return { keys, isStructure: false };
  }

  private touchedByGuest(id: string, isGone: boolean): { keys: string[]; isStructure: boolean } {
    const { center } = this;
    const { virtual, region } = center;
    if (!id.startsWith(`${region}/`)) return { keys: [], isStructure: false };
    const guest = virtual.guests.get(id);
    const before = this.hostOfGuest.get(id);
    const isStructure = isGone || before !== guest?.host;
    if (guest && !isGone) this.hostOfGuest.set(id, guest.host);
    else this.hostOfGuest.delete(id);
    const keys = [`VirtualMachine:${id.slice(region.length + 1)}`];
    if (!isStructure) return { keys, isStructure };
    for (const host of new Set([before, guest?.host])) {
      const key = host === undefined ? undefined : virtual.hosts.get(host)?.key;
      if (key) keys.push(`HostSystem:${key}`);
    }
    keys.push(`Folder:${fixed.vmFolder.id}`);
    for (const cluster of center.clusters()) keys.push(`ResourcePool:${center.poolReference(cluster).id}`);
    return { keys, isStructure };
  }
}
