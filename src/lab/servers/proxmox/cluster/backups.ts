import type { Guest, VirtualHost, VirtualStorage } from "../../../world/virtual/model.ts";
import { VirtualFault } from "../../../world/virtual/virtual-fault.ts";
import { died } from "../api/failure.ts";
import { type Archive, archiveName } from "./archives.ts";
import type { PveCluster } from "./cluster.ts";
import { failureWords, lockedWords } from "./fault-words.ts";
import { durationOf } from "./tasks.ts";

export interface BackupWish {
  storage: VirtualStorage;
  mode: string;
  compress: string;
  notes(guest: Guest): string;
  isProtected: boolean;
}

export interface RestoreWish {
  key: string;
  host: VirtualHost;
  archive: Archive;
  /** Where its disks go; where they were when left out. */
  storage: VirtualStorage | null;
  /** New hardware addresses and a new identity. */
  isUnique: boolean;
  start: boolean;
  name: string | null;
}

const gibibyte = 1024 ** 3;
const compressed = 0.4;
/** World milliseconds: to begin with, for each gibibyte, and at most. */
const times = { base: 6_000, each: 250, most: 90_000 } as const;

function timeFor(bytes: number): number {
  return Math.min(times.most, times.base + (bytes / gibibyte) * times.each);
}

/** Backups of guests and what is made of them again (vzdump(1), qmrestore(1)). */
export class Backups {
  private readonly cluster: PveCluster;

  constructor(cluster: PveCluster) {
    this.cluster = cluster;
  }

  /** Backs guests of one node up, one after the other, in one task; gives the UPID. */
  begin(host: VirtualHost, by: string, guests: readonly Guest[], wish: BackupWish): string {
    const { cluster } = this;
    const { operations, virtual } = cluster;
    let under: string | null = null;
    let isStopped = false;
    const [only] = guests;
    const pen = operations.openOn(host, "vzdump", guests.length === 1 && only ? only.key : "", by, () => {
      isStopped = true;
      if (under !== null) virtual.cancel(under);
    });
    pen.say(
      `INFO: starting new backup job: vzdump ${guests.map(({ key }) => key).join(" ")} --mode ${wish.mode} --compress ${wish.compress} --storage ${wish.storage.key}`,
    );
    const left = [...guests];
    let failures = 0;
    const next = () => {
      const guest = left.shift();
      if (!guest || isStopped) {
        if (isStopped) pen.end("interrupted by signal");
        else {
          pen.say(
            failures > 0 ? "INFO: Backup job finished with errors" : "INFO: Backup job finished successfully",
          );
          pen.end(failures > 0 ? "job errors" : null);
        }
        return;
      }
      const started = cluster.now();
      const kind = guest.kind === "vm" ? "VM" : "CT";
      const refuse = (words: string) => {
        failures += 1;
        pen.say(`ERROR: Backup of ${kind} ${guest.key} failed - ${words}`);
        next();
      };
      pen.say(`INFO: Starting Backup of ${kind} ${guest.key} (${guest.kind === "vm" ? "qemu" : "lxc"})`);
      pen.say(`INFO: status = ${guest.power === "off" ? "stopped" : "running"}`);
      pen.say(`INFO: backup mode: ${wish.mode}`);
      if (guest.lockedBy !== null) {
        refuse(lockedWords(guest, virtual.tasks));
        return;
      }
      const archive = this.archiveOf(guest, wish);
      pen.say(`INFO: creating vzdump archive '/mnt/pve/${wish.storage.key}/dump/${archive.name.slice(7)}'`);
      const work = virtual.begin({
        name: "guest.back-up",
        target: guest.id,
        by,
        locks: guest.id,
        cancellable: true,
        milliseconds: timeFor(guest.disks.reduce((sum, { used }) => sum + used, 0)),
        check: () => this.checkRoom(wish.storage, host, archive.bytes),
        finish: () => {
          this.checkRoom(wish.storage, host, archive.bytes);
          cluster.archives.add(archive);
          virtual.changeUse([{ storage: wish.storage.id, used: archive.bytes }], 1);
        },
      });
      under = work.id;
      cluster.tasks.wait(work, (fault) => {
        if (fault) {
          refuse(failureWords(fault, pen.task, guest));
          return;
        }
        pen.say(`INFO: archive file size: ${(archive.bytes / gibibyte).toFixed(2)}GB`);
        pen.say(`INFO: Finished Backup of ${kind} ${guest.key} (${durationOf(cluster.now() - started)})`);
        next();
      });
    };
    next();
    return pen.task.upid;
  }

  /** Makes a guest of an archive, in the place of one of that number or beside all others; gives the UPID. */
  restore(by: string, wish: RestoreWish): string {
    const { cluster } = this;
    const { virtual } = cluster;
    const { archive, host } = wish;
    const former = cluster.find(wish.key);
    const guest = this.guestOf(wish, former);
    const type = guest.kind === "vm" ? "qmrestore" : "vzrestore";
    const pen = cluster.operations.openOn(host, type, wish.key, by);
    if (former && former.lockedBy !== null) {
      pen.end(lockedWords(former, virtual.tasks));
      return pen.task.upid;
    }
    pen.say(`restore ${guest.kind === "vm" ? "vma" : "tar"} archive: ${archive.name.slice(7)}`);
    const bytes = guest.disks.reduce((sum, { used }) => sum + used, 0);
    const check = () => {
      if (former && former.power !== "off") {
        throw new VirtualFault("invalid", `unable to restore VM ${wish.key} - VM is running`);
      }
      for (const { storage, used } of guest.disks) this.checkRoom(virtual.storage(storage), host, used);
    };
    const work = virtual.begin({
      name: "guest.restore",
      target: former?.id ?? host.id,
      by,
      ...(former ? { locks: former.id } : {}),
      milliseconds: timeFor(bytes),
      cancellable: true,
      check,
      finish: () => {
        check();
        if (former && virtual.guests.has(former.id)) virtual.dropGuest(former.id);
        else if (cluster.find(wish.key)) {
          throw new VirtualFault("invalid", `unable to create VM ${wish.key} - already exists`);
        }
        virtual.addGuest(guest);
        cluster.configs.forget(guest.id);
        cluster.configs.setInnerName(guest, archive.innerName);
        cluster.configs.change(guest, archive.options, []);
        if (former?.highlyAvailable) guest.highlyAvailable = true;
        return guest.id;
      },
    });
    cluster.tasks.attach(
      pen,
      work,
      (fault) => {
        if (fault) return failureWords(fault, pen.task, guest);
        if (wish.start) cluster.operations.start(guest, by);
        return null;
      },
      [0.3, 0.6, 0.9].map((at) => ({
        at,
        words: `progress ${at * 100}% (read ${Math.round(bytes * at)} bytes)`,
      })),
    );
    return pen.task.upid;
  }

  private archiveOf(guest: Guest, wish: BackupWish): Archive {
    const at = this.cluster.now();
    return {
      name: archiveName(guest, at, wish.compress),
      storage: wish.storage.id,
      madeAt: at,
      bytes: Math.round(guest.disks.reduce((sum, { used }) => sum + used, 0) * compressed),
      notes: wish.notes(guest),
      isProtected: wish.isProtected,
      guest: structuredClone(guest),
      options: this.cluster.configs.optionsOf(guest),
      innerName: this.cluster.configs.innerName(guest),
    };
  }

  private guestOf(wish: RestoreWish, former: Guest | null): Guest {
    const { virtual, cluster } = this.cluster;
    const { archive, host, storage } = wish;
    const id = former?.id ?? `${cluster.id}/guest-${wish.key}-${virtual.freshNumber()}`;
    const place = (old: string): string => {
      if (storage) return storage.id;
      const was = virtual.storage(old);
      return was.hosts.includes(host.id) ? old : this.cluster.storage(host, was.key).id;
    };
    return {
      ...structuredClone(archive.guest),
      id,
      key: wish.key,
      name: wish.name ?? archive.guest.name,
      host: host.id,
      power: "off",
      bootedAt: null,
      toolsSince: 0,
      uuid: wish.isUnique ? virtual.random.uuid() : archive.guest.uuid,
      address: wish.isUnique ? null : archive.guest.address,
      disks: archive.guest.disks.map((disk, at) => ({
        ...disk,
        id: `${id}/disk-${at}`,
        storage: place(disk.storage),
      })),
      snapshots: [],
      current: null,
      pinnedBy: null,
      lockedBy: null,
      highlyAvailable: false,
    };
  }

  private checkRoom(storage: VirtualStorage, host: VirtualHost, bytes: number): void {
    const { virtual } = this.cluster;
    const room = virtual.storageOf(storage.id);
    if (!room.accessible) throw new VirtualFault("storage-lost", `storage '${storage.key}' is not online`);
    if (!virtual.isReachable(host.id)) throw new VirtualFault("host-down", `${host.name} is down`);
    if (room.used + bytes > room.bytes) throw new VirtualFault("no-space", "No space left on device");
  }
}

/** The archive that a parameter names, `STORAGE:backup/NAME`. Throws a Failure 500. */
export function namedArchive(cluster: PveCluster, host: VirtualHost, volume: string): Archive {
  const [key = "", ...rest] = volume.split(":");
  const storage = cluster.storage(host, key);
  const found = cluster.archives.find(storage.id, rest.join(":"));
  if (!found) throw died(`volume '${volume}' does not exist`);
  return found;
}
