import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { recordTypeSchema } from "../../shared/systems/dns-records.ts";
import { dataOfWords, recordTypes, startOfAuthority, usualWords, wordsOfData } from "./record-data.ts";

describe("the data of records", () => {
  it.each([
    ["A", "192.0.2.1", "192.0.2.1"],
    ["AAAA", "2001:DB8:0::1", "2001:db8::1"],
    ["CNAME", "Edge.East.Example.", "edge.east.example"],
    ["MX", "10  mail.example.", "10 mail.example"],
    ["SRV", "0 5 443 www.example", "0 5 443 www.example"],
    ["TXT", 'v=spf1 "x" -all', '"v=spf1 \\"x\\" -all"'],
    ["TXT", '"one"  "t\\119o"', '"one" "two"'],
  ] as const)("of type %s: %s", (type, words, usual) => {
    expect(usualWords(type, words)).toBe(usual);
    expect(usualWords(type, usual)).toBe(usual);
  });

  it.each([
    ["A", "192.0.2"],
    ["A", "2001:db8::1"],
    ["AAAA", "fe80::1%eth0"],
    ["CNAME", "a b"],
    ["MX", "mail.example"],
    ["MX", "70000 mail.example"],
    ["SRV", "0 5 www.example"],
    ["TXT", '"open'],
    ["TXT", `"${"a".repeat(256)}"`],
  ] as const)("of type %s cannot be %s", (type, words) => {
    expect(dataOfWords(type, words)).toBeNull();
  });

  it("is read from any bytes or not at all, and means the same when it is written again", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...recordTypeSchema.options),
        fc.uint8Array({ maxLength: 80 }),
        (type, noise) => {
          const words = wordsOfData(recordTypes[type], Buffer.from(noise));
          if (words !== null) expect(usualWords(type, words)).toBe(words);
        },
      ),
    );
  });

  it("of texts of any length come back whole", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (bytes) => {
        const data = Buffer.concat([Buffer.from([bytes.length]), bytes]);
        const words = wordsOfData(recordTypes.TXT, data) ?? "";
        expect(dataOfWords("TXT", words)).toEqual(data);
      }),
    );
    expect(dataOfWords("TXT", "a".repeat(600))?.length).toBe(603);
  });

  it("of a start of authority that is cut off says nothing", () => {
    expect(startOfAuthority(Buffer.from([0, 0, 0, 0, 0, 9]))).toBeNull();
  });
});
