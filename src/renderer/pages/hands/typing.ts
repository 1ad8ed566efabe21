import { keys } from "./keys.ts";

/** One character as it is typed: a keysym, and whether Shift is held on a US keyboard. */
export interface Stroke {
  keysym: number;
  shift: boolean;
}

/** The most characters that are typed in one go. */
export const longestTyping = 4096;
/** Milliseconds between two characters: management engines and BIOS set-ups lose keys that come faster. */
const betweenStrokes = 15;

const shifted = new Set('~!@#$%^&*()_+{}|:"<>?');

/**
 * The keys that type `text`. Line ends are Return, whatever their form; other control characters are left out. The
 * keysym of a character of Latin-1 is its code, of any other 0x01000000 plus its code (X11, "KEYSYM Encoding").
 */
export function strokesOf(text: string): Stroke[] {
  const strokes: Stroke[] = [];
  for (const character of text.replace(/\r\n?/g, "\n")) {
    const code = character.codePointAt(0) ?? 0;
    if (character === "\n") strokes.push({ keysym: keys.enter.keysym, shift: false });
    else if (character === "\t") strokes.push({ keysym: keys.tab.keysym, shift: false });
    else if (code < 0x20 || (code >= 0x7f && code < 0xa0)) continue;
    else
      strokes.push({
        keysym: code < 0x100 ? code : 0x0100_0000 + code,
        shift: shifted.has(character) || /^[A-Z]$/.test(character),
      });
  }
  return strokes;
}

/**
 * Types `strokes` one after the other, as fast as slow machines take them, until `signal` is aborted; Shift is never
 * left down. `press` without `down` presses and releases; `progress` is told how many are done.
 */
export async function typeStrokes(
  strokes: readonly Stroke[],
  press: (keysym: number, code: string | null, down?: boolean) => void,
  progress: (done: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const { keysym: shift, code } = keys.shift;
  for (const [place, stroke] of strokes.entries()) {
    if (signal.aborted) return;
    if (stroke.shift) press(shift, code, true);
    press(stroke.keysym, null);
    if (stroke.shift) press(shift, code, false);
    progress(place + 1);
    await new Promise((resolve) => setTimeout(resolve, betweenStrokes));
  }
}
