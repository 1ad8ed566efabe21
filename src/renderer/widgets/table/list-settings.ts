import { z } from "zod";
import { create } from "zustand";
import { type FacetName, facetNames } from "../../../shared/live.ts";
import { readStored, writeStored } from "../../state/storage.ts";

const viewSchema = z.object({
  text: z.string(),
  facets: z.partialRecord(z.enum(facetNames), z.array(z.string())),
  sort: z.object({ by: z.string(), direction: z.enum(["ascending", "descending"]) }),
  columns: z.array(z.string()),
});
/** How a list is looked at: filter, facets, sort and columns. */
export type ListView = z.infer<typeof viewSchema>;

const savedSchema = z.record(z.string(), viewSchema);
type SavedViews = z.infer<typeof savedSchema>;

interface ListSettings {
  /** What is in force per list, kept while the window is open. */
  views: Record<string, ListView>;
  saved: Record<string, SavedViews>;
  change(list: string, initial: ListView, part: Partial<ListView>): void;
  save(list: string, name: string, view: ListView): void;
  remove(list: string, name: string): void;
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
  return {
    views: {},
    saved: {},
    change: (list, initial, part) =>
      set(({ views }) => ({ views: { ...views, [list]: { ...(views[list] ?? initial), ...part } } })),
    save: (list, name, view) => keep(list, { ...savedOf(list), [name]: view }),
    remove: (list, name) => {
      const { [name]: _removed, ...rest } = savedOf(list);
      keep(list, rest);
    },
    load: (list) => set(({ saved }) => ({ saved: { ...saved, [list]: savedOf(list) } })),
  };
});

/** Adds or takes away one value of a facet; a facet without values is dropped. */
export function toggleFacet(facets: ListView["facets"], name: FacetName, value: string): ListView["facets"] {
  const values = facets[name] ?? [];
  const next = values.includes(value) ? values.filter((each) => each !== value) : [...values, value];
  const { [name]: _old, ...rest } = facets;
  return next.length === 0 ? rest : { ...rest, [name]: next };
}

/** Facets and text from a link such as `#/hosts?site=atelier&health=critical`; null when it names none. */
export function viewFromQuery(query: URLSearchParams): Pick<ListView, "facets" | "text"> | null {
  const facets: ListView["facets"] = {};
  for (const name of facetNames) {
    const values = query.getAll(name);
    if (values.length > 0) facets[name] = values;
  }
  const text = query.get("text") ?? "";
  return text === "" && Object.keys(facets).length === 0 ? null : { facets, text };
}
