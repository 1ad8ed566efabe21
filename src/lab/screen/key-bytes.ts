import type { Key } from "./keyboard.ts";

/** What the Linux console sends for keys that write nothing (console_codes(4)). */
const sequences: Record<string, string> = {
  enter: "\r",
  erase: "\u007f",
  tab: "\t",
  escape: "\u001b",
  up: "\u001b[A",
  down: "\u001b[B",
  right: "\u001b[C",
  left: "\u001b[D",
  home: "\u001b[1~",
  insert: "\u001b[2~",
  delete: "\u001b[3~",
  end: "\u001b[4~",
  "page-up": "\u001b[5~",
  "page-down": "\u001b[6~",
};

/** The bytes that a terminal sends for a key press; none for a key that it does not know. */
export function keyBytes(key: Key): Uint8Array {
  let words = key.text ?? sequences[key.name] ?? "";
  if (key.control && key.text !== null) {
    const code = key.text.toUpperCase().charCodeAt(0);
    words = code >= 0x40 && code <= 0x5f ? String.fromCharCode(code & 0x1f) : "";
  }
  return new TextEncoder().encode(key.alt && words !== "" ? `\u001b${words}` : words);
}
