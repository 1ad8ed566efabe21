import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePlace, placeTo } from "./router.ts";

describe("places", () => {
  it("are read back as they were made, whatever the identifiers", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1, unit: "grapheme" }), { minLength: 1 }), (path) => {
        expect(parsePlace(placeTo(...path)).path).toEqual(path);
      }),
    );
  });

  it("carry a query", () => {
    const place = parsePlace("#/hosts?site=atelier&health=critical&health=unknown");
    expect(place.path).toEqual(["hosts"]);
    expect(place.query.getAll("health")).toEqual(["critical", "unknown"]);
  });

  it("are the start page when the hash is not one of ours or cannot be decoded", () => {
    for (const hash of ["", "#", "#top", "#/%E0%A4%A", "https://example"]) {
      expect(parsePlace(hash).path).toEqual([]);
    }
    fc.assert(fc.property(fc.string(), (hash) => void parsePlace(hash)));
  });
});
