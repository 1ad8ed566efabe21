import { describe, expect, it } from "vitest";
import { keyBytes } from "./key-bytes.ts";
import { Keyboard } from "./keyboard.ts";

function typed(keyboard: Keyboard, ...keysyms: number[]): string {
  const presses = keysyms.map((keysym) => keyboard.event(true, keysym));
  for (const keysym of keysyms.toReversed()) keyboard.event(false, keysym);
  return presses
    .map((press) =>
      press === null ? "" : press === "restart" ? "restart" : Buffer.from(keyBytes(press)).toString(),
    )
    .join("");
}
const shift = 0xffe1;
const control = 0xffe3;
const alt = 0xffe9;

describe("Keyboard", () => {
  it("writes characters as their keysyms say", () => {
    const keyboard = new Keyboard(false);
    expect(typed(keyboard, 0x61)).toBe("a");
    expect(typed(keyboard, shift, 0x41)).toBe("A");
    expect(typed(keyboard, 0xe9, 0x13bd, 0x20ac, 0x0100_2019)).toBe("éœ€’");
    expect(typed(keyboard, 0xffb7, 0xffab)).toBe("7+");
    // A French keyboard needs Shift for a digit.
    expect(typed(keyboard, shift, 0x31)).toBe("1");
  });

  it("writes what a US keyboard would when it goes by positions", () => {
    const keyboard = new Keyboard(true);
    expect(typed(keyboard, shift, 0x31)).toBe("!");
    expect(typed(keyboard, shift, 0x61)).toBe("A");
    expect(typed(keyboard, shift, 0x21)).toBe("!");
    expect(typed(keyboard, 0x31)).toBe("1");
  });

  it("sends what a terminal does for keys that write nothing, and with Ctrl and Alt", () => {
    const keyboard = new Keyboard(false);
    expect(typed(keyboard, 0xff0d, 0xff08, 0xff52, 0xffff)).toBe("\r\u007f\u001b[A\u001b[3~");
    expect(typed(keyboard, control, 0x63)).toBe("\u0003");
    expect(typed(keyboard, alt, 0x62)).toBe("\u001bb");
    expect(typed(keyboard, 0xffbe, 0xfe52)).toBe("");
  });

  it("takes Ctrl-Alt-Del for a restart, from either side, and only while all are held", () => {
    const keyboard = new Keyboard(true);
    expect(typed(keyboard, control, alt, 0xffff)).toBe("restart");
    expect(typed(keyboard, 0xffe4, 0xffea, 0xffff)).toBe("restart");
    expect(typed(keyboard, control, 0xffff)).toBe("\u001b[3~");
    expect(typed(keyboard, 0xffff)).toBe("\u001b[3~");
  });
});
