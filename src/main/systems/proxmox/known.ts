import type { SnapshotRecord } from "../../../shared/snapshots.ts";
import type { GuestKind } from "./client/requests.ts";
import { asKnown, nodeNamed, type Picture, type ResourceIds } from "./picture.ts";
import type { Backup, GuestRow, NodeRow, StorageRow } from "./records.ts";
import { inMaintenance } from "./seen.ts";
import { powerWord } from "./seen-guest.ts";

/** A VM or container as it is known without asking. */
export interface KnownGuest extends GuestRow {
  resource: string;
  kind: GuestKind;
  /** In the words of `power.state`; null when it is not known. */
  power: string | null;
  /** Its identifier in HA, such as `vm:100`; null where HA does not look after it. */
  service: string | null;
}

/** A node as it is known without asking. */
export interface KnownNode extends NodeRow {
  resource: string;
}

/** A backup, and where it is. */
export interface KnownBackup extends Backup {
  resource: string;
  storage: string;
  /** The node that has the storage; null for a shared one, that all have. */
  node: string | null;
}

/** What was read of a cluster, for those who act on it; nothing is asked for. */
export class Known {
  readonly #picture: Picture;
  readonly #ids: ResourceIds;

  constructor(picture: Picture, ids: ResourceIds) {
    this.#picture = picture;
    this.#ids = ids;
  }

  /** The major version, such as 9; null before it was read. */
  get major(): number | null {
    const major = Number.parseInt(this.#picture.version ?? "", 10);
    return Number.isInteger(major) ? major : null;
  }

  /** Null for a node by itself, which needs no quorum. */
  get quorum(): { kept: boolean; nodes: number; online: number } | null {
    const { state, inventory } = this.#picture;
    if (!state.cluster) return null;
    const online = inventory.nodes.filter((node) => node.online).length;
    return {
      kept: state.cluster.quorate,
      nodes: Math.max(state.cluster.nodes, inventory.nodes.length),
      online,
    };
  }

  get nodes(): KnownNode[] {
    return this.#picture.inventory.nodes.map((node) => ({
      ...node,
      maintenance: inMaintenance(this.#picture, node),
      resource: this.#ids.node(node.name),
    }));
  }

  get guests(): KnownGuest[] {
    return this.#picture.inventory.guests.map((row) => this.#knownGuest(row));
  }

  get storages(): readonly StorageRow[] {
    return this.#picture.inventory.storages;
  }

  node(resource: string): KnownNode | null {
    return this.nodes.find((node) => node.resource === resource) ?? null;
  }

  nodeNamed(name: string): KnownNode | null {
    const found = nodeNamed(this.#picture, name);
    return found ? { ...found, resource: this.#ids.node(name) } : null;
  }

  guest(resource: string): KnownGuest | null {
    const found = this.guestNumbered(Number(resource.slice(resource.lastIndexOf("/") + 1)));
    return found?.resource === resource ? found : null;
  }

  guestNumbered(id: number): KnownGuest | null {
    const row = this.#picture.inventory.guests.find((guest) => guest.id === id);
    return row ? this.#knownGuest(row) : null;
  }

  backup(resource: string): KnownBackup | null {
    return this.backups().find((backup) => backup.resource === resource) ?? null;
  }

  /** All backups, or those of one guest, the newest first. */
  backups(guest: number | null = null): KnownBackup[] {
    const found = [...this.#picture.backups].flatMap(([key, { value }]) => {
      const [storage = "", node = null] = key.split("/").reverse();
      return value
        .filter((backup) => guest === null || backup.guest === guest)
        .map((backup) => ({ ...backup, storage, node, resource: this.#ids.backup(key, backup.volume) }));
    });
    return found.sort((one, other) => (other.madeAt ?? 0) - (one.madeAt ?? 0));
  }

  /** Where the console of a guest could be opened on a serial port; empty before its config was read. */
  serialPorts(id: number): readonly string[] {
    return this.#picture.guests.get(id)?.value.config.serial ?? [];
  }

  /** The storages that a guest's disks lie on; null before its config was read. */
  storagesOf(id: number): readonly string[] | null {
    return this.#picture.guests.get(id)?.value.config.storages ?? null;
  }

  /** The snapshots of a guest, each after its parent; null before they were read. */
  snapshotsOf(id: number): readonly SnapshotRecord[] | null {
    return this.#picture.guests.get(id)?.value.snapshots.snapshots ?? null;
  }

  /**
   * Whether the log-in has one of these privileges on a path, such as `/vms/100`; null before that was read. Proxmox VE tells
   * of each path that has rules of its own; all others have what reaches them from the nearest of those above.
   */
  may(path: string, anyOf: readonly string[]): boolean | null {
    const { granted } = this.#picture;
    if (!granted) return null;
    for (let at = path; ; at = at.slice(0, at.lastIndexOf("/")) || "/") {
      const rights = granted.get(at);
      if (rights)
        return anyOf.some((right) => (at === path ? rights.has(right) : rights.get(right) === true));
      if (at === "/") return false;
    }
  }

  #knownGuest(row: GuestRow): KnownGuest {
    const guest = asKnown(this.#picture, row);
    return {
      ...guest,
      resource: this.#ids.guest(row.id),
      power: powerWord(guest),
      service: this.#picture.ha?.services.get(row.id)?.sid ?? null,
    };
  }
}
