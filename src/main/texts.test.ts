import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");

/** The English and French words of every `text(…, …)` that is written out in main and shared. */
function pairs(): { file: string; en: string; fr: string }[] {
  const literal = '("(?:[^"\\\\]|\\\\.)*"|`[^`]*`)';
  const call = new RegExp(`\\btext\\(\\s*${literal}\\s*,\\s*${literal}\\s*,?\\s*\\)`, "g");
  return ["main", "shared"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && !file.includes("testing"))
      .flatMap((file) =>
        [...readFileSync(join(root, folder, file), "utf8").matchAll(call)].map(([, en = "", fr = ""]) => ({
          file: `${folder}/${file}`,
          en: plain(en),
          fr: plain(fr),
        })),
      ),
  );
}

/** Without its quotes; what is filled in later stands as X. */
function plain(literal: string): string {
  return literal.slice(1, -1).replace(/\$\{[^}]*\}/g, "X");
}

const rules: Record<string, (en: string, fr: string) => boolean> = {
  "both have words, or neither has": (en, fr) => (en.trim() === "") === (fr.trim() === ""),
  "both end as sentences or neither does": (en, fr) => /[.?!]$/.test(en) === /[.?!]$/.test(fr),
  "French has a space before ; ? !": (_en, fr) => !/[^\s\u00a0\u202f«][;?!](?=\s|$)/.test(fr),
  "a whole sentence is not the same in both": (en, fr) => en !== fr || en.split(" ").length < 5,
};

test("what main says reads as French in French", () => {
  const found = pairs();
  expect(found.length).toBeGreaterThan(500);
  for (const [rule, holds] of Object.entries(rules)) {
    const broken = found.filter(({ en, fr }) => !holds(en, fr));
    expect([rule, broken]).toEqual([rule, []]);
  }
});
