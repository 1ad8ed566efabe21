/** What a listing may be narrowed by (Swift's API: `GET` of an account or a container). */
export interface ListingWish {
  prefix: string;
  marker: string;
  endMarker: string;
  delimiter: string;
  limit: number;
}

const usualLimit = 10_000;

export function wishOf(query: URLSearchParams): ListingWish {
  const limit = Number(query.get("limit") ?? usualLimit);
  return {
    prefix: query.get("prefix") ?? "",
    marker: query.get("marker") ?? "",
    endMarker: query.get("end_marker") ?? "",
    delimiter: query.get("delimiter") ?? "",
    limit: Number.isInteger(limit) && limit >= 0 ? Math.min(limit, usualLimit) : usualLimit,
  };
}

/** The names of a listing in their order; those that a delimiter folds are given as `subdir`. */
export function listed(
  names: Iterable<string>,
  { prefix, marker, endMarker, delimiter, limit }: ListingWish,
): { name: string; subdir: boolean }[] {
  const entries: { name: string; subdir: boolean }[] = [];
  for (const name of [...names].sort()) {
    if (!name.startsWith(prefix) || name <= marker || (endMarker !== "" && name >= endMarker)) continue;
    const at = delimiter === "" ? -1 : name.indexOf(delimiter, prefix.length);
    const entry = at < 0 ? name : name.slice(0, at + delimiter.length);
    if (entries.at(-1)?.name === entry || (at >= 0 && entry <= marker)) continue;
    if (entries.length >= limit) break;
    entries.push({ name: entry, subdir: at >= 0 });
  }
  return entries;
}
