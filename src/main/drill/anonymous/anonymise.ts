import { isIP } from "node:net";
import { OpsError } from "../../../shared/errors.ts";
import { type EstateCopy, estateCopySchema } from "../../../shared/estate-copy.ts";
import { text } from "../../../shared/text.ts";
import { Pseudonyms } from "./pseudonyms.ts";
import { type Vocabulary, wordsIn } from "./vocabulary.ts";

type Plain = string | number | boolean | null | Plain[] | { [key: string]: Plain };

/** What these say is a word of the format, and the same in every estate. */
const kept = new Set([
  ...["type", "kind", "kinds", "action", "fact", "does", "power", "versioning", "schedule", "timeZone"],
  ...["supportWindow", "role", "version", "shows", "health"],
]);
/** Keys of these are names that somebody gave; those of everything else are of the format. */
const records = new Set([
  ...[
    "environments",
    "sites",
    "operators",
    "plans",
    "procedures",
    "systems",
    "ends",
    "containers",
    "replications",
  ],
  ...["buckets", "servers", "resolvers", "zones", "records", "values", "checks", "channels", "jobs", "hosts"],
  ...["machines", "screens", "datacenters", "tags", "tiers", "applications", "variables", "with"],
]);
/** Keys of these are no names of what the estate has, but of what somebody wrote in it. */
const written = new Set(["procedures", "variables", "with", "plans"]);
/** What these say is what something is called. */
const callings = new Set(["name", "application", "profile", "bucket", "container", "unit", "datacenter"]);
/** Last parts of names that are no domains: files and units. */
const noDomains = new Set([
  "service",
  "timer",
  "socket",
  "mount",
  "target",
  "tar",
  "gz",
  "json",
  "sql",
  "html",
]);

const hostName = /(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+\p{L}{2,}/gu;
const placeholder = /\$\{[^}]*\}/g;
/** Digits as telephone numbers have them, in words. */
const telephone = /\+?\d[\d .()/-]{7,}\d/g;
const address = String.raw`(?<![\p{L}\p{N}:.])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f.]{0,15}(?![\p{L}\p{N}:])|(?<![\p{N}.])\d{1,3}(?:\.\d{1,3}){3}(?![\p{N}]|\.\d)`;

/**
 * The copy of an estate with other names, addresses and domains, the same for the same `key`, which keeps them from being
 * guessed: what refers to each other still does, and what is not in the vocabulary stays nowhere, not in sentences either.
 * People lose their keys and accounts. Throws OpsError `drill.not-anonymous` where what comes of it is no copy any more.
 */
export function anonymised(copy: EstateCopy, key: Uint8Array, vocabulary: Vocabulary): EstateCopy {
  const plain = withoutKeys(copy);
  const strings = [...stringsIn(plain, null)];
  const suffixes = suffixesIn(strings, vocabulary);
  const pseudonyms = new Pseudonyms(key, reservedIn(strings, suffixes, vocabulary));
  const named = new Set([...namesIn(plain, null)].flatMap(wordsIn));
  const stays = (word: string) =>
    word.length === 1 || vocabulary.words.has(word) || (vocabulary.common.has(word) && !named.has(word));
  const replaced = replacer(suffixes, pseudonyms, stays);
  const parsed = estateCopySchema.safeParse(mapped(plain, null, replaced));
  if (parsed.success) return parsed.data;
  throw new OpsError({
    code: "drill.not-anonymous",
    system: "drill",
    message: text(
      "The copy could not be made anonymous: with other names it would not be one any more.",
      "La copie n'a pas pu être rendue anonyme : avec d'autres noms, ce ne serait plus une copie.",
    ),
    hint: text(
      "Make it without `--anonymous`, and shorten very long names in the estate file.",
      "Faites-la sans `--anonymous`, et raccourcissez les noms très longs dans le fichier de parc.",
    ),
    cause: parsed.error,
  });
}

/** Keys, accounts and identities tell who somebody is, whatever they are called. */
function withoutKeys(copy: EstateCopy): Plain {
  const operators = Object.entries(copy.operators).map(([id, { name, roles }]) => [id, { name, roles }]);
  const plain: Plain = JSON.parse(JSON.stringify({ ...copy, operators: Object.fromEntries(operators) }));
  return plain;
}

/** Whether the keys of what stands under such a key are names. The tags that name environments stand under one as well. */
function isRecord(under: string | null, value: object): boolean {
  return under !== null && records.has(under) && !(under === "environments" && "category" in value);
}

/** Every string that is a name or has one in it, keys that somebody gave included. */
function* stringsIn(value: Plain, under: string | null): Generator<string> {
  if (typeof value === "string") {
    if (under === null || !kept.has(under)) yield value;
  } else if (Array.isArray(value)) for (const each of value) yield* stringsIn(each, under);
  else if (typeof value === "object" && value !== null) {
    for (const [key, each] of Object.entries(value)) {
      const isName = isRecord(under, value);
      if (isName) yield key;
      yield* stringsIn(each, isName ? null : key);
    }
  }
}

/** What everything of the estate is called. */
function* namesIn(value: Plain, under: string | null): Generator<string> {
  if (typeof value === "string") {
    if (under !== null && callings.has(under)) yield value;
  } else if (Array.isArray(value)) for (const each of value) yield* namesIn(each, under);
  else if (typeof value === "object" && value !== null) {
    const isName = isRecord(under, value);
    for (const [key, each] of Object.entries(value)) {
      if (isName && under !== null && !written.has(under)) yield key;
      yield* namesIn(each, isName ? null : key);
    }
  }
}

function mapped(value: Plain, under: string | null, replaced: (words: string) => string): Plain {
  if (typeof value === "string") return under !== null && kept.has(under) ? value : replaced(value);
  if (Array.isArray(value)) return value.map((each) => mapped(each, under, replaced));
  if (typeof value !== "object" || value === null) return value;
  const isName = isRecord(under, value);
  const entries = Object.entries(value).map(([key, each]): [string, Plain] =>
    isName ? [replaced(key), mapped(each, null, replaced)] : [key, mapped(each, key, replaced)],
  );
  return Object.fromEntries(entries);
}

/** The last two labels of every name of a host or domain, the longest first. */
function suffixesIn(strings: readonly string[], { dotted }: Vocabulary): string[] {
  const found = new Set<string>();
  for (const words of strings) {
    for (const [name] of words.replace(placeholder, " ").matchAll(hostName)) {
      const labels = name.split(".");
      const isOfFormat = labels.some((_, at) => dotted.has(labels.slice(at).join(".")));
      if (isOfFormat || noDomains.has(labels.at(-1)?.toLowerCase() ?? "")) continue;
      found.add(labels.slice(-2).join(".").toLowerCase());
    }
  }
  return [...found].sort((one, other) => other.length - one.length);
}

/** What no pseudonym may be: what is hidden, and what means something. */
function reservedIn(
  strings: readonly string[],
  suffixes: readonly string[],
  { words, common }: Vocabulary,
): Set<string> {
  const found = new Set<string>([
    ...words,
    ...common,
    ...suffixes,
    ...suffixes.flatMap((each) => each.split(".")),
  ]);
  const addresses = new RegExp(address, "gu");
  for (const string of strings) {
    for (const word of wordsIn(string)) found.add(word);
    for (const [each] of string.matchAll(addresses)) if (isIP(each) !== 0) found.add(each.toLowerCase());
  }
  return found;
}

function replacer(
  suffixes: readonly string[],
  pseudonyms: Pseudonyms,
  stays: (word: string) => boolean,
): (words: string) => string {
  const domains = suffixes.map((each) => each.replaceAll(".", "\\."));
  const domain = String.raw`(?<![\p{L}\p{N}-])(?:${domains.join("|")})(?![\p{L}\p{N}-])`;
  const parts = new RegExp([address, ...(domains.length > 0 ? [domain] : []), "\\p{L}+"].join("|"), "giu");
  const hidden = new Set(suffixes);
  const word = (each: string) => (stays(each.toLowerCase()) ? each : pseudonyms.word(each));
  return (string) => {
    const told = /\s/.test(string)
      ? string.replace(telephone, (digits) => digits.replace(/\d/g, "0"))
      : string;
    return told.replace(parts, (part) => {
      if (isIP(part) !== 0) return pseudonyms.address(part);
      if (hidden.has(part.toLowerCase())) return pseudonyms.domain(part);
      // Something like an address: what letters it has are words.
      return part.replace(/\p{L}+/gu, word);
    });
  };
}
