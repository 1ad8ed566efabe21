import type { InputField } from "../../../../shared/action.ts";
import { bytesInWords } from "../../../../shared/amount-words.ts";
import { type LocalText, sameText, text } from "../../../../shared/text.ts";
import type { Datastore, Host } from "../records.ts";
import type { Load } from "./evacuation/plan.ts";

const isHere = text("it is there now", "elle y est actuellement");
const inMode = text("in maintenance mode", "en mode maintenance");
const isOff = text("not connected", "non connecté");

/** Where a VM may be moved to: the hosts of its cluster with the room that each has, and datastores. */
export function migrateFields(
  hosts: readonly { host: Host; load: Load | undefined; isHome: boolean }[],
  datastores: readonly Datastore[],
): InputField[] {
  return [
    {
      name: "host",
      label: text("To the host", "Vers l'hôte"),
      type: "choice",
      required: true,
      initial: null,
      choices: hosts.map(({ host, load, isHome }) => {
        const why = unavailable(host, isHome);
        return { value: host.id, label: roomOf(host, load), ...(why && { unavailable: why }) };
      }),
    },
    {
      name: "datastore",
      label: text("Its files to the datastore", "Ses fichiers vers la banque de données"),
      type: "choice",
      required: false,
      initial: "",
      choices: [
        { value: "", label: text("They stay where they are", "Ils restent où ils sont") },
        ...datastores.map((store) => ({ value: store.id, label: freeOf(store) })),
      ],
    },
  ];
}

function unavailable({ connection, power, maintenance }: Host, isHome: boolean): LocalText | null {
  if (isHome) return isHere;
  if (connection !== "connected" || power === "poweredOff" || power === "standBy") return isOff;
  return maintenance === true ? inMode : null;
}

function roomOf({ id, name, memory }: Host, load: Load | undefined): LocalText {
  const title = name ?? id;
  if (memory === null) return sameText(title);
  const free = bytesInWords(Math.max(0, memory - (load?.memory ?? 0)));
  const all = bytesInWords(memory);
  return text(`${title} (${free.en} of ${all.en} free)`, `${title} (${free.fr} libres sur ${all.fr})`);
}

function freeOf({ id, name, free }: Datastore): LocalText {
  const title = name ?? id;
  if (free === null) return sameText(title);
  const { en, fr } = bytesInWords(free);
  return text(`${title} (${en} free)`, `${title} (${fr} libres)`);
}
