import type { InputField } from "../../../../shared/action.ts";
import type { Resource } from "../../../../shared/resource.ts";
import { type LocalText, sameText, text } from "../../../../shared/text.ts";
import { ProxmoxRefusal } from "../client/refusal.ts";
import type { GuestKind } from "../client/requests.ts";
import type { KnownBackup } from "../known.ts";
import { readBackups } from "../records.ts";
import { type GuestShape, shapeOf } from "./made-guest.ts";
import type { ProxmoxActionParts } from "./task.ts";

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

/** The backups of a guest as choices, the newest first. */
export function backupChoices(
  { known }: Pick<ProxmoxActionParts, "known">,
  guest: number,
): InputField["choices"] {
  return known.backups(guest).map((backup) => ({ value: backup.resource, label: labelOf(backup) }));
}

function labelOf({ madeAt, storage, notes, verified, volume }: KnownBackup): LocalText {
  const moment =
    madeAt === null ? volume : `${new Date(madeAt).toISOString().slice(0, 16).replace("T", " ")} UTC`;
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
export async function isThere(
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
export async function configIn(
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
    const [, name, value] = /^([a-z][a-z_0-9-]{0,60}):\s*(\S.*?)\s*$/i.exec(line) ?? [];
    if (name !== undefined && value !== undefined) fields[name] = value;
  }
  return fields;
}
