import { z } from "zod";
import { create } from "zustand";
import {
  type FacetName,
  type Folding,
  facetNames,
  foldSchema,
  type GroupName,
  groupNames,
  longestFacetValue,
  longestText,
  mostChosen,
} from "../../../shared/live.ts";
import { readStored, writeStored } from "../../state/storage.ts";

/** Nothing is folded; one object, so that what looks at it sees no change. */
export const unfolded: Folding = { open: true, except: [] };

const viewSchema = z.object({
  text: z.string(),
  facets: z.partialRecord(z.enum(facetNames), z.array(z.string())),
  sort: z.object({ by: z.string(), direction: z.enum(["ascending", "descending"]) }),
  columns: z.array(z.string()),
  group: z.enum(groupNames).nullable().default(null),
  fold: foldSchema.default(unfolded),
});
/** How a list is looked at: filter, facets, sort, columns, groups and which of them are folded. */
export type ListView = z.infer<typeof viewSchema>;

const savedSchema = z.record(z.string(), viewSchema);
export type SavedViews = z.infer<typeof savedSchema>;
const usualSchema = z.string().nullable();

interface ListSettings {
  /** What is in force per list, kept while the window is open. */
  views: Record<string, ListView>;
  saved: Record<string, SavedViews>;
  /** The name of the saved view that a list of a kind begins with. */
  usual: Record<string, string | null>;
  change(list: string, initial: ListView, part: Partial<ListView>): void;
  save(list: string, name: string, view: ListView): void;
  remove(list: string, name: string): void;
  makeUsual(list: string, name: string | null): void;
  load(list: string): void;
}

/** Views in force and saved views of every list; the saved ones are remembered on this workstation. */
export const useListSettings = create<ListSettings>((set, get) => {
  const keep = (list: string, views: SavedViews) => {
    writeStored(`views.${list}`, views);
    set({ saved: { ...get().saved, [list]: views } });
  };
  const savedOf = (list: string) =>
    get().saved[list] ?? readStored<SavedViews>(`views.${list}`, savedSchema, {});
  const makeUsual = (list: string, name: string | null) => {
    writeStored(`usual-view.${list}`, name);
    set({ usual: { ...get().usual, [list]: name } });
  };
  return {
    views: {},
    saved: {},
    usual: {},
    change: (list, initial, part) =>
      set(({ views }) => ({ views: { ...views, [list]: { ...(views[list] ?? initial), ...part } } })),
    save: (list, name, view) => keep(list, { ...savedOf(list), [name]: view }),
    remove: (list, name) => {
      const { [name]: _removed, ...rest } = savedOf(list);
      keep(list, rest);
      if (get().usual[list] === name) makeUsual(list, null);
    },
    makeUsual,
    load: (list) => {
      if (Object.hasOwn(get().saved, list)) return;
      const usual = readStored(`usual-view.${list}`, usualSchema, null);
      set(({ saved, usual: others }) => ({
        saved: { ...saved, [list]: savedOf(list) },
        usual: { ...others, [list]: usual },
      }));
    },
  };
});

/** Adds or takes away one value of a facet; a facet without values is dropped. */
export function toggleFacet(facets: ListView["facets"], name: FacetName, value: string): ListView["facets"] {
  const values = facets[name] ?? [];
  const next = values.includes(value) ? values.filter((each) => each !== value) : [...values, value];
  const { [name]: _old, ...rest } = facets;
  return next.length === 0 ? rest : { ...rest, [name]: next };
}

/** As many folded groups as are remembered; whoever wants more folds all of them. */
const mostExceptions = 2000;

/** Folds one group, or unfolds it. */
export function toggleFold({ open, except }: Folding, key: string): Folding {
  const others = except.filter((each) => each !== key);
  return { open, except: others.length < except.length ? others : [...except, key].slice(-mostExceptions) };
}

/** The view as a link carries it: `?site=atelier&text=web&sort=-memory.total&columns=power.state,vm.host&group=host`. */
export function queryOfView({ text, facets, sort, columns, group }: ListView): string {
  const query = new URLSearchParams();
  for (const name of facetNames) for (const value of facets[name] ?? []) query.append(name, value);
  if (text !== "") query.set("text", text);
  query.set("sort", sort.direction === "ascending" ? sort.by : `-${sort.by}`);
  query.set("columns", columns.join(","));
  if (group !== null) query.set("group", group);
  return query.toString();
}

/**
 * What a link such as `#/hosts?site=atelier&health=critical` says of a view; null when it says nothing. What is more than a
 * list can be asked for is left out: a link may come from anywhere.
 */
export function viewFromQuery(query: URLSearchParams): Partial<ListView> | null {
  const facets: ListView["facets"] = {};
  for (const name of facetNames) {
    const values = new Set(query.getAll(name).filter((value) => value.length <= longestFacetValue));
    if (values.size > 0) facets[name] = [...values].slice(0, mostChosen);
  }
  const text = (query.get("text") ?? "").slice(0, longestText);
  const rest: Partial<ListView> = { ...sortIn(query), ...columnsIn(query), ...groupIn(query) };
  if (text === "" && Object.keys(facets).length === 0 && Object.keys(rest).length === 0) return null;
  return { facets, text, ...rest };
}

function sortIn(query: URLSearchParams): Pick<ListView, "sort"> | null {
  const [, minus, by] = /^(-?)([\w.-]{1,60})$/.exec(query.get("sort") ?? "") ?? [];
  return by ? { sort: { by, direction: minus ? "descending" : "ascending" } } : null;
}

function columnsIn(query: URLSearchParams): Pick<ListView, "columns"> | null {
  const columns = (query.get("columns") ?? "").split(",").filter((each) => /^[\w.-]{1,60}$/.test(each));
  return columns.length > 0 ? { columns: [...new Set(columns)].slice(0, 30) } : null;
}

function groupIn(query: URLSearchParams): Pick<ListView, "group" | "fold"> | null {
  const asked = query.get("group");
  const group: GroupName | undefined = groupNames.find((each) => each === asked);
  return group ? { group, fold: unfolded } : null;
}
