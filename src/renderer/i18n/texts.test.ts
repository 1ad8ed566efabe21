import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "@swc/core";
import { describe, expect, it } from "vitest";
import { en } from "./en/index.ts";
import { fr } from "./fr/index.ts";
import { bindFrenchPunctuation, prepareFrench } from "./french.ts";
import { createI18n } from "./index.ts";

type Texts = { [key: string]: string | Texts };

function flat(texts: Texts, prefix = ""): [string, string][] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === "string" ? [[prefix + key, value] as [string, string]] : flat(value, `${prefix}${key}.`),
  );
}

const placeholders = (words: string) => [...words.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();

const english = new Map(flat(en));
const french = new Map(flat(fr));

describe("the texts", () => {
  it("exist in both languages under the same keys", () => {
    expect([...french.keys()].sort()).toEqual([...english.keys()].sort());
    expect(english.size).toBeGreaterThan(200);
  });

  it("are filled with the same values in both languages", () => {
    for (const [key, words] of english) {
      expect([key, placeholders(french.get(key) ?? "")]).toEqual([key, placeholders(words)]);
    }
  });

  it("are not empty, have no stray spaces, and use three dots as one character", () => {
    for (const [key, words] of [...english, ...french]) {
      expect([key, words.trim() === words && words !== "" && !/ {2}|\.\.\./.test(words)]).toEqual([
        key,
        true,
      ]);
    }
  });

  it("have a singular for every plural", () => {
    for (const key of english.keys()) {
      if (key.endsWith("_other")) expect(english.has(key.replace(/_other$/, "_one"))).toBe(true);
    }
  });

  it("keep French punctuation with its word", () => {
    expect(bindFrenchPunctuation("Vraiment ? Oui : « ceci ».")).toBe(
      "Vraiment\u202f? Oui\u202f: «\u202fceci\u202f».",
    );
    expect(bindFrenchPunctuation("a ::b http://x.example")).toBe("a ::b http://x.example");
    for (const [, words] of flat(prepareFrench(fr))) expect(words).not.toMatch(/ [;:?!»](?:\s|$)/);
  });

  it("count in both languages, zero and millions included", () => {
    const t = (language: "en" | "fr", count: number) =>
      createI18n(language).t("problems", { ns: "frame", count });
    expect(t("en", 0)).toBe("0 problems");
    expect(t("en", 1)).toBe("1 problem");
    expect(t("fr", 0)).toBe("0 problème");
    expect(t("fr", 2)).toBe("2 problèmes");
    expect(t("fr", 1_000_000)).toBe("1000000 problèmes");
  });
});

/** Attributes whose words a person sees or hears. */
const spoken = new Set(["aria-label", "aria-description", "alt", "label", "placeholder", "title"]);
const letters = /\p{Letter}{2,}/u;

function hardCoded(node: unknown, found: string[] = []): string[] {
  if (typeof node !== "object" || node === null) return found;
  if ("type" in node && node.type === "JSXText" && "value" in node && letters.test(String(node.value))) {
    found.push(String(node.value).trim());
  }
  if ("type" in node && node.type === "JSXAttribute" && "name" in node && "value" in node) {
    const { name, value } = node as {
      name: { value?: string };
      value: { type?: string; value?: string } | null;
    };
    if (spoken.has(name.value ?? "") && value?.type === "StringLiteral" && letters.test(value.value ?? "")) {
      found.push(`${name.value}="${value.value}"`);
    }
  }
  for (const child of Object.values(node)) hardCoded(child, found);
  return found;
}

const parse = (source: string) => hardCoded(parseSync(source, { syntax: "typescript", tsx: true }));

describe("the screens", () => {
  const root = join(import.meta.dirname, "..");
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter(
    (name) => name.endsWith(".tsx") && !name.includes(".test."),
  );

  it("are seen by this check", () => {
    expect(files.length).toBeGreaterThan(30);
    expect(parse("const a = <p title='Hosts'>Hello</p>;")).toEqual(['title="Hosts"', "Hello"]);
    expect(parse("const a = <p title={t('x')}>{t('y')} · ×</p>;")).toEqual([]);
  });

  it.each(files)("take every word of %s from the translations", (name) => {
    expect(parse(readFileSync(join(root, name), "utf8"))).toEqual([]);
  });

  it("use every text, so that none is translated in vain", () => {
    const sources = readdirSync(root, { recursive: true, encoding: "utf8" })
      .filter((name) => /\.tsx?$/.test(name) && !name.includes(".test.") && !name.startsWith("i18n/"))
      .map((name) => readFileSync(join(root, name), "utf8"))
      .join("\n");
    const unused = [...english.keys()].filter((full) => {
      const key = full.slice(full.indexOf(".") + 1).replace(/_(one|other)$/, "");
      const parent = key.slice(0, key.lastIndexOf(".") + 1);
      const variants = [`"${key}"`, `:${key}"`, ...(parent ? [`\`${parent}\${`, `:${parent}\${`] : [])];
      const suffixed = /(Title|Hint|Do)$/.exec(key)?.[1];
      return ![...variants, ...(suffixed ? [`}${suffixed}\``] : [])].some((words) => sources.includes(words));
    });
    expect(unused).toEqual([]);
  });
});
