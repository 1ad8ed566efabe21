import type { OpsError } from "../../../shared/errors.ts";
import type { FactValue, Health, Problem } from "../../../shared/resource.ts";
import { type LocalText, text } from "../../../shared/text.ts";
import { quorumWithout, quorumWord, troubleFacts, troubleReadAt, voteFacts } from "./cluster-well.ts";
import { nodeNamed, type Picture } from "./picture.ts";
import { endOf, type NodeRow, type TaskRow } from "./records.ts";

/** What there is to say of a resource, before it is declared. */
export interface Seen {
  facts: Record<string, FactValue>;
  problems: Problem[];
  readAt?: Record<string, number>;
}

/** Percent of a file system or storage in use. */
export const nearlyFull = 85;
export const full = 95;

export function problem(code: string, health: Health, words: LocalText): Problem {
  return { code: `proxmox.${code}`, health, text: words };
}

/** A share in percent, to a tenth; null where it cannot be made out. */
export function percent(used: number | null, total: number | null): number | null {
  return used === null || total === null || total <= 0 ? null : Math.round((used / total) * 1000) / 10;
}

/** The cluster as a whole. `failedDoors` are the addresses that could not be used. */
export function clusterSeen(
  picture: Picture,
  failedDoors: readonly { label: string; fault: OpsError }[],
  now: number,
): Seen {
  const { inventory, ha, version, rules, nodes, denied, lacking } = picture;
  const online = inventory.nodes.filter((node) => node.online);
  const details = inventory.nodes.flatMap(({ name }) => nodes.get(name)?.value ?? []);
  const sum = (values: readonly (number | null)[]) =>
    values.length === inventory.nodes.length && !values.includes(null)
      ? values.reduce<number>((total, each) => total + (each ?? 0), 0)
      : null;
  const guests = inventory.guests.filter(({ template }) => !template);
  return {
    facts: {
      "hypervisor.version": version === null ? null : `Proxmox VE ${version}`,
      "proxmox.quorum": quorumWord(picture),
      "hypervisor.hosts": inventory.nodes.length,
      "proxmox.nodesOnline": online.length,
      "proxmox.nodesAway": inventory.nodes.length - online.length,
      "hypervisor.hostsEffective": online.filter((node) => !inMaintenance(picture, node)).length,
      "hypervisor.vms": guests.length,
      "hypervisor.vmsOn": guests.filter(({ status }) => status === "running").length,
      "hypervisor.cores": sum(details.map(({ cores }) => cores)),
      "cpu.count": sum(inventory.nodes.map(({ cpus }) => cpus)),
      "memory.total": sum(inventory.nodes.map(({ memory }) => memory)),
      "hypervisor.ha": ha === null ? null : ha.services.size > 0,
      "proxmox.haMaster": ha?.master ?? null,
      "proxmox.haRules": rules === null ? null : [...rules],
      ...voteFacts(picture),
      ...troubleFacts(picture, now),
    },
    readAt: troubleReadAt(picture),
    problems: [
      ...quorumProblems(picture, online.length),
      ...failedDoors
        .slice(0, 10)
        .map(({ label, fault }) =>
          problem(
            `entry.${label}`,
            "warning",
            text(
              `The cluster cannot be entered at ${label}: ${fault.text.en}`,
              `La grappe n'est pas accessible par ${label} : ${fault.text.fr}`,
            ),
          ),
        ),
      ...rightsProblems([...denied.values()]),
      ...lacking.map(({ right, path }) =>
        problem(
          `lacking.${right}`,
          "warning",
          text(
            `Not everything is shown: the user, or its token, lacks ${right} on / or ${path}.`,
            `Tout n'est pas montré : il manque à l'utilisateur, ou à son jeton, ${right} sur / ou ${path}.`,
          ),
        ),
      ),
    ],
  };
}

/** What could not be read for want of rights, each right once. */
function rightsProblems(faults: readonly OpsError[]): Problem[] {
  const texts = new Map(faults.map((fault) => [fault.text.en, fault.text]));
  return [...texts.values()].slice(0, 10).map((words, at) => problem(`rights.${at}`, "warning", words));
}

function quorumProblems({ state, inventory }: Picture, online: number): Problem[] {
  const all = Math.max(state.cluster?.nodes ?? 0, inventory.nodes.length);
  if (!state.cluster || state.cluster.quorate) return [];
  return [
    problem(
      "no-quorum",
      "critical",
      text(
        `The quorum is lost: ${online} of ${all} nodes see each other, which is no majority. What runs goes on, but nothing can be started, moved or changed, and a node with HA guests restarts itself.`,
        `Le quorum est perdu : ${online} nœuds sur ${all} se voient, ce qui n'est pas une majorité. Ce qui tourne continue, mais rien ne peut être démarré, déplacé ni modifié, et un nœud portant des invités HA se redémarre lui-même.`,
      ),
    ),
  ];
}

/** Whether HA keeps a node empty (`ha-manager crm-command node-maintenance`). */
export function inMaintenance({ ha }: Picture, { name, maintenance }: NodeRow): boolean {
  return maintenance || ha?.maintenance.has(name) === true;
}

/** A node; `name` is that of the cluster. */
export function nodeSeen(picture: Picture, node: NodeRow, cluster: string, now: number): Seen {
  const { ha, state, inventory } = picture;
  const dated = picture.nodes.get(node.name);
  const details = dated?.value;
  const guests = inventory.guests.filter((guest) => guest.node === node.name && !guest.template);
  const detailFacts: Record<string, FactValue> = {
    "hypervisor.version": details?.version ?? null,
    "hypervisor.cores": details?.cores ?? null,
    "hypervisor.sockets": details?.sockets ?? null,
    "hardware.processor": details?.processor ?? null,
    "os.kernel": details?.kernel ?? null,
    "os.bootedAt": details?.bootedAt ?? null,
    "load.one": details?.load[0] ?? null,
    "load.five": details?.load[1] ?? null,
    "load.fifteen": details?.load[2] ?? null,
    "proxmox.rootUsed": details?.rootUsed ?? null,
    "swap.used": details?.swapUsed ?? null,
  };
  const memory = node.memory ?? details?.memory ?? null;
  return {
    facts: {
      ...detailFacts,
      // A node that left the cluster may be off, or cut off.
      "power.state": node.online ? "on" : null,
      "proxmox.online": node.online,
      "hypervisor.cluster": cluster,
      "hypervisor.maintenance": inMaintenance(picture, node),
      "cpu.count": node.cpus ?? details?.threads ?? null,
      "hypervisor.cpuUsed": node.cpu === null || !node.online ? null : Math.round(node.cpu * 1000) / 10,
      "memory.total": memory,
      "memory.available":
        memory === null || node.memoryUsed === null || !node.online ? null : memory - node.memoryUsed,
      "memory.used": node.online ? percent(node.memoryUsed, memory) : null,
      "hypervisor.vms": guests.length,
      "hypervisor.vmsOn": guests.filter(({ status }) => status === "running").length,
      "reach.address": state.members.find(({ name }) => name === node.name)?.address ?? null,
      "proxmox.lrm": ha?.local.get(node.name) ?? null,
      "proxmox.quorum": quorumWord(picture),
      "proxmox.quorumWithout": quorumWithout(picture, node.name),
      ...troubleFacts(picture, now, node.name),
    },
    problems: [...nodeProblems(picture, node), ...failedTasks(picture.tasks, isAboutNode(node.name), now)],
    readAt: { ...troubleReadAt(picture), ...(dated && datesOf(detailFacts, dated.readAt)) },
  };
}

/** The same moment for each of some facts. */
export function datesOf(facts: Readonly<Record<string, FactValue>>, at: number): Record<string, number> {
  return Object.fromEntries(Object.keys(facts).map((key) => [key, at]));
}

function nodeProblems(picture: Picture, node: NodeRow): Problem[] {
  if (!node.online) {
    return [
      problem(
        "node-offline",
        "critical",
        text(
          "The node is not in the cluster: it is off, or cut off from the others. What it holds cannot be managed from them.",
          "Le nœud n'est plus dans la grappe : il est éteint, ou coupé des autres. Ce qu'il porte ne peut pas être géré depuis eux.",
        ),
      ),
    ];
  }
  const problems: Problem[] = [];
  const used = picture.nodes.get(node.name)?.value.rootUsed ?? null;
  if (used !== null && used >= nearlyFull) {
    problems.push(
      problem(
        "root-full",
        used >= full ? "critical" : "warning",
        text(
          `Its root file system is ${used} % full.`,
          `Son système de fichiers racine est plein à ${used} %.`,
        ),
      ),
    );
  }
  if (/dead/.test(picture.ha?.local.get(node.name) ?? "")) {
    problems.push(
      problem(
        "lrm-dead",
        "warning",
        text(
          "Its local HA manager (pve-ha-lrm) says nothing any more: HA cannot start or stop anything on it.",
          "Son gestionnaire HA local (pve-ha-lrm) ne dit plus rien : la HA ne peut rien y démarrer ni arrêter.",
        ),
      ),
    );
  }
  return problems;
}

/** A failure is told for so many milliseconds. */
const toldFor = 86_400_000;
/** Consoles end in all kinds of ways; that is no failure of the node or guest. */
const consoles = /proxy$|^(vncshell|termshell|spiceshell)$/;

function isAboutNode(name: string): (task: TaskRow) => boolean {
  return ({ upid }) => upid.node === name && !/^\d+$/.test(upid.subject);
}

/** The kinds of task of which the last one failed within the last day. */
export function failedTasks(
  tasks: readonly TaskRow[],
  isAbout: (task: TaskRow) => boolean,
  now: number,
): Problem[] {
  const latest = new Map<string, TaskRow>();
  for (const task of tasks) {
    if (!isAbout(task) || consoles.test(task.upid.type)) continue;
    const before = latest.get(task.upid.type);
    if (!before || before.upid.startedAt < task.upid.startedAt) latest.set(task.upid.type, task);
  }
  return [...latest.values()].flatMap(({ upid, endedAt, status }) => {
    if (endedAt === null || status === null || now - endedAt > toldFor) return [];
    if (endOf(status) !== "failed") return [];
    return [
      problem(
        `task.${upid.type}`,
        "warning",
        text(
          `Its last task ${upid.type} failed: ${status}`,
          `Sa dernière tâche ${upid.type} a échoué : ${status}`,
        ),
      ),
    ];
  });
}

/** Whether the node of that name is there and answers. */
export function isOnline(picture: Picture, name: string): boolean {
  return nodeNamed(picture, name)?.online === true;
}
