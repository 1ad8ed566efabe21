import { create } from "zustand";

/** A machine's screen that goes on while another page is shown. */
interface OpenScreen {
  /** Tells two screens of one resource apart. */
  key: string;
  id: string;
  name: string;
}

interface OpenScreens {
  open: readonly OpenScreen[];
  add(screen: OpenScreen): void;
  remove(key: string): void;
}

/** Which resources have a screen open now, for the masthead: no open screen is out of sight. */
export const useOpenScreens = create<OpenScreens>((set) => ({
  open: [],
  add: (screen) => set(({ open }) => ({ open: [...open, screen] })),
  remove: (key) => set(({ open }) => ({ open: open.filter((screen) => screen.key !== key) })),
}));
