import { describe, expect, it } from "vitest";
import { eventInWords } from "./event-in-words.ts";

describe("eventInWords", () => {
  it("puts the sentence first, in the language, then the plain members", () => {
    const data = {
      proven: true,
      text: { en: "It is back.", fr: "Elle est revenue." },
      data: { bootId: "x" },
    };
    expect(eventInWords(data, "en")).toBe("It is back. · proven true");
    expect(eventInWords(data, "fr")).toBe("Elle est revenue. · proven true");
  });

  it("leaves out what is nested, absent or empty", () => {
    expect(eventInWords({ via: null, reason: "", guards: [{ allowed: true }], port: 22 }, "en")).toBe(
      "port 22",
    );
    expect(eventInWords({}, "en")).toBe("");
  });
});
