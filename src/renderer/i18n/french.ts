/**
 * Binds French punctuation to the word before it: the space before a colon, semicolon, question or exclamation mark
 * and inside quotation marks does not break (Lexique des règles typographiques, Imprimerie nationale).
 */
export function bindFrenchPunctuation(words: string): string {
  return words.replace(/ (?=[;:?!»](?:\s|$|[.,)…]))/g, "\u202f").replace(/« /g, "«\u202f");
}

/**
 * A French file made ready for i18next: punctuation bound, and the plural of millions ("un million de …", CLDR
 * `many`) worded as the common one.
 */
export function prepareFrench<Texts extends object>(texts: Texts): Texts {
  return JSON.parse(JSON.stringify(texts), (_key, value: unknown) => {
    if (typeof value === "string") return bindFrenchPunctuation(value);
    if (typeof value !== "object" || value === null) return value;
    const plurals = Object.entries(value).filter(([key]) => key.endsWith("_other"));
    return {
      ...value,
      ...Object.fromEntries(plurals.map(([key, words]) => [key.replace(/_other$/, "_many"), words])),
    };
  });
}
