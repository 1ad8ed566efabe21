import { z } from "zod";

/** A sentence for the screen in both languages; main writes it, the renderer picks one. */
export const localTextSchema = z.object({ en: z.string(), fr: z.string() });
export type LocalText = z.infer<typeof localTextSchema>;
export type Language = keyof LocalText;

/** Makes a text of its English and its French wording; neither may be left out. */
export function text(en: string, fr: string): LocalText {
  return { en, fr };
}

/** The same words in both languages: names, addresses, figures. */
export function sameText(words: string): LocalText {
  return { en: words, fr: words };
}
