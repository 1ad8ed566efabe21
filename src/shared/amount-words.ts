import { type Language, type LocalText, text } from "./text.ts";

const formats: Readonly<Record<Language, Intl.NumberFormat>> = {
  en: new Intl.NumberFormat("en", { maximumFractionDigits: 1 }),
  fr: new Intl.NumberFormat("fr", { maximumFractionDigits: 1 }),
};

/** A number as each language writes it, one decimal at most. */
export function figure(value: number): LocalText {
  return { en: formats.en.format(value), fr: formats.fr.format(value) };
}

/** Bytes in words: GiB, or TiB from ten thousand GiB on. */
export function bytesInWords(bytes: number): LocalText {
  const large = bytes >= 10_000 * 2 ** 30;
  const { en, fr } = figure(bytes / (large ? 2 ** 40 : 2 ** 30));
  return large ? text(`${en} TiB`, `${fr} Tio`) : text(`${en} GiB`, `${fr} Gio`);
}
