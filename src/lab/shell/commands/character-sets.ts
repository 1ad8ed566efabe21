import { unescapeWords } from "./words.ts";

const ranges = new Map([
  ["upper", "A-Z"],
  ["lower", "a-z"],
  ["digit", "0-9"],
  ["alpha", "A-Za-z"],
  ["alnum", "A-Za-z0-9"],
  ["xdigit", "0-9A-Fa-f"],
  ["space", " \t-\r"],
  ["blank", " \t"],
  ["punct", "!-/:-@[-`{-~"],
  ["cntrl", "\u0000-\u001f\u007f"],
  ["print", " -~"],
  ["graph", "!-~"],
]);

/** Writes out the set that an argument of tr(1) names: its classes, escapes and ranges. */
export function expandSet(words: string): string {
  const named = words.replace(/\[:([a-z]+):\]/g, (whole, name: string) => ranges.get(name) ?? whole);
  return unescapeWords(named).text.replace(/(.)-(.)/gs, (whole, from: string, to: string) => {
    const low = from.charCodeAt(0);
    const high = to.charCodeAt(0);
    if (high < low || high - low > 255) return whole;
    return String.fromCharCode(...Array.from({ length: high - low + 1 }, (_, index) => low + index));
  });
}

/** The change that tr(1) makes; it remembers the last character, so that squeezing works across pieces. */
export function translate(
  first: string,
  second: string,
  how: { delete: boolean; squeeze: boolean; complement: boolean },
): (piece: string) => string {
  const inFirst = (character: string) => first.includes(character) !== how.complement;
  const squeezed = second === "" || how.delete ? second || first : second;
  let last = "";
  const map = (character: string): string => {
    if (!inFirst(character)) return character;
    if (how.delete) return "";
    if (second === "") return character;
    const at = how.complement ? second.length - 1 : first.indexOf(character);
    return second[Math.min(at, second.length - 1)] ?? character;
  };
  return (piece) => {
    let result = "";
    for (const character of piece) {
      const mapped = map(character);
      if (mapped === "") continue;
      const inSqueezed = second === "" ? inFirst(mapped) : squeezed.includes(mapped);
      if (how.squeeze && mapped === last && inSqueezed) continue;
      last = mapped;
      result += mapped;
    }
    return result;
  };
}
