import { z } from "zod";
import type { InputField, Probe } from "../../../../shared/action.ts";
import { minuteInWords } from "../../../../shared/amount-words.ts";
import type { Resource } from "../../../../shared/resource.ts";
import { type LocalText, sameText, text } from "../../../../shared/text.ts";
import { ProxmoxRefusal } from "../client/refusal.ts";
import type { GuestKind } from "../client/requests.ts";
import type { KnownBackup } from "../known.ts";
import { readBackups } from "../records.ts";
import { noQuorum, spaceOn } from "./guest.ts";
import { choice, storageChoices } from "./guest-fields.ts";
import { type GuestShape, shapeOf } from "./made-guest.ts";
import type { ProxmoxActionParts } from "./task.ts";

export const unknownBackup = text("That backup is not known.", "Cette sauvegarde n'est pas connue.");
const notThere = text(
  "That backup is not in its storage any more.",
  "Cette sauvegarde n'est plus dans son stockage.",
);
const noBackup = text("No backup of it is known.", "Aucune sauvegarde d'elle n'est connue.");
const noNode = text(
  "No node that answers has the storage of this backup.",
  "Aucun nœud qui répond n'a le stockage de cette sauvegarde.",
);

/** The part of a restore's input that says which backup, and where its disks go. */
export const backupShape = {
  /** The resource of the backup; empty where the resource is one. */
  backup: z.string().max(1000).default(""),
  storage: z.string().max(100).default(""),
};

/** What every restore of a backup is. */
export function onBackups(parts: Pick<ProxmoxActionParts, "system">) {
  return {
    effect: "once",
    kinds: ["restore-point", "vm"],
    fields: [],
    bulk: false,
    probeLimit: 60_000,
    appliesTo: (resource: Resource) => hasBackups(parts, resource),
  } as const;
}

/** Why a restore cannot be, as its probe says it. */
export function impossible(words: LocalText, observed: Probe["observed"] = {}): Probe {
  return { state: "impossible", text: words, observed };
}

/** The backup that a resource is, or that was chosen among those of a guest; null when it is not known. */
export function backupOf(
  { known }: Pick<ProxmoxActionParts, "known">,
  resource: { id: string },
  chosen: string,
): KnownBackup | null {
  const own = known.backup(resource.id);
  if (own) return own;
  const guest = known.guest(resource.id);
  const found = known.backup(chosen);
  return guest && found?.guest === guest.id ? found : null;
}

/** Whether it is a backup, or a guest that may have some. */
export function hasBackups({ system }: Pick<ProxmoxActionParts, "system">, { id, kind }: Resource): boolean {
  return (
    (kind === "restore-point" && id.startsWith(`${system}/backups/`)) ||
    (kind === "vm" && id.startsWith(`${system}/vms/`))
  );
}

/** Why nothing can be restored of a resource, by what is known without asking; null when something can. */
export function whyNoRestore(parts: ProxmoxActionParts, resource: Resource): LocalText | null {
  const { known, system } = parts;
  const error = resource.sources[system]?.error?.message;
  if (error) return error;
  const id = guestNumber(parts, resource);
  if (id === null || known.backups(id).length === 0) return noBackup;
  return known.quorum?.kept === false ? noQuorum : null;
}

/** The number of the guest that a resource is, or is a backup of. */
export function guestNumber(
  { known }: Pick<ProxmoxActionParts, "known">,
  { id }: { id: string },
): number | null {
  return known.guest(id)?.id ?? known.backup(id)?.guest ?? null;
}

/** Where a backup is restored, and what it is expected to bring; null where its config cannot be had. */
export interface RestoreSource {
  node: string;
  kind: GuestKind;
  config: GuestShape | null;
}

/**
 * Looks whether a backup can be restored on a node (null: the one where its guest is, or any that has its storage), with its
 * disks in a storage that may be written. Throws OpsErrors.
 */
export async function sourceOn(
  parts: ProxmoxActionParts,
  found: KnownBackup,
  { node: wished, storage }: { node: string | null; storage: string },
  signal: AbortSignal,
): Promise<RestoreSource | { why: LocalText }> {
  const no = (why: LocalText) => ({ why });
  const nodes = nodesOf(parts, found);
  const home = parts.known.guestNumbered(found.guest)?.node;
  const node = wished ?? nodes.find((each) => each === home) ?? nodes[0];
  if (node === undefined) return no(noNode);
  if (!nodes.includes(node)) return no(notOnNode(node, found.storage));
  if (!(await isThere(parts, node, found, signal))) return no(notThere);
  const right = spaceOn(parts, storage);
  if (right) return no(right);
  return { node, kind: kindOf(parts, found), config: await configIn(parts, node, found, signal) };
}

function notOnNode(node: string, storage: string): LocalText {
  return text(
    `The storage ${storage} of the backup is not available on ${node}.`,
    `Le stockage ${storage} de la sauvegarde n'est pas disponible sur ${node}.`,
  );
}

/** Which of a guest's backups; nothing on a backup itself. */
export function backupField(parts: Pick<ProxmoxActionParts, "known">, { id }: { id: string }): InputField[] {
  const guest = parts.known.guest(id);
  const label = text("Backup", "Sauvegarde");
  return guest ? [choice("backup", label, backupChoices(parts, guest.id), { required: true })] : [];
}

/** Where the disks of a restored guest go: as in the backup, or into a storage of one of these nodes. */
export function storageField(
  { known }: Pick<ProxmoxActionParts, "known">,
  nodes: readonly string[],
  kind: GuestKind,
): InputField {
  const content = kind === "lxc" ? "rootdir" : "images";
  const found = nodes.flatMap((node) => storageChoices(known.storages, { node, content }));
  const choices = [...new Map(found.map((each) => [each.value, each])).values()];
  const asBefore = { value: "", label: text("As in the backup", "Comme dans la sauvegarde") };
  const label = text("Its disks to the storage", "Ses disques vers le stockage");
  return choice("storage", label, [asBefore, ...choices], { initial: "" });
}

/** The backups of a guest as choices, the newest first. */
function backupChoices({ known }: Pick<ProxmoxActionParts, "known">, guest: number): InputField["choices"] {
  return known.backups(guest).map((backup) => ({ value: backup.resource, label: labelOf(backup) }));
}

function labelOf({ madeAt, storage, notes, verified, volume }: KnownBackup): LocalText {
  const moment = madeAt === null ? volume : minuteInWords(madeAt);
  const words = `${moment}, ${storage}${notes ? `, ${notes.slice(0, 60)}` : ""}`;
  return verified === "failed"
    ? text(`${words} (verification failed)`, `${words} (vérification échouée)`)
    : sameText(words);
}

/** The kind of guest that a backup is of. */
export function kindOf({ known }: Pick<ProxmoxActionParts, "known">, backup: KnownBackup): GuestKind {
  return backup.kind ?? known.guestNumbered(backup.guest)?.kind ?? "qemu";
}

/** The online nodes that have the storage of a backup. */
export function nodesOf({ known }: Pick<ProxmoxActionParts, "known">, backup: KnownBackup): string[] {
  return known.storages
    .filter(({ name, status }) => name === backup.storage && status === "available")
    .map(({ node }) => node)
    .filter((node) => (backup.node === null || backup.node === node) && known.nodeNamed(node)?.online);
}

/** Whether a backup is in its storage now, asked of a node. Throws OpsErrors. */
async function isThere(
  { client }: ProxmoxActionParts,
  node: string,
  { storage, volume, guest }: KnownBackup,
  signal: AbortSignal,
): Promise<boolean> {
  const parameters = { content: "backup", vmid: guest };
  const content = await client.call({ request: "storageContent", at: { node, storage }, parameters, signal });
  return readBackups(content).some((each) => each.volume === volume);
}

/**
 * The config in a backup (`vzdump/extractconfig`), which is told as the text of the file; null where it cannot be had.
 */
async function configIn(
  { client }: ProxmoxActionParts,
  node: string,
  { volume }: KnownBackup,
  signal: AbortSignal,
): Promise<GuestShape | null> {
  try {
    const parameters = { volume };
    const words = await client.call({ request: "backupConfig", at: { node }, parameters, signal });
    return typeof words === "string" ? shapeOf(fieldsIn(words)) : null;
  } catch (error) {
    if (error instanceof ProxmoxRefusal) return null;
    throw error;
  }
}

/** The options of a config file up to its first section, which is a snapshot or what is pending. */
export function fieldsIn(words: string): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const line of words.slice(0, 200_000).split("\n")) {
    if (line.startsWith("[")) break;
    const name = /^([a-z][a-z_0-9-]{0,60}):/i.exec(line)?.[1];
    const value = name === undefined ? "" : line.slice(name.length + 1).trim();
    if (name !== undefined && value !== "") fields[name] = value;
  }
  return fields;
}
