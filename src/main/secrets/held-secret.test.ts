import { inspect } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { HeldSecret } from "./held-secret.ts";

test("a secret shows itself to nobody but reveal", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 12 }), (value) => {
      const secret = new HeldSecret(`marked-${value}`);
      expect(secret.reveal()).toBe(`marked-${value}`);
      expect(String(secret)).toBe("[secret]");
      expect(`${secret}`).toBe("[secret]");
      expect(JSON.stringify({ secret })).toBe('{"secret":"[secret]"}');
      expect(inspect({ secret }, { showHidden: true, depth: null })).not.toContain("marked-");
      expect(Object.keys(secret)).toEqual([]);
      expect(structuredClone({ ...secret })).toEqual({});
    }),
  );
});
