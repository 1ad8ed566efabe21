import { describe, expect, it } from "vitest";
import { OpsError } from "../../../shared/errors.ts";
import { sameText } from "../../../shared/text.ts";
import type { KnownBundle } from "../parts.ts";
import { check, evaluated } from "../testing/evaluated.ts";
import { hour } from "../testing/small-pra.ts";

describe("the sealed bundle", () => {
  it("is checked where the estate asks for one, by what its keeper found", async () => {
    const error = new OpsError({
      code: "e",
      system: "bundle",
      message: sameText("Full."),
      hint: sameText(""),
    });
    const note = { recipients: ["ada"], missing: [] };
    const good: KnownBundle = { wanted: true, note, age: 2 * hour, late: false, error: null, checkedAt: 7 };
    const found = async (part: Partial<KnownBundle>) => {
      const { state, provenAt } = check(
        await evaluated(() => {}, { bundle: () => ({ ...good, ...part }) }),
        "bundle",
      );
      return { state, provenAt };
    };
    expect(await found({})).toEqual({ state: "ready", provenAt: 7 });
    expect(await found({ late: true })).toEqual({ state: "warning", provenAt: 7 });
    expect(await found({ note: { ...note, missing: ["keychain:root"] } })).toMatchObject({
      state: "warning",
    });
    expect(await found({ note: null, age: null })).toMatchObject({ state: "blocked" });
    expect(await found({ error })).toEqual({ state: "blocked", provenAt: null });
    const without = await evaluated(() => {}, { bundle: () => ({ ...good, wanted: false }) });
    expect(without.checks.some(({ kind }) => kind === "bundle")).toBe(false);
  });
});
