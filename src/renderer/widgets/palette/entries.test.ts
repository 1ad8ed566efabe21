import { describe, expect, it } from "vitest";
import { matches } from "./entries.ts";

describe("the palette", () => {
  it("finds words without accents or case, in any order", () => {
    expect(matches("Vue d'ensemble", "ENSEMBLE vue")).toBe(true);
    expect(matches("Hôtes", "hote")).toBe(true);
    expect(matches("Hôtes", "vm")).toBe(false);
    expect(matches("Tâches", "")).toBe(true);
  });
});
