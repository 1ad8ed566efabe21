import { create } from "zustand";

/** A shell that goes on while another page is shown. */
interface OpenTerminal {
  id: string;
  name: string;
}

interface OpenTerminals {
  open: readonly OpenTerminal[];
  add(terminal: OpenTerminal): void;
  remove(id: string): void;
}

/** Which resources have a shell open now, for the masthead: no open shell is out of sight. */
export const useOpenTerminals = create<OpenTerminals>((set) => ({
  open: [],
  add: (terminal) =>
    set(({ open }) => ({ open: [...open.filter(({ id }) => id !== terminal.id), terminal] })),
  remove: (id) => set(({ open }) => ({ open: open.filter((terminal) => terminal.id !== id) })),
}));
