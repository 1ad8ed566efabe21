import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fieldsOf, flagAt, listOf, momentAt, numberAt, wordsAt } from "./values.ts";

describe("the values of an answer", () => {
  it("are taken as words or as numbers, as Proxmox VE sends either", () => {
    const fields = { vmid: "100", size: 5, template: "1", off: 0, at: "1800000000", none: "" };
    expect(numberAt(fields, "vmid")).toBe(100);
    expect(wordsAt(fields, "size")).toBe("5");
    expect(flagAt(fields, "template")).toBe(true);
    expect(flagAt(fields, "off")).toBe(false);
    expect(momentAt(fields, "at")).toBe(1_800_000_000_000);
    expect(wordsAt(fields, "none")).toBeNull();
  });

  it("are null for what is not there, also where every object has it", () => {
    for (const key of ["missing", "toString", "__proto__", "constructor"]) {
      expect([wordsAt({}, key), numberAt({}, key), flagAt({}, key), momentAt({}, key)]).toEqual([
        null,
        null,
        null,
        null,
      ]);
    }
  });

  it("never fail, whatever came", () => {
    fc.assert(
      fc.property(fc.anything(), fc.string(), (data, key) => {
        for (const fields of [fieldsOf(data), ...listOf(data)]) {
          const number = numberAt(fields, key);
          expect(number === null || Number.isFinite(number)).toBe(true);
          const words = wordsAt(fields, key);
          expect(words === null || words.length <= 4000).toBe(true);
          flagAt(fields, key);
          momentAt(fields, key);
        }
      }),
    );
  });
});
