import { type Language, type LocalText, text } from "./text.ts";

type Formats = Readonly<Record<Language, Intl.NumberFormat>>;
const oneDecimal = formats(1);
const twoDecimals = formats(2);

/** A number as each language writes it, one decimal at most. */
export function figure(value: number): LocalText {
  return written(oneDecimal, value);
}

/** A ratio as each language writes it, two decimals at most. */
export function ratioInWords(value: number): LocalText {
  return written(twoDecimals, value);
}

/** Bytes in words: GiB, or TiB from ten thousand GiB on. */
export function bytesInWords(bytes: number): LocalText {
  const large = bytes >= 10_000 * 2 ** 30;
  const { en, fr } = figure(bytes / (large ? 2 ** 40 : 2 ** 30));
  return large ? text(`${en} TiB`, `${fr} Tio`) : text(`${en} GiB`, `${fr} Gio`);
}

/** A moment (epoch milliseconds) to the minute, in words that both languages read alike: `2026-02-03 03:00 UTC`. */
export function minuteInWords(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** The same to the second: `2026-02-03 03:00:12 UTC`. */
export function secondInWords(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

function written({ en, fr }: Formats, value: number): LocalText {
  return text(en.format(value), fr.format(value));
}

function formats(maximumFractionDigits: number): Formats {
  const format = (language: Language) => new Intl.NumberFormat(language, { maximumFractionDigits });
  return { en: format("en"), fr: format("fr") };
}
