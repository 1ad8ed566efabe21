import type { InputField } from "../../../../shared/action.ts";
import { bytesInWords } from "../../../../shared/amount-words.ts";
import { type LocalText, sameText, text } from "../../../../shared/text.ts";
import type { StorageRow } from "../records.ts";

/** A field of an action's input. */
export function field(
  name: string,
  label: LocalText,
  type: InputField["type"],
  more: Partial<InputField> = {},
): InputField {
  return { name, label, type, required: false, choices: [], initial: null, ...more };
}

/** A field where one of several is chosen. */
export function choice(
  name: string,
  label: LocalText,
  choices: InputField["choices"],
  more: Partial<InputField> = {},
): InputField {
  return field(name, label, "choice", { choices, ...more });
}

/** The storages of a node that hold such content, with the room that each has. */
export function storageChoices(
  storages: readonly StorageRow[],
  { node, content }: { node: string; content: string },
): InputField["choices"] {
  return storages
    .filter((row) => row.node === node && row.content.includes(content))
    .map((row) => ({
      value: row.name,
      label: roomOf(row),
      ...(row.status !== "available" && {
        unavailable: text(`${row.name} is not available.`, `${row.name} est indisponible.`),
      }),
    }));
}

function roomOf({ name, capacity, used }: StorageRow): LocalText {
  if (capacity === null || used === null) return sameText(name);
  const { en, fr } = bytesInWords(Math.max(0, capacity - used));
  return text(`${name} (${en} free)`, `${name} (${fr} libres)`);
}
