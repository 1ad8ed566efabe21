import type { InputField } from "../../../../shared/action.ts";
import { bytesInWords } from "../../../../shared/amount-words.ts";
import { type LocalText, sameText, text } from "../../../../shared/text.ts";
import type { GuestKind } from "../client/requests.ts";
import type { KnownNode } from "../known.ts";
import type { StorageRow } from "../records.ts";

export interface MigrateChoice {
  kind: GuestKind;
  nodes: readonly KnownNode[];
  storages: readonly StorageRow[];
  /** Whether any of its disks lies on its node alone. */
  isLocal: boolean;
  home: string;
  runs: boolean;
}

/** Where a guest may be moved to, with the room that each node has, and how. */
export function migrateFields({ kind, nodes, storages, isLocal, home, runs }: MigrateChoice): InputField[] {
  const holds = kind === "lxc" ? "rootdir" : "images";
  const stores = [
    ...new Set(storages.filter(({ content }) => content.includes(holds)).map(({ name }) => name)),
  ];
  const toggle = (name: string, label: LocalText, initial: boolean): InputField => ({
    name,
    label,
    type: "boolean",
    required: false,
    choices: [],
    initial,
  });
  return [
    {
      name: "node",
      label: text("To the node", "Vers le nœud"),
      type: "choice",
      required: true,
      initial: null,
      choices: nodes.map((node) => {
        const why = unavailable(node, home);
        return { value: node.name, label: roomOf(node), ...(why && { unavailable: why }) };
      }),
    },
    ...(kind === "lxc"
      ? [
          toggle(
            "restart",
            text("Shut down, move and start again", "Arrêter, déplacer puis redémarrer"),
            runs,
          ),
        ]
      : [
          toggle(
            "withLocalDisks",
            text("Copy its local disks along", "Copier aussi ses disques locaux"),
            isLocal,
          ),
        ]),
    ...(isLocal ? [storageField(stores)] : []),
  ];
}

function storageField(stores: readonly string[]): InputField {
  return {
    name: "storage",
    label: text("Its local disks to the storage", "Ses disques locaux vers le stockage"),
    type: "choice",
    required: false,
    initial: "",
    choices: [
      { value: "", label: text("The one of the same name", "Celui de même nom") },
      ...stores.map((name) => ({ value: name, label: sameText(name) })),
    ],
  };
}

function unavailable({ name, online, maintenance }: KnownNode, home: string): LocalText | null {
  if (name === home) return text(`It is on ${name} now.`, `Elle est sur ${name} actuellement.`);
  if (!online) return text(`${name} does not answer.`, `${name} ne répond pas.`);
  return maintenance ? text(`${name} is in maintenance.`, `${name} est en maintenance.`) : null;
}

function roomOf({ name, memory, memoryUsed }: KnownNode): LocalText {
  if (memory === null || memoryUsed === null) return sameText(name);
  const free = bytesInWords(Math.max(0, memory - memoryUsed));
  const all = bytesInWords(memory);
  return text(`${name} (${free.en} of ${all.en} free)`, `${name} (${free.fr} libres sur ${all.fr})`);
}
