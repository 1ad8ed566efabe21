import {
  type FactValue,
  type Health,
  healthOrder,
  type Problem,
  type ResourceKind,
} from "../../../shared/resource.ts";
import { type LocalText, text } from "../../../shared/text.ts";
import { alarmProblems } from "./alarms.ts";
import { diskWords } from "./disks.ts";
import type { Cluster, Datastore, Held, Host, Vm } from "./records.ts";

/** One object of the inventory as a resource, before time and source are put to it. */
export interface Seen {
  kind: ResourceKind;
  name: string;
  facts: Record<string, FactValue>;
  problems: Problem[];
}

/** What an object is described with besides itself. */
export interface Surroundings {
  /** The name of another object; its identifier when it is not known. */
  nameOf(id: string | null): string | null;
  datacenter: string | null;
  /** The name of the cluster that it is in. */
  cluster: string | null;
  alarmName(alarm: string): string;
  /** VMs on a host or cluster, and how many of them are on. */
  vms: { all: number; on: number };
  now: number;
}

/** A snapshot older than this many milliseconds is a problem: it grows, and slows its VM down. */
const oldSnapshot = 7 * 86_400_000;
const day = 86_400_000;
/** Percent of a datastore in use. */
const nearlyFull = 85;
const full = 95;
const mostNamed = 20;
const mostRefused = 5;

/** Null for what is no resource of its own. */
export function seenOf(held: Held, around: Surroundings): Seen | null {
  switch (held.is) {
    case "vm":
      return seen("vm", held, around, vmFacts(held, around), vmProblems(held, around));
    case "host":
      return seen("host", held, around, hostFacts(held, around), hostProblems(held));
    case "cluster":
      return seen("cluster", held, around, clusterFacts(held, around), clusterProblems(held));
    case "datastore":
      return seen("volume", held, around, datastoreFacts(held), datastoreProblems(held));
    case "place":
      return null;
  }
}

/** The worst of problems; without any it is well. */
export function healthOf(problems: readonly Problem[]): Health {
  return healthOrder.find((health) => problems.some((each) => each.health === health)) ?? "ok";
}

function seen(
  kind: ResourceKind,
  held: Exclude<Held, { is: "place" }>,
  around: Surroundings,
  facts: Record<string, FactValue>,
  problems: Problem[],
): Seen {
  const alarms = alarmProblems(held.alarms, around.alarmName);
  const unread = refusedProblem(held.refused);
  // What vCenter's colour stands for is said better by an alarm or a problem of its own.
  const colour = alarms.length + problems.length === 0 ? colourProblem(held.status) : [];
  return {
    kind,
    name: held.name ?? held.id,
    facts: { ...facts, "vsphere.datacenter": around.datacenter },
    problems: [...unread, ...problems, ...alarms, ...colour],
  };
}

const powerWords: Readonly<Record<string, string>> = {
  poweredOn: "on",
  poweredOff: "off",
  suspended: "suspended",
  standBy: "sleeping",
};

/** A power state of vCenter in the words of `power.state`; null when it is not known. */
export function powerWord(power: string | null): string | null {
  return powerWords[power ?? ""] ?? null;
}

function vmFacts(vm: Vm, { nameOf, cluster }: Surroundings): Record<string, FactValue> {
  const names = (ids: readonly string[]) => ids.slice(0, mostNamed).flatMap((id) => nameOf(id) ?? []);
  const times = vm.snapshots.flatMap(({ createdAt }) => createdAt ?? []);
  return {
    "power.state": powerWord(vm.power),
    "vsphere.connection": vm.connection,
    "vm.host": nameOf(vm.host),
    "hypervisor.cluster": cluster,
    "vm.template": vm.template,
    "cpu.count": vm.cpus,
    "memory.total": vm.memory,
    "cpu.used": vm.load.shown.cpu,
    "memory.used": vm.load.shown.memory,
    "vm.disks": vm.disks,
    // Left out until they were read: not known is something else than not asked for.
    ...(vm.diskList && { "vm.diskList": vm.diskList.map((disk) => diskWords(disk, nameOf)) }),
    "vm.storageUsed": vm.storage,
    "vsphere.tools": vm.tools,
    "os.name": vm.system,
    "os.hostname": vm.hostName,
    "os.bootedAt": vm.bootedAt,
    "reach.address": vm.address,
    "hardware.uuid": vm.uuid,
    "vm.networks": names(vm.networks),
    "vm.storages": names(vm.datastores),
    "vm.snapshots": vm.snapshots.length,
    "vm.snapshotNames": vm.snapshots.slice(0, mostNamed).map(({ name }) => name),
    ...(times.length > 0 && { "vm.oldestSnapshot": Math.min(...times) }),
    "vsphere.disabled": vm.disabled,
  };
}

function vmProblems(vm: Vm, { now }: Surroundings): Problem[] {
  const problems: Problem[] = [];
  if (vm.connection !== null && vm.connection !== "connected") {
    const words = text(
      `vCenter cannot reach its files or its host (${vm.connection}).`,
      `vCenter n'atteint pas ses fichiers ou son hôte (${vm.connection}).`,
    );
    problems.push(
      problem("vm-unreachable", vm.connection === "disconnected" ? "unknown" : "critical", words),
    );
  }
  if (vm.asks) problems.push(problem("question", "warning", waitsForAnswer));
  if (vm.consolidate) problems.push(problem("consolidate", "warning", needsConsolidation));
  const oldest = Math.min(...vm.snapshots.map(({ createdAt }) => createdAt ?? Number.POSITIVE_INFINITY));
  if (now - oldest > oldSnapshot) {
    const days = Math.floor((now - oldest) / day);
    const words = text(
      `Its oldest snapshot is ${days} days old; it grows and slows the VM down.`,
      `Son plus ancien instantané a ${days} jours ; il grossit et ralentit la VM.`,
    );
    problems.push(problem("old-snapshot", "warning", words));
  }
  return problems;
}

const waitsForAnswer = text(
  "It stands still: vCenter waits for an answer to a question about it.",
  "Elle est à l'arrêt : vCenter attend la réponse à une question à son sujet.",
);
const needsConsolidation = text(
  "Its disks need to be consolidated: parts of deleted snapshots are left.",
  "Ses disques doivent être consolidés : il reste des parties d'instantanés supprimés.",
);

function hostFacts(host: Host, { cluster, vms }: Surroundings): Record<string, FactValue> {
  return {
    "power.state": powerWord(host.power),
    "vsphere.connection": host.connection,
    "hypervisor.maintenance": host.maintenance,
    "hypervisor.cluster": cluster,
    "hypervisor.version": host.version,
    "hypervisor.sockets": host.sockets,
    "hypervisor.cores": host.cores,
    "cpu.count": host.threads,
    "memory.total": host.memory,
    "cpu.used": host.load.shown.cpu,
    "memory.used": host.load.shown.memory,
    "os.bootedAt": host.bootedAt,
    "hardware.manufacturer": host.hardware.vendor,
    "hardware.model": host.hardware.model,
    "hardware.processor": host.hardware.processor,
    "hardware.uuid": host.hardware.uuid,
    "hypervisor.vms": vms.all,
    "hypervisor.vmsOn": vms.on,
  };
}

function hostProblems({ connection, power }: Host): Problem[] {
  // One in standby does not answer on purpose, until it is woken.
  if (connection === "notResponding" && power !== "standBy") {
    const words = text("It does not respond to vCenter.", "Il ne répond pas à vCenter.");
    return [problem("host-not-responding", "critical", words)];
  }
  if (connection !== "disconnected") return [];
  const words = text("It was disconnected from vCenter.", "Il a été déconnecté de vCenter.");
  return [problem("host-disconnected", "unknown", words)];
}

function clusterFacts(cluster: Cluster, { vms }: Surroundings): Record<string, FactValue> {
  return {
    "hypervisor.hosts": cluster.hosts,
    "hypervisor.hostsEffective": cluster.hostsEffective,
    "hypervisor.vms": vms.all,
    "hypervisor.vmsOn": vms.on,
    "hypervisor.cores": cluster.cores,
    "memory.total": cluster.memory,
    "hypervisor.ha": cluster.ha,
    "vsphere.admissionControl": cluster.admissionControl,
    ...(cluster.admissionControl !== false && admissionFacts(cluster)),
    "vsphere.drs": cluster.drs,
    "vsphere.drsMode": cluster.drsMode,
  };
}

/** What admission control keeps, as far as its policy has such. */
function admissionFacts({ admissionPolicy, failoverLevel, failoverNow, reserved }: Cluster) {
  const facts = {
    "vsphere.admissionPolicy": policyWord(admissionPolicy),
    "vsphere.failoverLevel": failoverLevel,
    "vsphere.failoverNow": failoverNow,
    "vsphere.reservedProcessors": reserved.cpu,
    "vsphere.reservedMemory": reserved.memory,
  };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== null));
}

/** A policy of admission control (ClusterDasAdmissionControlPolicy) by the word for it; another one by its type. */
function policyWord(type: string | null): string | null {
  const word = /Cluster(\w{1,80}?)AdmissionControlPolicy$/.exec(type ?? "")?.[1];
  return word ?? type;
}

function clusterProblems({ ha, admissionControl, hosts, hostsEffective }: Cluster): Problem[] {
  const problems: Problem[] = [];
  if (hosts !== null && hostsEffective !== null && hostsEffective < hosts) {
    const words = text(
      `Only ${hostsEffective} of its ${hosts} hosts can run VMs now.`,
      `Seuls ${hostsEffective} de ses ${hosts} hôtes peuvent exécuter des VM actuellement.`,
    );
    problems.push(problem("hosts-missing", hostsEffective === 0 ? "critical" : "warning", words));
  }
  if (ha === false && (hosts ?? 0) > 1) {
    const words = text(
      "High availability is off: VMs of a lost host do not start elsewhere.",
      "La haute disponibilité est désactivée : les VM d'un hôte perdu ne redémarrent pas ailleurs.",
    );
    problems.push(problem("ha-off", "warning", words));
  }
  if (ha === true && admissionControl === false) {
    const words = text(
      "Admission control is off: nothing keeps room for the VMs of a lost host.",
      "Le contrôle d'admission est désactivé : rien ne réserve de place pour les VM d'un hôte perdu.",
    );
    problems.push(problem("admission-control-off", "warning", words));
  }
  return problems;
}

function datastoreFacts({ capacity, free, kind, maintenance }: Datastore): Record<string, FactValue> {
  return {
    "storage.capacity": capacity,
    "storage.free": free,
    "storage.used": usedOf(capacity, free),
    "storage.type": kind,
    "hypervisor.maintenance": maintenance === null ? null : maintenance !== "normal",
  };
}

function datastoreProblems({ capacity, free, accessible }: Datastore): Problem[] {
  if (accessible === false) {
    const words = text("No host can reach it.", "Aucun hôte ne peut y accéder.");
    return [problem("datastore-inaccessible", "critical", words)];
  }
  const used = usedOf(capacity, free);
  if (used === null || used < nearlyFull) return [];
  const words = text(`It is ${used} % full.`, `Elle est pleine à ${used} %.`);
  return [problem("datastore-full", used >= full ? "critical" : "warning", words)];
}

/** Whole percent in use; null when it is not known. */
function usedOf(capacity: number | null, free: number | null): number | null {
  if (capacity === null || free === null || capacity <= 0) return null;
  return Math.min(100, Math.max(0, Math.floor(((capacity - free) / capacity) * 100)));
}

/** What is not known is not fine: no alarm may only mean that alarms may not be read. */
function refusedProblem(refused: readonly string[]): Problem[] {
  if (refused.length === 0) return [];
  const some = `${refused.slice(0, mostRefused).join(", ")}${refused.length > mostRefused ? "…" : ""}`;
  const words = text(
    `The user may not read all of it; not known: ${some}.`,
    `L'utilisateur n'est pas autorisé à tout lire ; inconnu : ${some}.`,
  );
  return [problem("unreadable", "unknown", words)];
}

function colourProblem(status: string | null): Problem[] {
  if (status !== "red" && status !== "yellow") return [];
  const words = text("vCenter shows it as not well.", "vCenter la signale en mauvais état.");
  return [problem("status", status === "red" ? "critical" : "warning", words)];
}

function problem(code: string, health: Health, words: LocalText): Problem {
  return { code: `vsphere.${code}`, health, text: words };
}
