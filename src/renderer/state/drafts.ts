import { create } from "zustand";

/** An edit of an object that is not saved yet. */
export interface Draft {
  id: string;
  name: string;
  /** What was read when it began, and its version. */
  base: string;
  version: string;
  yaml: string;
}

interface Drafts {
  open: readonly Draft[];
  put(draft: Draft): void;
  remove(id: string): void;
}

/** What is edited and not saved, one a resource: it outlives its page, and the masthead leads back to it. */
export const useDrafts = create<Drafts>((set) => ({
  open: [],
  put: (draft) =>
    set(({ open }) => ({
      open: open.some(({ id }) => id === draft.id)
        ? open.map((each) => (each.id === draft.id ? draft : each))
        : [...open, draft],
    })),
  remove: (id) => set(({ open }) => ({ open: open.filter((draft) => draft.id !== id) })),
}));
