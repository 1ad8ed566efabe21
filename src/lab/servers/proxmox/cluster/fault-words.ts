import type { Guest, TaskName, VirtualFaultCode, VirtualTask } from "../../../world/virtual/model.ts";

/** What is written into a guest's configuration while a task of the World works on it. */
const lockWords = new Map<TaskName, string>([
  ["guest.migrate", "migrate"],
  ["guest.relocate", "disk"],
  ["guest.back-up", "backup"],
  ["guest.create-snapshot", "snapshot"],
  ["guest.delete-snapshot", "snapshot-delete"],
  ["guest.revert-snapshot", "rollback"],
  ["guest.clone", "clone"],
  ["guest.restore", "create"],
]);

/** The lock in a guest's configuration, as Proxmox shows it; null when there is none. */
export function lockOf(guest: Guest, tasks: ReadonlyMap<string, VirtualTask>): string | null {
  const task = guest.lockedBy === null ? null : tasks.get(guest.lockedBy);
  return task ? (lockWords.get(task.name) ?? null) : null;
}

/** What a lock forbids, in words: that of the configuration, or the short one on the file. */
export function lockedWords(guest: Guest, tasks: ReadonlyMap<string, VirtualTask>): string {
  const lock = lockOf(guest, tasks);
  if (lock !== null) return `${guest.kind === "vm" ? "VM" : "CT"} is locked (${lock})`;
  const file =
    guest.kind === "vm"
      ? `/var/lock/qemu-server/lock-${guest.key}.conf`
      : `/run/lock/lxc/pve-config-${guest.key}.lock`;
  return `can't lock file '${file}' - got timeout`;
}

/** How a task of some type ends when something befalls the machinery under it. */
const generalFailures: Record<string, string> = {
  qmstart: "start failed: QEMU exited with code 1",
  vzstart: "startup for container '%' failed",
  qmigrate: "migration problems",
  vzmigrate: "migration aborted",
  qmsnapshot: "qmp command 'savevm-start' failed - got timeout",
  qmclone: "clone failed: copy failed: command '/usr/bin/qemu-img convert' failed: exit code 1",
  vzdump: "job errors",
  qmrestore: "command 'set -o pipefail && zstd -q -d -c | vma extract' failed: exit code 1",
  vzrestore: "unable to restore CT % - command 'tar xpf -' failed: exit code 2",
};

/**
 * Why a task ended, in the words of the real thing: those behind `TASK ERROR:`. `said` are the World's own, which stand
 * where Proxmox has none that fit.
 */
export function failureWords(
  fault: { code: VirtualFaultCode; words: string },
  task: { type: string; id: string },
  guest: Guest | null,
): string {
  const isRunningAlready = /^(qm|vz)(start|resume)$/.test(task.type);
  const vm = guest?.kind === "container" ? `CT ${task.id}` : `VM ${task.id}`;
  const words: Partial<Record<VirtualFaultCode, string>> = {
    "wrong-power-state": isRunningAlready ? `${vm} already running` : `${vm} not running`,
    "no-room": "start failed: command '/usr/bin/kvm' failed: Cannot allocate memory",
    "no-space": "error during write: No space left on device",
    "storage-lost": "storage is not online",
    pinned: "can't migrate VM which uses local devices: hostpci0",
    "host-down": "Can't connect to destination address using public key",
    "not-reachable": "Can't connect to destination address using public key",
    "no-quorum": "cluster not ready - no quorum?",
    "timed-out":
      guest?.kind === "container"
        ? "command 'lxc-stop' failed: got timeout"
        : "VM quit/powerdown failed - got timeout",
    cancelled: "received interrupt",
    failed: (generalFailures[task.type] ?? "command failed: exit code 1").replace("%", task.id),
  };
  return words[fault.code] ?? fault.words;
}
