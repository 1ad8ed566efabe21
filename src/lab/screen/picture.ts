import type { CellGrid } from "./cell-grid.ts";
import type { Key } from "./keyboard.ts";

/** A cell of the grid, for the cursor and the mouse. */
export interface Position {
  row: number;
  column: number;
}

/** What a machine shows at one stage of its life, and how it takes keys there. */
export interface Picture {
  readonly grid: CellGrid;
  /** The cells to be shown inverted now. */
  readonly marked: readonly Position[];
  /** Brings the words up to the World's time; says whether time alone will change more of them. */
  refresh(): boolean;
  /** Takes a key press; many stages take none. */
  press(key: Key): void;
  /** Takes words that were pasted. */
  paste(words: string): void;
  /** The machine is in another stage: whatever the picture has under way ends. */
  close(): void;
}
