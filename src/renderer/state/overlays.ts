import { create } from "zustand";
import type { ActionOffer } from "../../shared/action.ts";

/** What the action sheet shows: one offered action on one or several resources. */
export interface SheetRequest {
  offer: ActionOffer;
  resources: readonly string[];
  /** The name of the only resource, as the preview tells it too once what it needs is filled in. */
  name?: string | undefined;
  /** What is filled in already. */
  input?: Readonly<Record<string, string>>;
  /** Input that was made elsewhere, as in an editor, and is not asked for. */
  given?: Readonly<Record<string, string>>;
}

interface Overlays {
  sheet: SheetRequest | null;
  paletteOpen: boolean;
  questionsOpen: boolean;
  /** Whose questions a person chose to answer first. */
  chosenTarget: string | null;
  openSheet(request: SheetRequest): void;
  closeSheet(): void;
  openPalette(open: boolean): void;
  /** Opens the questions, at those of one target or at the oldest. */
  openQuestions(open: boolean, target?: string): void;
}

/** What lies over the content at the moment. One at a time: a sheet closes the palette that opened it. */
export const useOverlays = create<Overlays>((set) => ({
  sheet: null,
  paletteOpen: false,
  questionsOpen: false,
  chosenTarget: null,
  openSheet: (sheet) => set({ sheet, paletteOpen: false }),
  closeSheet: () => set({ sheet: null }),
  openPalette: (paletteOpen) => set({ paletteOpen }),
  openQuestions: (questionsOpen, target) => set({ questionsOpen, chosenTarget: target ?? null }),
}));
