/** A key as RFB names it (X11 keysym, RFC 6143 section 7.5.4) and as the keyboard does (KeyboardEvent.code). */
export interface Key {
  keysym: number;
  code: string;
}

export const keys = {
  backspace: { keysym: 0xff08, code: "Backspace" },
  tab: { keysym: 0xff09, code: "Tab" },
  enter: { keysym: 0xff0d, code: "Enter" },
  escape: { keysym: 0xff1b, code: "Escape" },
  delete: { keysym: 0xffff, code: "Delete" },
  insert: { keysym: 0xff63, code: "Insert" },
  printScreen: { keysym: 0xff61, code: "PrintScreen" },
  shift: { keysym: 0xffe1, code: "ShiftLeft" },
  control: { keysym: 0xffe3, code: "ControlLeft" },
  alt: { keysym: 0xffe9, code: "AltLeft" },
  windows: { keysym: 0xffeb, code: "MetaLeft" },
} as const satisfies Record<string, Key>;

/** The function key F1 to F12. */
export function functionKey(number: number): Key {
  return { keysym: 0xffbd + number, code: `F${number}` };
}

/** Pressed in this order, released in the reverse one. */
export const ctrlAltDel: readonly Key[] = [keys.control, keys.alt, keys.delete];

/** What a browser or the window manager would keep for itself; each has its name in the texts. */
export const namedKeys = {
  escape: [keys.escape],
  tab: [keys.tab],
  enter: [keys.enter],
  delete: [keys.delete],
  insert: [keys.insert],
  printScreen: [keys.printScreen],
  windows: [keys.windows],
  altTab: [keys.alt, keys.tab],
  altF4: [keys.alt, functionKey(4)],
  ctrlEscape: [keys.control, keys.escape],
  ctrlAltBackspace: [keys.control, keys.alt, keys.backspace],
  ctrlAltF1: [keys.control, keys.alt, functionKey(1)],
  ctrlAltF2: [keys.control, keys.alt, functionKey(2)],
  ctrlAltF3: [keys.control, keys.alt, functionKey(3)],
} as const satisfies Record<string, readonly Key[]>;
export type NamedKeys = keyof typeof namedKeys;
export const namedKeysInOrder = Object.keys(namedKeys) as NamedKeys[];
