import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readSections } from "./host-sections.ts";
import { sectioned } from "./ssh/testing/fake-reach.ts";
import { hostileWords } from "./ssh/testing/hostile-words.ts";

const mark = "passerelle-0123456789abcdef";
const whole = sectioned(mark, { "boot-id": "abc", "smart /dev/sda": "{}", units: ["", 1] });

describe("readSections", () => {
  it("takes sections apart with their details and statuses", () => {
    const sections = readSections(whole, mark);
    expect(sections).toMatchObject({ started: true, complete: true });
    expect(sections.all.map(({ name, detail, status }) => [name, detail, status])).toEqual([
      ["boot-id", "", 0],
      ["smart", "/dev/sda", 0],
      ["units", "", 1],
    ]);
    expect(sections.whole("boot-id")?.body.trim()).toBe("abc");
  });

  it("drops noise before, between and after the sections", () => {
    const noisy = `Welcome!\nlast login …\n${whole.replaceAll("end\n", "end\nnoise of a profile\n")}bye\n`;
    const sections = readSections(noisy, mark);
    expect(sections.all).toHaveLength(3);
    expect(sections.all.every(({ body }) => !body.includes("noise"))).toBe(true);
  });

  it("does not take a section for whole whose status was cut off", () => {
    const cut = `${mark} begin df\n/dev/sda1 1 1 1 1% /\n${mark} end\n${mark} complete\n`;
    const sections = readSections(cut, mark);
    expect(sections.whole("df")).toBeUndefined();
    expect(sections.all[0]?.status).toBeNull();
  });

  it("is not complete when the answer breaks off, wherever that is", () => {
    fc.assert(
      fc.property(fc.nat({ max: whole.trimEnd().length - 1 }), (length) => {
        expect(readSections(whole.slice(0, length), mark).complete).toBe(false);
      }),
    );
  });

  it("tells an answer without any mark from an empty section list", () => {
    expect(readSections("This account is currently not available.\n", mark).started).toBe(false);
    expect(readSections(whole, "passerelle-another").started).toBe(false);
  });

  it("understands carriage returns", () => {
    expect(readSections(whole.replaceAll("\n", "\r\n"), mark).whole("boot-id")?.body.trim()).toBe("abc");
  });

  it("never throws and never holds more than it was given", () => {
    fc.assert(
      fc.property(hostileWords(whole), (words) => {
        const { all } = readSections(words, mark);
        expect(all.reduce((sum, { body }) => sum + body.length, 0)).toBeLessThanOrEqual(words.length);
      }),
    );
  });
});
