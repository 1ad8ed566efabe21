import { describe, expect, it } from "vitest";
import { cellHeight, glyphOf, hasGlyph } from "./font.ts";

const picture = (character: string, isBold = false) =>
  Array.from(glyphOf(character.codePointAt(0) ?? 0, isBold), (row) =>
    row.toString(2).padStart(8, "0").replaceAll("0", ".").replaceAll("1", "#"),
  );

describe("glyphOf", () => {
  it("has what English and French are written with, and what boxes are drawn with", () => {
    const needed = `${Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join("")}àâäçéèêëîïôöùûüÿœæÀÂÇÉÈÊËÎÏÔÙÛŒŸ«»’“”…–—€°─│┌┐└┘├┤┬┴┼═║╔╗╚╝█▓▒░▀▄▌▐►◄▲▼←→`;
    expect([...needed].filter((character) => !hasGlyph(character.codePointAt(0) ?? 0))).toEqual([]);
  });

  it("gives each character of ASCII a picture of its own within the cell", () => {
    const all = Array.from({ length: 94 }, (_, index) => glyphOf(33 + index));
    expect(new Set(all.map((glyph) => Buffer.from(glyph).toString("hex"))).size).toBe(94);
    for (const glyph of all) {
      expect(glyph).toHaveLength(cellHeight);
      expect(glyph.some((row) => row > 0)).toBe(true);
    }
  });

  it("joins the lines of boxes from cell to cell", () => {
    const above = picture("│");
    const corner = picture("└");
    expect(above.at(-1)).toBe(corner.at(0));
    expect(corner.at(-1)).toBe("........");
    expect(picture("─").filter((row) => row === "########")).toHaveLength(1);
    expect(picture("═").filter((row) => row === "########")).toHaveLength(2);
    expect(picture("╔").filter((row) => row !== "........")).toHaveLength(10);
    expect(picture("█").every((row) => row === "########")).toBe(true);
  });

  it("draws bold as the plain glyph twice, and shows the sign for what it does not have", () => {
    expect(picture("|", true)[4]).toBe("...##...");
    expect(glyphOf(0x4e00)).toEqual(glyphOf(0xfffd));
    expect(glyphOf(0x4e00, true).some((row) => row > 0)).toBe(true);
  });
});
