import {
  type FacetName,
  facetNames,
  factOfFacet,
  type GroupHead,
  type ListQuery,
  type ListRow,
} from "../../../shared/live.ts";
import { healthOrder, type Resource } from "../../../shared/resource.ts";
import { naturalKey } from "../fold.ts";

/** An action of what is called so, and is of one system. */
export const hasAction = (action: string, { name, system }: Resource) =>
  action === "of-web" && system === "one" && name.toLowerCase().startsWith("web");

/** The answer in the plainest way: everything is looked at, nothing is remembered. */
export function plainAnswer(all: Resource[], asked: ListQuery): unknown {
  const { parent, storage, ...same } = asked.within;
  const ofKind = all.filter(
    (each) =>
      (asked.kinds.length === 0 || asked.kinds.includes(each.kind)) &&
      (parent === undefined || parent === (each.parent ?? (each.site === each.id ? null : each.site))) &&
      (asked.action === null || hasAction(asked.action, each)) &&
      (storage === undefined || [each.facts["vm.storages"]?.value].flat().includes(storage)) &&
      facetNames.every((name) => same[name] === undefined || plainFacets(each, name).includes(same[name])),
  );
  const withText = ofKind.filter((each) => hasWords(each, asked.text));
  const selected = (each: Resource, except?: FacetName) =>
    facetNames.every((name) => {
      const values = asked.facets[name] ?? [];
      const own = plainFacets(each, name);
      return name === except || values.length === 0 || own.some((value) => values.includes(value));
    });
  const facets: Record<string, Record<string, number>> = {};
  for (const name of facetNames) {
    const counts: Record<string, number> = {};
    for (const each of withText.filter((one) => selected(one, name))) {
      for (const value of plainFacets(each, name)) counts[value] = (counts[value] ?? 0) + 1;
    }
    facets[name] = counts;
  }
  const { by, direction } = asked.sort;
  const matching = withText
    .filter((each) => selected(each))
    .map((each) => ({ each, key: plainKey(each, by) }))
    .sort((one, other) => {
      if (one.key !== other.key) {
        if (one.key === null) return 1;
        if (other.key === null) return -1;
        const numbersFirst = Number(typeof one.key === "string") - Number(typeof other.key === "string");
        const order = numbersFirst || (one.key < other.key ? -1 : 1);
        return direction === "ascending" ? order : -order;
      }
      const [name, otherName] = [naturalKey(one.each.name), naturalKey(other.each.name)];
      if (name !== otherName) return name < otherName ? -1 : 1;
      return one.each.id < other.each.id ? -1 : 1;
    })
    .map(({ each }) => each);
  const lines = plainLines(matching, asked);
  const end = asked.offset + asked.limit;
  const window = lines.slice(asked.offset, end);
  const above = lines.findLast((line, place) => "value" in line && place <= asked.offset);
  const heads = lines.filter(
    (line, place) =>
      "value" in line && ((place >= asked.offset && place < end) || (line === above && window.length > 0)),
  );
  return {
    order: window.map((line) => ("value" in line ? line.key : line.id)),
    rows: window.flatMap((line) => ("value" in line ? [] : plainRow(line, asked.columns))),
    groups: asked.group === null ? undefined : { lines: lines.length, heads },
    total: ofKind.length,
    matching: matching.length,
    facets,
  };
}

/** Every line of the list: resources, and before those of each group its head. */
function plainLines(matching: Resource[], { group, fold }: ListQuery): (Resource | GroupHead)[] {
  if (group === null) return matching;
  const groups = new Map<string, Resource[]>();
  const groupValue = (each: Resource) => plainFacet(each, group);
  const keyOf = (each: Resource) => {
    const isOfSystem = group === "namespace" && groupValue(each) !== "";
    return `\n${groupValue(each)}${isOfSystem ? `\n${each.system}` : ""}`;
  };
  for (const each of matching) groups.set(keyOf(each), [...(groups.get(keyOf(each)) ?? []), each]);
  const place = (key: string) => {
    const [, value = "", system = ""] = key.split("\n");
    const order =
      group === "health"
        ? [...healthOrder.keys()].find((at) => healthOrder[at] === value)
        : naturalKey(value);
    // What ends first comes first, whatever stands after it.
    return [value === "" ? "z" : "a", order, value, system].join("\0");
  };
  const lines: (Resource | GroupHead)[] = [];
  for (const [key, members] of [...groups].sort(([one], [other]) => (place(one) < place(other) ? -1 : 1))) {
    const [, value = "", system = null] = key.split("\n");
    const wrong = members.filter((each) => each.health !== "ok").length;
    const open = fold.except.includes(key) ? !fold.open : fold.open;
    lines.push({ key, value, system, total: members.length, wrong, open, place: lines.length });
    if (open) lines.push(...members);
  }
  return lines;
}

/** All its values in a facet; of tags there may be several. */
function plainFacets(each: Resource, name: FacetName): string[] {
  const tags = name === "tag" ? each.facts["hypervisor.tags"]?.value : undefined;
  return Array.isArray(tags) ? tags : [plainFacet(each, name)];
}

function plainFacet(each: Resource, name: FacetName): string {
  const fact = Object.entries(factOfFacet).find(([facet]) => facet === name)?.[1];
  const value =
    fact === undefined ? Object.entries(each).find(([key]) => key === name)?.[1] : each.facts[fact]?.value;
  return String(value ?? "");
}

function plainKey(each: Resource, by: string): string | number | null {
  if (by === "name") return naturalKey(each.name);
  if (by === "health") return healthOrder.indexOf(each.health);
  if (by === "seenAt") return each.seenAt;
  if (by === "site") return each.site;
  if (by === "problem") return each.problems[0] ? naturalKey(each.problems[0].text.en) : null;
  const value = each.facts[by]?.value ?? null;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (Array.isArray(value)) return value.length;
  return typeof value === "string" ? naturalKey(value) : value;
}

function plainRow(each: Resource, columns: string[]): ListRow {
  const { facts, problems, sources: _, ...row } = each;
  const known = columns.filter((column) => facts[column] !== undefined);
  return {
    ...row,
    problem: problems[0]?.text ?? null,
    cells: Object.fromEntries(known.map((column) => [column, facts[column]?.value ?? null])),
  };
}

/** Every typed word is somewhere in what is searched, case and accents aside. */
function hasWords(each: Resource, typed: string): boolean {
  const plain = (words: string) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const { name, id, kind, system, site, environment, facts } = each;
  const held = [
    name,
    id,
    kind,
    system,
    site,
    environment,
    facts["os.name"]?.value,
    facts["units.failed"]?.value,
    facts["kubernetes.namespace"]?.value,
    facts["hypervisor.tags"]?.value,
  ];
  const searched = plain(
    held
      .filter((one) => one !== null && one !== undefined)
      .map(String)
      .join("\n"),
  );
  return plain(typed)
    .split(" ")
    .every((word) => searched.includes(word));
}
