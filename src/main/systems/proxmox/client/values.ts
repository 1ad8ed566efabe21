/** A JSON object as it came. */
export type Fields = Readonly<Record<string, unknown>>;

/** An object; null for everything else. */
export function fieldsOf(value: unknown): Fields | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

/** The objects of a list; what is none is left out. */
export function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf).filter((each) => each !== null) : [];
}

const longest = 4000;

/** Words at a key, numbers as words too: Proxmox VE sends some values as either. Null when there are none. */
export function wordsAt(fields: Fields | null | undefined, key: string): string | null {
  const value = fields && Object.hasOwn(fields, key) ? fields[key] : null;
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  return typeof value === "string" && value !== "" ? value.slice(0, longest) : null;
}

/** A finite number at a key, also where it comes as words; null when there is none. */
export function numberAt(fields: Fields | null | undefined, key: string): number | null {
  const value = fields && Object.hasOwn(fields, key) ? fields[key] : null;
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "string" || !/^-?\d{1,15}(\.\d{1,15})?$/.test(value)) return null;
  return Number(value);
}

/** A switch at a key (1, "1" or true); null when it is not said. */
export function flagAt(fields: Fields | null | undefined, key: string): boolean | null {
  const value = fields && Object.hasOwn(fields, key) ? fields[key] : null;
  if (typeof value === "boolean") return value;
  if (value === 1 || value === "1") return true;
  return value === 0 || value === "0" || value === "" ? false : null;
}

/** A moment that is told in seconds since 1970, in epoch milliseconds; null for none and for 0. */
export function momentAt(fields: Fields | null | undefined, key: string): number | null {
  const seconds = numberAt(fields, key);
  return seconds !== null && seconds > 0 && seconds < 1e11 ? Math.round(seconds * 1000) : null;
}
