/** What the description of an entry says. */
export interface EntryWords {
  /** What it is for. */
  note: string;
  /** Who had it let in; null where nobody has said so. */
  by: string | null;
  /** Until when, in epoch milliseconds on a whole minute; null for always. */
  ends: number | null;
}

const minute = 60_000;
const longestNote = 120;
const longestName = 60;
/** Words that anybody at the provider's own console can read too, and that every console finds the end in. */
const mark = /^\[passerelle(?: until (\d{4}-\d\d-\d\dT\d\d:\d\dZ))?(?: by ([^[\]]+))?\]$/;

/** The description that says so. An end is put off to the whole minute; brackets and line ends are left out of the words. */
export function wordsOf({ note, by, ends }: EntryWords): string {
  const parts = [
    ...(ends === null ? [] : [`until ${momentOf(ends)}`]),
    ...(by === null || plain(by, longestName) === "" ? [] : [`by ${plain(by, longestName)}`]),
  ];
  const marked = parts.length === 0 ? "" : `[passerelle ${parts.join(" ")}]`;
  return [plain(note, longestNote), marked].filter(Boolean).join(" ");
}

/** What a description says; one without a mark, or with one that nobody can make out, is a note as it stands. */
export function readWords(description: string): EntryWords {
  // A mark holds no further bracket, so that only the last one can begin it: no length of words makes this slow.
  const begins = description.lastIndexOf("[");
  const found = begins < 0 ? null : mark.exec(description.slice(begins));
  const ends = found?.[1] === undefined ? null : momentIn(found[1]);
  if (!found || (found[1] !== undefined && ends === null))
    return { note: description.trim(), by: null, ends: null };
  return { note: description.slice(0, begins).trim(), by: found[2]?.trim() || null, ends };
}

/** The end that an entry has when it is to last until then. */
export function wholeMinute(at: number): number {
  return Math.ceil(at / minute) * minute;
}

function momentOf(at: number): string {
  return `${new Date(wholeMinute(at)).toISOString().slice(0, 16)}Z`;
}

/** Null for a day that no month has. */
function momentIn(words: string): number | null {
  const at = Date.parse(words);
  return Number.isFinite(at) && momentOf(at) === words ? at : null;
}

function plain(words: string, longest: number): string {
  // A control character would end the line in the provider's own lists.
  return words
    .replace(/[[\]\p{Cc}\s]+/gu, " ")
    .trim()
    .slice(0, longest)
    .trim();
}
