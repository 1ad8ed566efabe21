import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readSections } from "../host-sections.ts";
import { sectioned } from "../ssh/testing/fake-reach.ts";
import { hostileWords } from "../ssh/testing/hostile-words.ts";
import { listingOf } from "./listing.ts";
import { readCheck } from "./readability.ts";

const mark = "passerelle-0123456789abcdef";
const files = "listed\n1772438400 1772438100 2048 /dumps/billing 1.gz\n1772416800 0 1024 /dumps/billing-2.gz";
const free = "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/sda1 100 40 60 40% /\n";
const read = (body: string, left = free) =>
  listingOf(readSections(sectioned(mark, { "files set": body, "free set": left }), mark), "set");

describe("the files of a set", () => {
  it("are read with their sizes and times", () => {
    expect(read(files)).toEqual({
      state: "listed",
      files: [
        { name: "billing 1.gz", size: 2048, modifiedAt: 1_772_438_400_000, bornAt: 1_772_438_100_000 },
        { name: "billing-2.gz", size: 1024, modifiedAt: 1_772_416_800_000, bornAt: null },
      ],
      freeBytes: 60 * 1024,
    });
    expect(read("listed", "df: no such file")).toEqual({ state: "listed", files: [], freeBytes: null });
  });

  it("are not taken for none where nothing was said", () => {
    expect([read("missing"), read("unreadable"), read("")].map(({ state }) => state)).toEqual([
      "missing",
      "unreadable",
      "unsaid",
    ]);
  });

  it("are never made up, whatever is answered", () => {
    fc.assert(
      fc.property(hostileWords(files), hostileWords(free), (body, left) => {
        const listing = read(body, left);
        if (listing.state !== "listed") return;
        expect(listing.freeBytes === null || Number.isSafeInteger(listing.freeBytes)).toBe(true);
        for (const { name, size, modifiedAt } of listing.files) {
          expect([name.includes("/"), Number.isSafeInteger(size), Number.isSafeInteger(modifiedAt)]).toEqual([
            false,
            true,
            true,
          ]);
        }
      }),
    );
  });
});

describe("a check without pg_restore", () => {
  const ends = (last: string) =>
    readCheck(readSections(sectioned(mark, { first: "5047444d50", last }), mark), "pg-custom").isReadable;

  it("goes by the beginning and the end", () => {
    expect([ends("0000000000"), ends("61626364650a"), ends("")]).toEqual([true, false, false]);
  });
});
