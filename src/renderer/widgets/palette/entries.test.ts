import { describe, expect, it } from "vitest";
import { addressIn, matches } from "./entries.ts";

describe("the palette", () => {
  it("finds words without accents or case, in any order", () => {
    expect(matches("Vue d'ensemble", "ENSEMBLE vue")).toBe(true);
    expect(matches("Hôtes", "hote")).toBe(true);
    expect(matches("Hôtes", "vm")).toBe(false);
    expect(matches("Tâches", "")).toBe(true);
  });

  it("takes an address of the console for one, whole or from the # on, and nothing else", () => {
    expect(addressIn("http://127.0.0.1:8080/#/vms?group=host")).toBe("#/vms?group=host");
    expect(addressIn(" #/hosts ")).toBe("#/hosts");
    for (const words of ["web", "# /x", "javascript:alert(1)#/", "http://a.example/ #/x", "#hosts"]) {
      expect(addressIn(words)).toBeNull();
    }
  });
});
