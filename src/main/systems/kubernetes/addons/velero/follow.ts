import { type LocalText, text } from "../../../../../shared/text.ts";
import type { ActionContext, Settlement, Verification } from "../../../../actions/action.ts";
import { kubernetesFault } from "../../client/faults.ts";
import type { ClusterAccess } from "../../cluster-access.ts";
import { numberAt, wordAt } from "../../kinds/seen.ts";
import type { Item } from "../../list-watch/items.ts";
import { followOrder, settleUnended } from "../following.ts";
import { readObject } from "../objects.ts";
import { nameSome } from "../standing.ts";
import { movesOf } from "./lists.ts";
import { prefix } from "./names.ts";
import { moveOf, type PhaseState, phaseOf, whyOf } from "./states.ts";

/** A Backup or Restore that the console has asked for. */
export interface Asked {
  what: "backup" | "restore";
  namespace: string;
  name: string;
}

/** How it stands: its own words, and those of whatever moves its volumes' data. */
export interface Look {
  /** What the object says of itself. */
  phase: PhaseState;
  why: string;
  items: number;
  allItems: number;
  volumes: number;
  /** Volumes whose data is not there yet, and those whose data will not be. */
  open: string[];
  lost: string[];
  bytes: number;
  allBytes: number;
}

/** After so many milliseconds in which no byte moved that is said. */
const quiet = 15 * 60_000;

/** Where an object is in the API. */
export function pathOf({ what, namespace, name }: Asked): string {
  return `${prefix}/namespaces/${namespace}/${what}s/${name}`;
}

/** How it stands; null when it is not there. Throws what KubernetesApi throws. */
export async function lookAt(access: ClusterAccess, asked: Asked, signal: AbortSignal): Promise<Look | null> {
  const object = await readObject(access, pathOf(asked), signal);
  if (object === null || wordAt(object, "metadata", "name") !== asked.name) return null;
  const moves = await movesOf(access, asked.what, asked.name, signal);
  const named = (state: (item: Item["object"]) => boolean) =>
    moves.filter((each) => state(each.object)).map(volumeOf);
  const count = (...path: string[]) => numberAt(object, "status", "progress", ...path) ?? 0;
  const sum = (key: string) =>
    moves.reduce((all, each) => all + (numberAt(each.object, "status", "progress", key) ?? 0), 0);
  return {
    phase: phaseOf(object),
    why: whyOf(object),
    items: count(asked.what === "backup" ? "itemsBackedUp" : "itemsRestored"),
    allItems: count("totalItems"),
    volumes: moves.length,
    open: named((each) => ["waiting", "moving"].includes(moveOf(each))),
    lost: named((each) => ["cancelled", "failed"].includes(moveOf(each))),
    bytes: sum("bytesDone"),
    allBytes: sum("totalBytes"),
  };
}

function volumeOf({ metadata, object }: Item): string {
  return (
    wordAt(object, "spec", "targetVolume", "pvc") ??
    wordAt(object, "spec", "sourcePVC") ??
    wordAt(object, "spec", "volume") ??
    metadata.name
  );
}

/** Whether nothing of it goes on. What calls itself ended may still be moving data, or wait to begin. */
export function isOver({ phase, open }: Look): boolean {
  return phase !== "running" && open.length === 0;
}

/** Whether it is done: by its own words, and by those of everything that moved its data. */
export function isGood({ phase, open, lost }: Look): boolean {
  return phase === "good" && open.length === 0 && lost.length === 0;
}

/**
 * Follows it until it is over, and its data is; the API server may be away in between. Null when it is gone. Throws OpsErrors
 * when it takes longer than six hours or cannot be looked at.
 */
export async function follow(
  access: ClusterAccess,
  asked: Asked,
  context: Pick<ActionContext, "signal" | "progress">,
): Promise<Look | null> {
  let told = "";
  let moved = { bytes: -1, items: -1, at: access.now() };
  const tell = (now: Look) => {
    if (now.bytes !== moved.bytes || now.items !== moved.items) {
      moved = { bytes: now.bytes, items: now.items, at: access.now() };
    }
    const said = progressWords(asked, now, access.now() - moved.at);
    if (said.en !== told) context.progress(said, shareOf(now));
    told = said.en;
  };
  const look = () => lookAt(access, asked, context.signal);
  return followOrder(access, { look, isOver, tell, tooLong: () => tooLong(asked) }, context);
}

function shareOf({ allItems, items, allBytes, bytes }: Look): number | null {
  if (allBytes > 0) return Math.min(1, bytes / allBytes);
  return allItems > 0 ? Math.min(1, items / allItems) : null;
}

const mebibyte = 2 ** 20;

function progressWords({ what, name }: Asked, now: Look, still: number): LocalText {
  const data =
    now.allBytes > 0 ? `${Math.floor(now.bytes / mebibyte)}/${Math.ceil(now.allBytes / mebibyte)} MiB` : "";
  const items = `${now.items}/${now.allItems}`;
  const [doing, fait] = what === "backup" ? ["backing up", "sauvegarde"] : ["restoring", "restaure"];
  const stuck = still >= quiet ? Math.floor(still / 60_000) : 0;
  const english = [
    `Velero is ${doing} (${name}): objects ${items}${data ? `, data ${data}` : ""}.`,
    ...(now.open.length > 0 ? [`Data still moving: ${nameSome(now.open)}.`] : []),
    ...(stuck > 0 ? [`Nothing has moved for ${stuck} minutes.`] : []),
  ];
  const french = [
    `Velero ${fait} (${name}) : objets ${items}${data ? `, données ${data}` : ""}.`,
    ...(now.open.length > 0 ? [`Données encore en transfert : ${nameSome(now.open)}.`] : []),
    ...(stuck > 0 ? [`Rien n'a avancé depuis ${stuck} minutes.`] : []),
  ];
  return text(english.join(" "), french.join(" "));
}

/** That it ended otherwise than whole, as the end of the console's own. */
export function failed({ name, namespace }: Asked, ended: Look | null): Verification {
  const data = { object: name, namespace, phase: ended?.phase ?? "gone", lost: ended?.lost ?? [] };
  if (ended === null) {
    return {
      proven: false,
      text: text(
        `Velero has no ${name} any more: nothing says how it ended.`,
        `Velero n'a plus ${name} : rien n'indique comment cela s'est terminé.`,
      ),
      data,
    };
  }
  return { proven: false, disproven: true, text: failure(name, ended), data };
}

function failure(name: string, { phase, why, lost }: Look): LocalText {
  if (lost.length > 0) {
    const volumes = nameSome(lost);
    return phase === "good"
      ? text(
          `Velero calls ${name} complete, but the data of these volumes was not moved: ${volumes}.`,
          `Velero indique que ${name} est terminé, mais les données de ces volumes n'ont pas été transférées : ${volumes}.`,
        )
      : text(
          `Velero could not complete ${name}: the data of these volumes was not moved: ${volumes}.`,
          `Velero n'a pas pu terminer ${name} : les données de ces volumes n'ont pas été transférées : ${volumes}.`,
        );
  }
  const isPartial = phase === "partial";
  const reason = why.replace(/\.$/, "");
  return text(
    `Velero says that ${name} failed${isPartial ? " in part" : ""}${reason ? `: ${reason}.` : "; its log says why."}`,
    `Velero indique que ${name} a échoué${isPartial ? " en partie" : ""}${reason ? ` : ${reason}.` : " ; son journal dit pourquoi."}`,
  );
}

/**
 * What became of a Backup or Restore whose answer was lost: Velero has it or not. `sentAt`: epoch milliseconds of the probe
 * that chose its name.
 */
export async function settle(
  access: ClusterAccess,
  asked: Asked,
  { sentAt, signal }: { sentAt: number; signal: AbortSignal },
): Promise<Settlement> {
  const { name, namespace } = asked;
  const now = await lookAt(access, asked, signal);
  const data = { object: name, namespace, phase: now?.phase ?? "none" };
  if (now === null || !isOver(now)) {
    return settleUnended(access, { product: "Velero", name, sentAt, data }, now !== null);
  }
  if (!isGood(now)) return { effect: "did-not-happen", text: failure(name, now), data };
  return {
    effect: "happened",
    text: text(
      `Velero has completed ${name}, with its data.`,
      `Velero a terminé ${name}, données comprises.`,
    ),
    data,
  };
}

/** `kubernetes.velero-too-long` */
function tooLong({ name }: Asked) {
  return kubernetesFault(
    "velero-too-long",
    text(`Velero has not ended ${name} within six hours.`, `Velero n'a pas terminé ${name} en six heures.`),
    text(
      "Look at the data that it moves (`velero describe`); it may still end there.",
      "Consultez les données qu'il transfère (`velero describe`) ; cela peut encore s'y terminer.",
    ),
  );
}
