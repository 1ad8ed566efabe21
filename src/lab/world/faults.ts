import { OpsError } from "../../shared/errors.ts";
import { text } from "../../shared/text.ts";
import type { Machine } from "./machine.ts";
import { type RegionKind, type Regions, regionKinds } from "./regions.ts";
import { findVirtual, type VirtualKind, type VirtualTargets, virtualKinds } from "./virtual/targets.ts";

/** Every fault the lab can be told to have, with what must follow its name. */
export const faultParameters = {
  "machine-dead": ["machine"],
  "machine-hang": ["machine"],
  "bounce-down": [],
  "link-cut": ["machine"],
  "link-slow": ["machine", "bytes-per-second"],
  "wrong-host-key": ["machine"],
  "wrong-password": ["machine"],
  garbage: ["machine"],
  "endless-banner": ["machine"],
  "disk-full": ["machine"],
  "raid-degraded": ["machine"],
  "smart-failing": ["machine"],
  "unit-failed": ["machine", "unit"],
  "screen-garbage": ["machine"],
  "screen-truncated": ["machine"],
  "screen-lies": ["machine"],
  "screen-resizes": ["machine"],
  "screen-huge": ["machine"],
  "screen-tiny": ["machine"],
  "amt-asleep": ["machine"],
  "amt-garbage": ["machine"],
  "amt-truncated": ["machine"],
  "amt-slow": ["machine"],
  "amt-huge": ["machine"],
  "amt-nonce-loop": ["machine"],
  "amt-power-ignored": ["machine"],
  "amt-certificate-changed": ["machine"],
  "kube-down": [],
  "kube-hang": [],
  "kube-slow-watch": [],
  "kube-short-watch": [],
  "kube-silent-watch": [],
  "kube-gone": [],
  "kube-busy": [],
  "kube-pdb-never": [],
  "kube-html": [],
  "kube-huge": [],
  "kube-truncated": [],
  "alertmanager-down": [],
  "alertmanager-hang": [],
  "task-fails": ["virtual"],
  "task-stuck": ["virtual"],
  "host-dies": ["host"],
  "host-unreachable": ["host"],
  "memory-lost": ["host"],
  "migration-refused": ["guest"],
  "guest-hangs": ["guest"],
  "replication-fails": ["guest"],
  "tools-down": ["guest"],
  "storage-full": ["storage"],
  "storage-lost": ["storage"],
  "quorum-lost": ["proxmox"],
  "vcenter-down": ["vcenter"],
  "vcenter-hang": ["vcenter"],
  "vcenter-slow": ["vcenter"],
  "vcenter-garbage": ["vcenter"],
  "vcenter-truncated": ["vcenter"],
  "vcenter-huge": ["vcenter"],
  "vcenter-session-expired": ["vcenter"],
  "vcenter-certificate-changed": ["vcenter"],
  "proxmox-down": ["proxmox"],
  "proxmox-hang": ["proxmox"],
  "proxmox-slow": ["proxmox"],
  "proxmox-garbage": ["proxmox"],
  "proxmox-truncated": ["proxmox"],
  "proxmox-huge": ["proxmox"],
  "proxmox-ticket-expired": ["proxmox"],
  "proxmox-certificate-changed": ["proxmox"],
  "region-dead": ["region"],
  "region-half-dead": ["hosting-region"],
  "link-regions-cut": ["region"],
  "slow-restore": ["hosting-region"],
  "corrupt-restore-point": ["application"],
  "export-fails": ["hosting-region"],
  "dns-refuses-updates": ["region"],
  "dns-failing": ["region"],
  "dns-silent": ["region"],
  "resolver-stale": ["resolver"],
  "resolver-failing": ["resolver"],
  "resolver-silent": ["resolver"],
  "sync-stalled": ["hosting-region"],
  "webhook-down": [],
  "webhook-refuses": [],
  "webhook-failing": [],
  "webhook-answer-lost": [],
  "web-slow": ["hosting-region"],
  "web-unavailable": ["hosting-region"],
  "web-garbage": ["hosting-region"],
  "web-silent": ["hosting-region"],
  "web-broken-off": ["hosting-region"],
  "certificate-other-names": ["hosting-region"],
  "certificate-expired": ["hosting-region"],
  "certificate-ends-soon": ["hosting-region"],
  "certificate-chain-incomplete": ["hosting-region"],
  "certificate-self-signed": ["hosting-region"],
  "certificate-weak-key": ["hosting-region"],
  "challenge-fails": ["hosting-region"],
  "objects-down": ["region"],
  "objects-slow": ["region"],
  "objects-garbage": ["region"],
  "objects-truncated": ["region"],
  "vault-sealed": ["vault-node"],
  "vault-standby": ["vault-node"],
  "vault-away": ["vault-node"],
  "vault-slow": ["vault-node"],
  "vault-token-revoked": ["vault-node"],
  "vault-lease-expired": ["vault-node"],
  "vault-clock-skew": ["vault-node"],
  "provider-down": ["provider-list"],
  "provider-refuses": ["provider-list"],
  "provider-clock-skew": ["provider-list"],
  "provider-task-fails": ["provider-list"],
  "provider-task-stuck": ["provider-list"],
  "provider-entry-twice": ["provider-list"],
  "workstation-moved": [],
} as const satisfies Record<
  string,
  readonly ("machine" | "bytes-per-second" | "unit" | VirtualKind | RegionKind)[]
>;
export type FaultName = keyof typeof faultParameters;

/** A fault in force. `detail` is the unit or the bytes a second, where the fault has one. */
export interface Fault {
  name: FaultName;
  /** The identifier of the machine, or of what it befalls in the virtual World or in the regions. */
  target: string;
  detail: string | null;
}

function isFaultName(word: string): word is FaultName {
  return Object.hasOwn(faultParameters, word);
}

function wrongFault(english: string, french: string): OpsError {
  const names = Object.entries(faultParameters)
    .map(([name, parameters]) => [name, ...parameters.map((parameter) => `<${parameter}>`)].join(" "))
    .join(", ");
  return new OpsError({
    code: "lab.wrong-fault",
    system: "lab",
    message: text(english, french),
    hint: text(
      `Use one of: ${names}; or "clear" to end them all.`,
      `Utilisez l'une de ces formes : ${names} ; ou « clear » pour toutes les lever.`,
    ),
  });
}

/** The kind of thing of the virtual World that a fault befalls; null for faults of machines and of the bounce. */
function virtualKind(parameter: string | undefined): VirtualKind | null {
  return virtualKinds.find((kind) => kind === parameter) ?? null;
}

/** The kind of thing in the regions that a fault befalls; null for the others. */
function regionKind(name: FaultName): RegionKind | null {
  const [parameter] = faultParameters[name];
  return regionKinds.find((kind) => kind === parameter) ?? null;
}

/** Whether a fault befalls a region, or something that is known by its name in several of them. */
export function isOfRegions(name: FaultName): boolean {
  return regionKind(name) !== null;
}

/** Whether a fault befalls something of the virtual World; a host of it may be a machine besides. */
export function isVirtual(name: FaultName): boolean {
  return virtualKind(faultParameters[name][0]) !== null;
}

/**
 * Reads a fault from words such as `link-slow web-1 100` or `host-dies east-esx-1`. `machines` are those that exist, by
 * identifier; `virtual` what stands on hypervisors, `regions` those between which production is carried. Throws OpsError
 * `lab.wrong-fault` that names the word which does not fit.
 */
export function parseFault(
  words: readonly string[],
  machines: ReadonlyMap<string, Machine>,
  virtual: VirtualTargets,
  regions: Regions,
): Fault {
  const [name = "", ...values] = words;
  if (!isFaultName(name)) {
    throw wrongFault(`The lab has no fault named "${name}".`, `Le lab n'a pas de panne nommée « ${name} ».`);
  }
  const parameters: readonly string[] = faultParameters[name];
  if (values.length !== parameters.length) {
    throw wrongFault(
      `The fault "${name}" takes ${parameters.length} words after its name, not ${values.length}.`,
      `La panne « ${name} » attend ${parameters.length} mot(s) après son nom, et non ${values.length}.`,
    );
  }
  const kind = virtualKind(parameters[0]);
  const ofRegions = regionKind(name);
  if (kind || ofRegions) {
    const named = values[0] ?? "";
    const found = kind ? findVirtual(virtual, kind, named) : null;
    if (found !== null) return { name, target: found, detail: null };
    if (ofRegions && regions.knows(ofRegions, named)) return { name, target: named, detail: null };
    throw wrongFault(
      `The lab has nothing named "${named}" that "${name}" could befall.`,
      `Le lab n'a rien nommé « ${named} » que la panne « ${name} » puisse frapper.`,
    );
  }
  // What befalls no single machine is kept with the bounce.
  const machine = parameters[0] === "machine" ? (values[0] ?? "") : "bounce";
  const target = machines.get(machine);
  if (!target) {
    throw wrongFault(
      `The lab has no machine named "${machine}".`,
      `Le lab n'a pas de machine nommée « ${machine} ».`,
    );
  }
  if ((name === "raid-degraded" || name === "smart-failing") && target.arrays.length === 0) {
    throw wrongFault(
      `The machine "${machine}" has no disks of its own that could fail.`,
      `La machine « ${machine} » n'a pas de disques propres qui puissent tomber en panne.`,
    );
  }
  if (name.startsWith("amt-") && !target.management) {
    throw wrongFault(
      `The machine "${machine}" has no management engine.`,
      `La machine « ${machine} » n'a pas de moteur d'administration.`,
    );
  }
  if (name === "amt-certificate-changed" && target.management?.plainPorts) {
    throw wrongFault(
      `The management engine of "${machine}" has no certificate: it is reached without TLS.`,
      `Le moteur d'administration de « ${machine} » n'a pas de certificat : il est joint sans TLS.`,
    );
  }
  const detail = values[1] ?? null;
  if (parameters[1] === "bytes-per-second" && !/^[1-9]\d{0,8}$/.test(detail ?? "")) {
    throw wrongFault(
      `"${detail}" is not a number of bytes a second.`,
      `« ${detail} » n'est pas un nombre d'octets par seconde.`,
    );
  }
  if (parameters[1] === "unit" && !/^[A-Za-z0-9@._:-]{1,100}$/.test(detail ?? "")) {
    throw wrongFault(`"${detail}" is not the name of a unit.`, `« ${detail} » n'est pas un nom d'unité.`);
  }
  return { name, target: machine, detail };
}
