import { type LocalText, text } from "../../../../../shared/text.ts";

export const isTemplate = text("It is a template.", "C'est un modèle.");
export const noHost = text(
  "No other node takes guests now.",
  "Aucun autre nœud n'accepte d'invités actuellement.",
);
export const restartOnly = text(
  "It is a container that runs: it moves by a restart alone, which was not asked for.",
  "C'est un conteneur en marche : il ne se déplace que par un redémarrage, qui n'a pas été demandé.",
);
export const gaveUp = text(
  "HA has given it up (state error) and moves it no more: put that right first.",
  "La HA y a renoncé (état error) et ne le déplace plus : remédiez-y d'abord.",
);
export const localDisks = text(
  "It has disks on this node alone, and copying them was not asked for.",
  "Il a des disques sur ce seul nœud, et leur copie n'a pas été demandée.",
);
export const isBarred = text(
  "Proxmox VE lets it go to none of the other nodes.",
  "Proxmox VE ne le laisse aller sur aucun des autres nœuds.",
);
export const noCommonHost = text(
  "A rule of HA keeps it together with other guests, and no node takes all of them.",
  "Une règle HA le maintient avec d'autres invités, et aucun nœud ne peut tous les accueillir.",
);

export function noStorage(storages: string): LocalText {
  return text(
    `No other node has all of its storages (${storages}).`,
    `Aucun autre nœud ne dispose de tous ses stockages (${storages}).`,
  );
}

export function boundToDevice(devices: readonly string[]): LocalText {
  const names = devices.slice(0, 5).join(", ");
  return text(
    `Devices of its node are passed through to it (${names}).`,
    `Des périphériques de son nœud lui sont passés en accès direct (${names}).`,
  );
}

export function isoWords(volumes: readonly string[]): LocalText {
  const names = volumes.slice(0, 5).join(", ");
  return text(
    `A disc of this node alone is in its drive (${names}): take it out first.`,
    `Un disque de ce seul nœud est dans son lecteur (${names}) : retirez-le d'abord.`,
  );
}

export function ruleWords(name: string): LocalText {
  return text(
    `The HA rule ${name} lets it run on none of the other nodes.`,
    `La règle HA ${name} ne lui permet aucun des autres nœuds.`,
  );
}

export function apartWords(name: string): LocalText {
  return text(
    `The HA rule ${name} keeps it apart from guests on every other node.`,
    `La règle HA ${name} le sépare d'invités présents sur tous les autres nœuds.`,
  );
}

export function wouldComeBack(name: string): LocalText {
  return text(
    `The HA rule ${name} prefers this node, and HA would bring it straight back. Put the node into HA's maintenance (ha-manager crm-command node-maintenance enable), or switch its failback off.`,
    `La règle HA ${name} préfère ce nœud, et la HA l'y ramènerait aussitôt. Mettez le nœud en maintenance HA (ha-manager crm-command node-maintenance enable), ou désactivez son retour automatique.`,
  );
}
