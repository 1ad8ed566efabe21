/** A key press as a machine takes it: a name, and for keys that write something what they write. */
export interface Key {
  name: string;
  text: string | null;
  control: boolean;
  alt: boolean;
}

/** Names of the keys that write nothing, by keysym (X11, keysymdef.h). */
const names = new Map<number, string>([
  [0xff08, "erase"],
  [0xff09, "tab"],
  [0xfe20, "tab"],
  [0xff0d, "enter"],
  [0xff8d, "enter"],
  [0xff1b, "escape"],
  [0xff50, "home"],
  [0xff51, "left"],
  [0xff52, "up"],
  [0xff53, "right"],
  [0xff54, "down"],
  [0xff55, "page-up"],
  [0xff56, "page-down"],
  [0xff57, "end"],
  [0xff63, "insert"],
  [0xffff, "delete"],
  [0xff95, "home"],
  [0xff96, "left"],
  [0xff97, "up"],
  [0xff98, "right"],
  [0xff99, "down"],
  [0xff9c, "end"],
  [0xff9f, "delete"],
  ...Array.from({ length: 12 }, (_, index): [number, string] => [0xffbe + index, `f${index + 1}`]),
]);
const modifiers = new Map<number, "shift" | "control" | "alt" | "other-alt">([
  [0xffe1, "shift"],
  [0xffe2, "shift"],
  [0xffe3, "control"],
  [0xffe4, "control"],
  [0xffe9, "alt"],
  [0xffe7, "alt"],
  [0xffea, "other-alt"],
]);
/** Keysyms from before Unicode that French keyboards send. */
const olderSigns = new Map<number, string>([
  [0x20ac, "€"],
  [0x13bc, "Œ"],
  [0x13bd, "œ"],
  [0x13be, "Ÿ"],
]);
/** What the keys of a US keyboard write without and with Shift. */
const plainSigns = "`1234567890-=[]\\;',./";
const shiftedSigns = '~!@#$%^&*()_+{}|:"<>?';

/** What a keysym writes; null for one that writes nothing. */
function textOf(keysym: number): string | null {
  if ((keysym >= 0x20 && keysym <= 0x7e) || (keysym >= 0xa0 && keysym <= 0xff))
    return String.fromCharCode(keysym);
  if (keysym >= 0x0100_0100 && keysym <= 0x0110_ffff) return String.fromCodePoint(keysym - 0x0100_0000);
  if (keysym >= 0xffaa && keysym <= 0xffb9) return String.fromCharCode(keysym - 0xff80);
  return olderSigns.get(keysym) ?? null;
}

function shifted(text: string): string {
  const index = plainSigns.indexOf(text);
  return index >= 0 ? (shiftedSigns[index] ?? text) : text.toUpperCase();
}

/**
 * The keyboard of one viewer: turns key events of RFB (RFC 6143, 7.5.4) into key presses and keeps what is held.
 * One that goes by `positions` presses keys of a US keyboard as Intel AMT does, so that Shift and 1 write an
 * exclamation mark whatever the viewer's own keyboard would.
 */
export class Keyboard {
  private readonly held = new Set<number>();
  private readonly positions: boolean;

  constructor(positions: boolean) {
    this.positions = positions;
  }

  /** What an event does: a key press, "restart" for Ctrl-Alt-Del, or nothing. */
  event(isDown: boolean, keysym: number): Key | "restart" | null {
    if (!isDown) {
      this.held.delete(keysym);
      return null;
    }
    if (modifiers.has(keysym)) {
      this.held.add(keysym);
      return null;
    }
    const control = this.isHeld("control");
    const alt = this.isHeld("alt");
    const name = names.get(keysym);
    if (name === "delete" && control && (alt || this.isHeld("other-alt"))) return "restart";
    if (name !== undefined) return { name, text: null, control, alt };
    const text = textOf(keysym);
    if (text === null) return null;
    return {
      name: "text",
      text: this.positions && this.isHeld("shift") ? shifted(text) : text,
      control,
      alt,
    };
  }

  private isHeld(modifier: string): boolean {
    return [...this.held].some((keysym) => modifiers.get(keysym) === modifier);
  }
}
