import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Redaction } from "./redaction.ts";

const value = fc
  .string({ minLength: 4, maxLength: 60, unit: "grapheme" })
  .filter((words) => words.trim().length >= 4);
const around = fc.string({ maxLength: 20, unit: "grapheme" });
/** Long enough for the Base64 of any position to keep eight characters. */
const longValue = fc.string({ minLength: 10, maxLength: 40, unit: "grapheme-ascii" });

function knowing(...values: string[]): Redaction {
  const redaction = new Redaction();
  for (const one of values) redaction.add(one);
  return redaction;
}

describe("redaction", () => {
  test.each<[string, (words: string) => string]>([
    ["as it is", (words) => words],
    ["in Base64", (words) => Buffer.from(words).toString("base64")],
    ["in URL-safe Base64", (words) => Buffer.from(words).toString("base64url")],
    ["in hexadecimal", (words) => Buffer.from(words).toString("hex")],
    ["URL-encoded", (words) => encodeURIComponent(words)],
    ["form-encoded", (words) => encodeURIComponent(words).replaceAll("%20", "+")],
    ["JSON-escaped", (words) => JSON.stringify(words).slice(1, -1)],
    ["JSON-escaped twice", (words) => JSON.stringify(JSON.stringify(words)).slice(3, -3)],
  ])("replaces a secret %s, whatever surrounds it", (_, shape) => {
    fc.assert(
      fc.property(value, around, around, (secret, before, after) => {
        const shaped = shape(secret);
        const words = knowing(secret).text(`${before} ${shaped} ${after}`);
        expect(words).toContain("[secret]");
        expect(words.replaceAll("[secret]", "")).not.toContain(shaped);
      }),
    );
  });

  test("finds a secret inside the Base64 of a longer text, at any position", () => {
    fc.assert(
      fc.property(
        longValue,
        fc.string({ maxLength: 9, unit: "grapheme-ascii" }),
        around,
        (secret, user, rest) => {
          const header = `Basic ${Buffer.from(`${user}:${secret}${rest}`).toString("base64")}`;
          const words = knowing(secret).text(header);
          expect(words).toContain("[secret]");
          expect(Buffer.from(words.slice(6), "base64").toString("utf8")).not.toContain(secret);
        },
      ),
    );
  });

  test("finds single lines of a secret of many lines", () => {
    const redaction = knowing("-----BEGIN KEY-----\nabcdefghijklmnopqrstuvwxyz\n-----END KEY-----\n");
    expect(redaction.text("line 2: abcdefghijklmnopqrstuvwxyz")).toBe("line 2: [secret]");
  });

  test("copies plain data, keys and all, and leaves the original alone", () => {
    const redaction = knowing("marked-value");
    const original = { list: ["a marked-value", 1, null, true], "marked-value": { deep: "marked-value" } };
    expect(redaction.data(original)).toEqual({
      list: ["a [secret]", 1, null, true],
      "[secret]": { deep: "[secret]" },
    });
    expect(original.list[0]).toBe("a marked-value");
  });

  test("survives data that contains itself", () => {
    const round: Record<string, unknown> = { word: "marked-value" };
    round.self = round;
    expect(knowing("marked-value").data(round)).toEqual({ word: "[secret]", self: "[left out]" });
  });

  test("replaces the longer of two secrets that share their beginning", () => {
    expect(knowing("abcd", "abcdefgh").text("x abcdefgh y")).toBe("x [secret] y");
  });

  test("leaves words alone that are no secrets, and values too short to tell", () => {
    fc.assert(
      fc.property(fc.string(), (words) => {
        expect(knowing("abc", "", "\u{1f511}\u{1f511}\u{1f511} unlikely").text(words)).toBe(words);
      }),
    );
  });

  test("takes a value that is no well-formed Unicode", () => {
    expect(knowing("broken\ud800half").text("a broken\ud800half b")).toBe("a [secret] b");
  });
});
