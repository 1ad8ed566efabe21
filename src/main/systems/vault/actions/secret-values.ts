import { randomInt } from "node:crypto";
import { z } from "zod";
import { text } from "../../../../shared/text.ts";
import type { ActionContext } from "../../../actions/action.ts";
import { type Field, lineField, type VaultActionParts } from "./parts.ts";

/** Milliseconds that a person has to enter a value. */
const patience = 10 * 60_000;

const alphabets = {
  letters: "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789",
  symbols: "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789!#%*+,-./:;=?@_~",
  hexadecimal: "0123456789abcdef",
} as const;

/** The name of one field of a secret. */
export const fieldSchema = z
  .string()
  .trim()
  .regex(/^[^\s\p{Cc}]{1,200}$/u);
export const fieldField = lineField("field", text("Field", "Champ"));

/** How a value is drawn. */
export const drawInput = {
  length: z.coerce.number().int().min(16).max(512).default(32),
  alphabet: z.enum(["letters", "symbols", "hexadecimal"]).default("letters"),
};

export const drawFields: readonly Field[] = [
  lineField("length", text("Characters", "Caractères"), { type: "number", initial: 32 }),
  lineField("alphabet", text("Made of", "Composé de"), {
    type: "choice",
    initial: "letters",
    choices: [
      { value: "letters", label: text("letters and digits", "lettres et chiffres") },
      { value: "symbols", label: text("letters, digits and symbols", "lettres, chiffres et symboles") },
      { value: "hexadecimal", label: text("hexadecimal digits", "chiffres hexadécimaux") },
    ],
  }),
];

/** A value at random: about 5.7 bits for each character of letters and digits, 4 of hexadecimal digits. */
export function drawSecretValue({
  length,
  alphabet,
}: {
  length: number;
  alphabet: keyof typeof alphabets;
}): string {
  const characters = alphabets[alphabet];
  return Array.from({ length }, () => characters[randomInt(characters.length)]).join("");
}

/** Asks a person for the new value of a field, without showing it. */
export async function askSecretValue(
  { questions, now }: VaultActionParts,
  { resource, signal }: Pick<ActionContext, "resource" | "signal">,
  { path, field }: { path: string; field: string },
): Promise<string> {
  const [value = ""] = await questions.ask(
    {
      kind: "sign-in",
      enters: true,
      target: resource.id,
      instructions: text(
        `The new value of ${field} in ${resource.name}${path}.`,
        `La nouvelle valeur de ${field} dans ${resource.name}${path}.`,
      ),
      fields: [{ label: text("Value", "Valeur"), echo: false }],
      url: null,
      expiresAt: now() + patience,
    },
    patience,
    signal,
  );
  return value;
}
