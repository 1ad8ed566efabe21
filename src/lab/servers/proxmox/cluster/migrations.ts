import type { Guest, VirtualHost } from "../../../world/virtual/model.ts";
import { died } from "../api/failure.ts";
import type { PveCluster } from "./cluster.ts";
import { volumeOf } from "./storages.ts";
import { durationOf, type TaskPen } from "./tasks.ts";

export interface MigrationWish {
  host: VirtualHost;
  isOnline: boolean;
  /** Containers that run are stopped, moved and started again. */
  isRestart: boolean;
  withLocalDisks?: boolean;
  /** The storage that local disks go to; that of the same name when left out. */
  targetStorage?: string | null;
}

/** Moves of guests from one node to another (qm-migrate, pct migrate), with what forbids them. */
export class Migrations {
  private readonly cluster: PveCluster;

  constructor(cluster: PveCluster) {
    this.cluster = cluster;
  }

  /** The volumes of a guest that lie on its own node only. */
  localDisks(guest: Guest): { volid: string; size: number }[] {
    return guest.disks.flatMap(({ storage, bytes }, at) => {
      const held = this.cluster.virtual.storage(storage);
      return held.shared ? [] : [{ volid: volumeOf(guest, at, held), size: bytes }];
    });
  }

  /** Begins a move; gives the UPID. Throws a Failure 500 for what is refused before any task. */
  begin(guest: Guest, by: string, wish: MigrationWish): string {
    const { cluster } = this;
    const { operations } = cluster;
    const runs = guest.power !== "off";
    if (wish.host.id === guest.host) throw died(`target is local node.`);
    if (runs && guest.kind === "vm" && !wish.isOnline)
      throw died("can't migrate running VM without --online");
    if (runs && guest.kind === "container" && !wish.isRestart) {
      throw died("lxc live migration is currently not implemented");
    }
    const pen = operations.open(guest, "migrate", by);
    const from = cluster.virtual.host(guest.host);
    const label = guest.kind === "vm" ? "VM" : "CT";
    pen.stamp(
      `starting migration of ${label} ${guest.key} to node '${wish.host.name}' (${wish.host.address})`,
    );
    if (runs && guest.kind === "container") this.restartMove(guest, by, wish, pen);
    else this.move(guest, by, wish, pen, from);
    return pen.task.upid;
  }

  private move(
    guest: Guest,
    by: string,
    wish: MigrationWish,
    pen: TaskPen,
    from: VirtualHost,
    onDone = () => {},
  ): void {
    const { cluster } = this;
    const { host } = wish;
    const runs = guest.power !== "off";
    const started = cluster.now();
    const abort = (words: string) => {
      pen.stamp(`ERROR: migration aborted (duration ${durationOf(cluster.now() - started)}): ${words}`);
      return "migration aborted";
    };
    const local = this.localDisks(guest);
    if (runs && local.length > 0 && !wish.withLocalDisks && guest.kind === "vm") {
      for (const { volid } of local) pen.stamp(`found local disk '${volid}' (attached)`);
      pen.end(abort("can't live migrate attached local disks without with-local-disks option"));
      return;
    }
    const key = local.length > 0 ? (wish.targetStorage ?? this.ownStorageKey(guest)) : null;
    const storage =
      key === null ? null : cluster.storages.find((each) => each.key === key && each.hosts.includes(host.id));
    if (storage === undefined) {
      pen.end(abort(`storage '${key}' is not available on node '${host.name}'`));
      return;
    }
    const lines = runs
      ? [
          { at: 0.1, words: `starting VM ${guest.key} on remote node '${host.name}'` },
          { at: 0.2, words: "start remote tunnel" },
          { at: 0.2, words: "ssh tunnel ver 1" },
          ...(storage ? [{ at: 0.3, words: `copying local disk images to storage '${storage.key}'` }] : []),
          { at: 0.4, words: `starting online/live migration on unix:/run/qemu-server/${guest.key}.migrate` },
          {
            at: 0.5,
            words: `migration active, transferred ${(guest.memory / 1024 ** 3 / 3).toFixed(1)} GiB of ${(guest.memory / 1024 ** 3).toFixed(1)} GiB VM-state`,
          },
          { at: 0.9, words: "migration status: completed" },
        ]
      : local.map(({ volid }) => ({ at: 0.3, words: `copying local disk image '${volid}'` }));
    cluster.operations.work(
      guest,
      pen,
      () =>
        cluster.virtual.migrate(guest.id, by, { host: host.id, ...(storage ? { storage: storage.id } : {}) }),
      {
        lines,
        onEnd: (_fault, words) => {
          if (words !== null) return abort(words);
          cluster.replication.moved(guest, from);
          pen.stamp(`migration finished successfully (duration ${durationOf(cluster.now() - started)})`);
          onDone();
          return null;
        },
      },
    );
  }

  /** A container goes down, moves and starts again there; started again where it was when the move fails. */
  private restartMove(guest: Guest, by: string, wish: MigrationWish, pen: TaskPen): void {
    const { cluster } = this;
    const from = cluster.virtual.host(guest.host);
    pen.stamp(`shutdown CT ${guest.key}`);
    const down = cluster.virtual.shutDownGuest(guest.id, by);
    cluster.tasks.wait(down, (fault) => {
      if (fault) {
        pen.stamp(`ERROR: migration aborted: ${fault.words}`);
        pen.end("migration aborted");
        return;
      }
      this.move(guest, by, wish, pen, from, () => {
        pen.stamp("start container on target node");
        cluster.virtual.powerOnGuest(guest.id, by);
      });
      cluster.tasks.onEnd(pen.task, () => {
        const isLeft = cluster.virtual.guests.get(guest.id) === guest && guest.host === from.id;
        if (isLeft && guest.power === "off") cluster.virtual.powerOnGuest(guest.id, by);
      });
    });
  }

  private ownStorageKey(guest: Guest): string {
    const [disk] = guest.disks;
    return disk ? this.cluster.virtual.storage(disk.storage).key : "local-zfs";
  }
}
