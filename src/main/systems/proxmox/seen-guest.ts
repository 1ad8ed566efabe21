import type { FactValue, Problem } from "../../../shared/resource.ts";
import { text } from "../../../shared/text.ts";
import { asKnown, type Picture } from "./picture.ts";
import type { Backup, GuestRow } from "./records.ts";
import { datesOf, failedTasks, full, isOnline, nearlyFull, percent, problem, type Seen } from "./seen.ts";

/** A snapshot older than this many milliseconds is a problem: it grows, and is forgotten. */
const oldSnapshot = 7 * 86_400_000;
const day = 86_400_000;
const mostNamed = 20;

const powerWords: Readonly<Record<string, string>> = {
  running: "on",
  stopped: "off",
  paused: "suspended",
  suspended: "suspended",
  prelaunch: "changing",
};

/** The state of a guest in the words of `power.state`; null when it is not known. */
export function powerWord({ status, lock }: Pick<GuestRow, "status" | "lock">): string | null {
  // A VM that was suspended to its disk is stopped, and locked until it is resumed.
  if (status === "stopped" && lock === "suspended") return "suspended";
  return Object.hasOwn(powerWords, status) ? (powerWords[status] ?? null) : null;
}

/** A VM or container, with its backups. */
export function guestSeen(
  picture: Picture,
  row: GuestRow,
  cluster: string,
  backups: readonly Backup[],
  now: number,
): Seen {
  const guest = asKnown(picture, row);
  const service = picture.ha?.services.get(guest.id);
  const dated = picture.guests.get(guest.id);
  const details = detailFacts(picture, guest);
  const made = backups.flatMap(({ madeAt }) => madeAt ?? []);
  const isOn = guest.status === "running";
  return {
    facts: {
      ...details,
      "power.state": powerWord(guest),
      "vm.kind": guest.kind === "lxc" ? "container" : "vm",
      "vm.host": guest.node,
      "hypervisor.cluster": cluster,
      "vm.template": guest.template,
      "proxmox.id": String(guest.id),
      "cpu.count": guest.cpus,
      "memory.total": guest.memory,
      "hypervisor.tags": guest.tags,
      ...(isOn && runningFacts(guest, picture.readAt)),
      // Of a VM's disks the list says only how large the first is.
      ...(guest.kind === "lxc" && { "vm.storageUsed": guest.diskUsed }),
      ...whereTold({
        "proxmox.ha": service?.state ?? guest.ha,
        "proxmox.haGroup": picture.haGroups.get(guest.id) ?? null,
        "proxmox.lock": guest.lock,
        "proxmox.pool": guest.pool,
        "proxmox.latestBackup": made.length > 0 ? Math.max(...made) : null,
      }),
      // None at all is not said where they would not be shown.
      "proxmox.backups": picture.seesBackups || backups.length > 0 ? backups.length : null,
    },
    problems: [
      ...stateProblems(picture, guest, service?.state ?? guest.ha),
      ...snapshotProblems(picture, guest.id, now),
      ...failedTasks(picture.tasks, ({ upid }) => upid.subject === String(guest.id), now),
    ],
    ...(dated && { readAt: datesOf(details, dated.readAt) }),
  };
}

/** What only a guest that runs has. */
function runningFacts(
  { cpu, memoryUsed, memory, uptime }: GuestRow,
  readAt: number,
): Record<string, FactValue> {
  return {
    "hypervisor.cpuUsed": cpu === null ? null : Math.round(cpu * 1000) / 10,
    "memory.used": percent(memoryUsed, memory),
    "os.bootedAt":
      uptime !== null && uptime > 0 ? Math.round((readAt - uptime * 1000) / 60_000) * 60_000 : null,
  };
}

/** Those that there are: a guest without a lock has none, which is not unknown. */
function whereTold(facts: Record<string, FactValue>): Record<string, FactValue> {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== null));
}

function detailFacts(picture: Picture, guest: GuestRow): Record<string, FactValue> {
  const details = picture.guests.get(guest.id)?.value;
  if (!details) return {};
  const { config, snapshots, addresses, agent } = details;
  const times = snapshots.snapshots.flatMap(({ createdAt }) => createdAt ?? []);
  return {
    "vm.disks": config.disks.length,
    "vm.networks": config.networks.slice(0, mostNamed),
    "vm.storages": config.storages.slice(0, mostNamed),
    "vm.snapshots": snapshots.snapshots.length,
    "vm.snapshotNames": snapshots.snapshots.slice(0, mostNamed).map(({ name }) => name),
    "os.name": config.system,
    "proxmox.onBoot": config.onBoot,
    ...(guest.status === "running" && { "reach.address": addresses.join(", ") || null }),
    ...whereTold({
      "vm.oldestSnapshot": times.length > 0 ? Math.min(...times) : null,
      "proxmox.agent": guest.kind === "lxc" ? null : agentWord(config.agent, agent, guest.status),
    }),
  };
}

/** Null for an agent that nobody can answer for, since its VM is off. */
function agentWord(isEnabled: boolean, answers: boolean | null, status: string): string | null {
  if (!isEnabled) return "off";
  if (status !== "running") return null;
  return answers === true ? "answers" : "silent";
}

function stateProblems(picture: Picture, guest: GuestRow, ha: string | null): Problem[] {
  const problems: Problem[] = [];
  if (!isOnline(picture, guest.node)) {
    const words = text(
      `Its node ${guest.node} does not answer, so its state is not known.`,
      `Son nœud ${guest.node} ne répond pas : son état n'est pas connu.`,
    );
    problems.push(problem("node-offline", "unknown", words));
  } else if (guest.status === "unknown") {
    const words = text("Its node does not say how it is.", "Son nœud ne dit pas dans quel état elle est.");
    problems.push(problem("state-unknown", "unknown", words));
  }
  if (guest.status === "io-error") {
    const words = text(
      "It stands still since its disk could not be written.",
      "Elle est figée, car son disque n'a pas pu être écrit.",
    );
    problems.push(problem("io-error", "critical", words));
  }
  if (ha === "error") {
    const words = text(
      "HA has given it up (state error): disable it in HA, mend it, then enable it again.",
      "La HA l'a abandonnée (état error) : désactivez-la dans la HA, réparez-la, puis réactivez-la.",
    );
    problems.push(problem("ha-error", "critical", words));
  } else if (ha === "fence" || ha === "recovery") {
    const words = text(
      `HA brings it back after the loss of its node (${ha}).`,
      `La HA la rétablit après la perte de son nœud (${ha}).`,
    );
    problems.push(problem("ha-recovery", "warning", words));
  }
  const used =
    guest.kind === "lxc" && guest.status === "running" ? percent(guest.diskUsed, guest.disk) : null;
  if (used !== null && used >= nearlyFull) {
    const words = text(
      `Its root file system is ${used} % full.`,
      `Son système de fichiers racine est plein à ${used} %.`,
    );
    problems.push(problem("root-full", used >= full ? "critical" : "warning", words));
  }
  return problems;
}

function snapshotProblems(picture: Picture, id: number, now: number): Problem[] {
  const snapshots = picture.guests.get(id)?.value.snapshots.snapshots ?? [];
  const oldest = Math.min(...snapshots.map(({ createdAt }) => createdAt ?? Number.POSITIVE_INFINITY));
  if (!(now - oldest > oldSnapshot)) return [];
  const days = Math.floor((now - oldest) / day);
  const words = text(
    `Its oldest snapshot is ${days} days old; it grows, and slows some storages down.`,
    `Son plus ancien instantané a ${days} jours ; il grossit, et ralentit certains stockages.`,
  );
  return [problem("old-snapshot", "warning", words)];
}
