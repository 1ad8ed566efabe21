import { create } from "zustand";
import type { ActionOffer } from "../../shared/action.ts";

/** What the action sheet shows: one offered action on one or several resources. */
export interface SheetRequest {
  offer: ActionOffer;
  resources: readonly string[];
  /** What is filled in already. */
  input?: Readonly<Record<string, string>>;
}

interface Overlays {
  sheet: SheetRequest | null;
  paletteOpen: boolean;
  questionsOpen: boolean;
  openSheet(request: SheetRequest): void;
  closeSheet(): void;
  openPalette(open: boolean): void;
  openQuestions(open: boolean): void;
}

/** What lies over the content at the moment. One at a time: a sheet closes the palette that opened it. */
export const useOverlays = create<Overlays>((set) => ({
  sheet: null,
  paletteOpen: false,
  questionsOpen: false,
  openSheet: (sheet) => set({ sheet, paletteOpen: false }),
  closeSheet: () => set({ sheet: null }),
  openPalette: (paletteOpen) => set({ paletteOpen }),
  openQuestions: (questionsOpen) => set({ questionsOpen }),
}));
