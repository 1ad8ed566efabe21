import { describe, expect, it } from "vitest";
import { type FactDefinition, factDefinitions, factWords } from "./facts.ts";

describe("the words of facts", () => {
  it("are written in both languages, and the French ones are French", () => {
    for (const [key, { label, words = {} }] of Object.entries<FactDefinition>(factDefinitions)) {
      for (const each of [label, ...Object.values(words)]) {
        expect(each.en, key).toMatch(/\S/);
        expect(each.fr, key).toMatch(/\S/);
      }
    }
    expect(factWords("power.state", "off")?.fr).toBe("éteinte");
    expect(factWords("power.available", "graceful-reset")?.fr).toBe("redémarrage propre");
  });

  it("leave alone what is no word of the key", () => {
    expect(factWords("hardware.model", "off")).toBeNull();
    expect(factWords("power.state", "toString")).toBeNull();
    expect(factWords("new.thing", "off")).toBeNull();
  });
});
