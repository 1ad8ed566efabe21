import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hostileWords } from "../testing/hostile-words.ts";
import {
  parseBootId,
  parseLoad,
  parseOsRelease,
  parseProcessors,
  parseUname,
  parseUptime,
} from "./system.ts";

const osRelease = `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n`;

describe("parseOsRelease", () => {
  it("prefers the pretty name and puts name and version together without it", () => {
    expect(parseOsRelease(osRelease)).toBe("Debian GNU/Linux 12 (bookworm)");
    expect(parseOsRelease("NAME=Void\nVERSION_ID='7.1'\n")).toBe("Void 7.1");
    expect(parseOsRelease("NAME=Void\n")).toBe("Void");
  });
  it("takes escapes off and says nothing of a file without a name", () => {
    expect(parseOsRelease('PRETTY_NAME="A \\"quoted\\" \\$ name"')).toBe('A "quoted" $ name');
    expect(parseOsRelease("ID=x\n")).toBeNull();
    expect(parseOsRelease('PRETTY_NAME=""\n')).toBeNull();
  });
  it("lets no control character through, whatever the file holds", () => {
    fc.assert(
      fc.property(hostileWords(osRelease), (words) => {
        const name = parseOsRelease(words);
        expect(name === null || (name.length <= 200 && !/[\p{Cc}\p{Cf}]/u.test(name))).toBe(true);
      }),
    );
  });
});

describe("parseUname", () => {
  it("takes the four words apart", () => {
    expect(parseUname("Linux tower-a 6.1.0-18-amd64 x86_64\n")).toEqual({
      hostname: "tower-a",
      kernel: "6.1.0-18-amd64",
      architecture: "x86_64",
    });
    expect(parseUname("uname: not found")).toBeNull();
  });
});

describe("numbers of /proc", () => {
  it("reads load, uptime, processors and boot identifier", () => {
    expect(parseLoad("0.11 1.12 2.05 2/107 10890\n")).toEqual({ one: 0.11, five: 1.12, fifteen: 2.05 });
    expect(parseUptime("1903.63 3661.94\n")).toBe(1903.63);
    expect(parseProcessors("16\n")).toBe(16);
    expect(parseBootId("BF2B62EB-fe78-437d-8f26-9032d4d4c214\n")).toBe(
      "bf2b62eb-fe78-437d-8f26-9032d4d4c214",
    );
  });
  it("is null for what is not such a number", () => {
    for (const words of ["", "-1", "1e9", "0x10", "NaN", "1.2.3", "9".repeat(400)]) {
      expect([parseLoad(words), parseUptime(words), parseProcessors(words), parseBootId(words)]).toEqual([
        null,
        null,
        null,
        null,
      ]);
    }
    expect(parseProcessors("0")).toBeNull();
    expect(parseLoad("0.1 0.2")).toBeNull();
  });
  it("never throws and never gives a number that is not finite", () => {
    fc.assert(
      fc.property(hostileWords("0.11 1.12 2.05 2/107 10890\n"), (words) => {
        const load = parseLoad(words);
        const numbers = [parseUptime(words), parseProcessors(words), ...(load ? Object.values(load) : [])];
        expect(numbers.every((number) => number === null || (Number.isFinite(number) && number >= 0))).toBe(
          true,
        );
      }),
    );
  });
});
