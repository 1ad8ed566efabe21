import { create } from "zustand";

/** A shell that goes on while another page is shown. */
interface OpenTerminal {
  /** Tells two consoles of one resource apart. */
  key: string;
  id: string;
  name: string;
}

interface OpenTerminals {
  open: readonly OpenTerminal[];
  add(terminal: OpenTerminal): void;
  remove(key: string): void;
}

/** Which resources have a shell open now, for the masthead: no open shell is out of sight. */
export const useOpenTerminals = create<OpenTerminals>((set) => ({
  open: [],
  add: (terminal) =>
    set(({ open }) => ({ open: [...open.filter(({ key }) => key !== terminal.key), terminal] })),
  remove: (key) => set(({ open }) => ({ open: open.filter((terminal) => terminal.key !== key) })),
}));
