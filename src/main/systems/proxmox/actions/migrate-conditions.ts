import { bytesInWords } from "../../../../shared/amount-words.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import { ProxmoxRefusal } from "../client/refusal.ts";
import { type Fields, fieldsOf, flagAt, listOf, numberAt, wordsAt } from "../client/values.ts";
import { type GuestNow, givenUpByHa, lockIn } from "./guest.ts";
import type { Destination } from "./migrate-call.ts";
import type { ProxmoxActionParts } from "./task.ts";

/** What stands against a move, as `GET …/migrate` has it. */
export interface MigrateConditions {
  /** Null where it does not say: containers of version 8, VMs that run on version 8. */
  allowed: readonly string[] | null;
  refused: ReadonlyMap<string, { storages: string[]; resources: string[]; rules: string[] }>;
  /** Volumes that lie on its own node alone; bytes, null where not said. */
  localDisks: readonly { volume: string; size: number | null }[];
  /** Discs of its node alone in its drives, which stay behind. */
  localDiscs: readonly string[];
  /** Devices of its node that it uses, such as `hostpci0`; those that are mapped are where they can move as it is. */
  localResources: readonly string[];
}

/** Reads `GET /nodes/{node}/{guest}/{vmid}/migrate`; containers have other names for the same. */
export function readConditions(data: unknown): MigrateConditions {
  const fields = fieldsOf(data) ?? {};
  const refused = fieldsOf(fields.not_allowed_nodes ?? fields["not-allowed-nodes"]) ?? {};
  const allowed = fields.allowed_nodes ?? fields["allowed-nodes"];
  const isOn = flagAt(fields, "running") === true;
  const movable = movableDevices(fields, isOn);
  const volumes = listOf(fields.local_disks).filter((disk) => flagAt(disk, "is_unused") !== true);
  const isDisc = (disk: Fields) => flagAt(disk, "cdrom") === true;
  return {
    allowed: Array.isArray(allowed) ? namesOf(allowed) : null,
    refused: new Map(
      Object.entries(refused).map(([node, why]) => {
        const said = fieldsOf(why) ?? {};
        return [
          node,
          {
            storages: namesOf(said.unavailable_storages),
            resources: namesOf(said["unavailable-resources"] ?? said.unavailable_resources),
            rules: listOf(said["blocking-ha-resources"]).flatMap((rule) => wordsAt(rule, "sid") ?? []),
          },
        ];
      }),
    ),
    localDisks: volumes.filter((disk) => !isDisc(disk)).flatMap((disk) => diskOf(disk)),
    localDiscs: volumes.filter(isDisc).flatMap((disk) => wordsAt(disk, "volid") ?? []),
    localResources: namesOf(fields.local_resources).filter((each) => !movable.has(each)),
  };
}

/** Mapped devices may be elsewhere too; while it runs, only some go along (`mapped-resource-info`). */
function movableDevices(fields: Fields, isOn: boolean): ReadonlySet<string> {
  const info = fieldsOf(fields["mapped-resource-info"]);
  if (!info) return new Set(isOn ? [] : namesOf(fields["mapped-resources"]));
  const keys = Object.keys(info);
  return new Set(keys.filter((key) => !isOn || flagAt(fieldsOf(info[key]), "live-migration") === true));
}

function diskOf(disk: Fields): MigrateConditions["localDisks"][number][] {
  const volume = wordsAt(disk, "volid");
  return volume === null ? [] : [{ volume, size: numberAt(disk, "size") }];
}

const mostNames = 20;

function namesOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string").slice(0, mostNames) : [];
}

/** Asks what stands against a move; null where the version does not offer that question. Throws OpsErrors. */
export async function askConditions(
  { client }: ProxmoxActionParts,
  { at }: Pick<GuestNow, "at">,
  signal: AbortSignal,
): Promise<MigrateConditions | null> {
  try {
    return readConditions(await client.call({ request: "migrateConditions", at, signal }));
  } catch (error) {
    if (error instanceof ProxmoxRefusal && error.code === "proxmox.not-offered") return null;
    throw error;
  }
}

/** Why a guest cannot go where it is to go; null when nothing that is known stands against it. */
export function objectionTo(
  { known }: Pick<ProxmoxActionParts, "known">,
  guest: GuestNow,
  conditions: MigrateConditions | null,
  to: Destination,
): LocalText | null {
  const held = lockIn(guest) ?? givenUpByHa(guest);
  if (held) return held;
  const node = known.nodeNamed(to.node);
  if (!node) return text(`${to.node} is not in the cluster.`, `${to.node} n'est pas dans la grappe.`);
  if (!node.online) return text(`${to.node} does not answer.`, `${to.node} ne répond pas.`);
  if (guest.kind === "lxc" && guest.power === "on" && !to.restart && !guest.managed) return wantsRestart;
  if (guest.managed && to.storage !== "") return haStorage;
  return conditions && byConditions(guest, conditions, to);
}

const wantsRestart = text(
  "A container that runs does not move live: allow it to be shut down, moved and started again.",
  "Un conteneur en marche ne se déplace pas à chaud : autorisez son arrêt, son déplacement puis son redémarrage.",
);
const haStorage = text(
  "HA moves it by its own rules, and takes no storage for its disks: leave them where they are.",
  "La HA la déplace selon ses propres règles, sans choix de stockage : laissez ses disques où ils sont.",
);

function byConditions(guest: GuestNow, conditions: MigrateConditions, to: Destination): LocalText | null {
  const { localDisks, localResources, refused, allowed } = conditions;
  const why = refused.get(to.node);
  if (why && why.rules.length > 0) {
    const with_ = why.rules.join(", ");
    return text(
      `A rule of HA keeps it away from ${to.node} (${with_}).`,
      `Une règle de la HA la tient à l'écart de ${to.node} (${with_}).`,
    );
  }
  if (localResources.length > 0) {
    const names = localResources.join(", ");
    return text(
      `It uses devices of its node, which do not move: ${names}.`,
      `Elle utilise des périphériques de son nœud, qui ne se déplacent pas : ${names}.`,
    );
  }
  if (why && why.resources.length > 0) {
    const names = why.resources.join(", ");
    return text(
      `${to.node} lacks what it uses: ${names}.`,
      `Il manque à ${to.node} ce qu'elle utilise : ${names}.`,
    );
  }
  const isLocal = localDisks.length > 0;
  if (isLocal && guest.kind === "qemu" && guest.power !== "off" && !to.withLocalDisks && to.storage === "") {
    return wantsLocalDisks(localDisks);
  }
  if (to.storage !== "") return null;
  if (why && why.storages.length > 0) {
    const names = why.storages.join(", ");
    return text(
      `${to.node} does not have the storage ${names}: choose another one for its disks.`,
      `${to.node} n'a pas le stockage ${names} : choisissez-en un autre pour ses disques.`,
    );
  }
  if (allowed && !allowed.includes(to.node)) {
    return text(`It may not go to ${to.node}.`, `Elle ne peut pas aller sur ${to.node}.`);
  }
  return null;
}

/** The disks that would have to be copied, with what that means. */
export function wantsLocalDisks(disks: MigrateConditions["localDisks"]): LocalText {
  const { en, fr } = disksInWords(disks);
  return text(
    `It has disks on its node alone: ${en}. Allow them to be copied along.`,
    `Elle a des disques sur son seul nœud : ${fr}. Autorisez leur copie.`,
  );
}

/** Such as `local-zfs:vm-100-disk-0 (32 GiB)`. */
export function disksInWords(disks: MigrateConditions["localDisks"]): LocalText {
  const each = disks.slice(0, mostNames).map(({ volume, size }) => {
    const bytes = size === null ? null : bytesInWords(size);
    return bytes ? text(`${volume} (${bytes.en})`, `${volume} (${bytes.fr})`) : text(volume, volume);
  });
  return text(each.map(({ en }) => en).join(", "), each.map(({ fr }) => fr).join(", "));
}
