import {
  type Alias,
  type CollectionTag,
  type Document,
  type DocumentOptions,
  type ErrorCode,
  LineCounter,
  parseDocument,
  type ScalarTag,
  type SchemaOptions,
  stringify,
  visit,
} from "yaml";
import type { ManifestFault } from "../../../../shared/manifest.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import { isTree } from "../list-watch/items.ts";
import type { Tree } from "./content.ts";
import { locate, type Step } from "./locate.ts";
import { type Excess, excessOf, isTooMuch } from "./measure.ts";

/**
 * YAML 1.1 as kubectl reads it: `yes` is true and 0644 octal, but dates, times and binary data are plain words, and keys are always
 * words. Source:
 * sigs.k8s.io/yaml, its table of plain scalars.
 */
const asKubectl = {
  version: "1.1" as const,
  schema: "yaml-1.1",
  customTags: (tags) => tags.filter((tag) => typeof tag === "string" || !isLeftOut(tag)),
} satisfies SchemaOptions & DocumentOptions;
const leftOut = /:(binary|omap|pairs|set|timestamp)$/;
const mostAliases = 100;
const mostFaults = 50;

function isLeftOut(tag: CollectionTag | ScalarTag): boolean {
  return leftOut.test(tag.tag) || ("format" in tag && tag.format === "TIME");
}

/** Writes an object as kubectl would; words that YAML 1.1 would take for something else are quoted. */
export function writeYaml(value: unknown): string {
  return stringify(value, { ...asKubectl, lineWidth: 0, indentSeq: false, aliasDuplicateObjects: false });
}

/** An object as somebody wrote it, and where its fields stand. */
export interface WrittenObject {
  object: Tree;
  at(steps: readonly Step[]): { line: number; column: number };
}

/** Reads one object; what is wrong with the text is told with its place. Never throws. */
export function readYaml(source: string): { written: WrittenObject } | { faults: ManifestFault[] } {
  if (isTooMuch(source)) return { faults: [{ line: null, column: null, text: excessWords["too-large"] }] };
  const lines = new LineCounter();
  try {
    const document = parseDocument(source, {
      ...asKubectl,
      stringKeys: true,
      lineCounter: lines,
      prettyErrors: false,
    });
    const wrong = [...document.errors, ...document.warnings].slice(0, mostFaults);
    if (wrong.length > 0) {
      return { faults: wrong.map(({ code, pos }) => faultAt(lines, pos[0], syntaxWords(code))) };
    }
    return readDocument(document, lines);
  } catch (error) {
    // The parser calls itself for each level.
    const words = error instanceof RangeError ? excessWords["too-deep"] : syntaxWords("UNEXPECTED_TOKEN");
    return { faults: [{ line: null, column: null, text: words }] };
  }
}

function readDocument(
  document: Document,
  lines: LineCounter,
): { written: WrittenObject } | { faults: ManifestFault[] } {
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: mostAliases });
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    const alias = suspectAlias(document);
    return { faults: [faultAt(lines, alias?.range?.[0] ?? 0, aliasWords(alias, document))] };
  }
  const excess = excessOf(value);
  if (excess) return { faults: [faultAt(lines, 0, excessWords[excess])] };
  if (!isTree(value)) return { faults: [faultAt(lines, 0, noObject)] };
  return { written: { object: value, at: (steps) => locate(document, lines, steps) } };
}

function faultAt(lines: LineCounter, offset: number, words: LocalText): ManifestFault {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col), text: words };
}

/** The first alias that names nothing, else the last one: there they have become too many. */
function suspectAlias(document: Document): Alias | null {
  let last: Alias | null = null;
  let broken: Alias | null = null;
  visit(document, {
    Alias: (_key, alias) => {
      last = alias;
      if (alias.resolve(document) === undefined) {
        broken = alias;
        return visit.BREAK;
      }
    },
  });
  return broken ?? last;
}

function aliasWords(alias: Alias | null, document: Document): LocalText {
  return alias && alias.resolve(document) === undefined
    ? text("This alias names no anchor before it.", "Cet alias ne désigne aucune ancre placée avant lui.")
    : text(
        "The aliases multiply into too many values.",
        "Les alias se multiplient en un trop grand nombre de valeurs.",
      );
}

const noObject = text(
  "An object of the API is a map with apiVersion, kind and metadata.",
  "Un objet de l'API est une table avec apiVersion, kind et metadata.",
);

const excessWords: Record<Excess, LocalText> = {
  "too-large": text(
    "The object is larger than is edited here: 2 MB, 10,000 values.",
    "L'objet dépasse ce qui se modifie ici : 2 Mo, 10 000 valeurs.",
  ),
  "too-deep": text(
    "Values are nested more than a hundred deep, or hold themselves.",
    "Des valeurs sont imbriquées sur plus de cent niveaux, ou se contiennent elles-mêmes.",
  ),
  "inexact-number": text(
    "A number is too large to be kept exactly: write it in quotes where the field takes words.",
    "Un nombre est trop grand pour être conservé exactement : mettez-le entre guillemets si le champ admet du texte.",
  ),
  "no-json": text(
    "A value has no form in JSON, which the API speaks: infinity, or not a number.",
    "Une valeur n'a pas de forme en JSON, la langue de l'API : infini, ou pas un nombre.",
  ),
};

const codeWords: Partial<Record<ErrorCode, LocalText>> = {
  TAB_AS_INDENT: text(
    "A tab is used as indentation: use spaces.",
    "Une tabulation sert d'indentation : utilisez des espaces.",
  ),
  BAD_INDENT: text(
    "The indentation does not fit that of the lines around it.",
    "L'indentation ne correspond pas à celle des lignes voisines.",
  ),
  DUPLICATE_KEY: text(
    "This key stands here already: keep one of them.",
    "Cette clé figure déjà ici : n'en gardez qu'une.",
  ),
  BLOCK_AS_IMPLICIT_KEY: text(
    "A value cannot be followed by a map here: one key and one value a line.",
    "Une table ne peut pas suivre une valeur ici : une clé et une valeur par ligne.",
  ),
  MULTILINE_IMPLICIT_KEY: text(
    "A key goes over several lines: is a colon missing?",
    "Une clé s'étend sur plusieurs lignes : manque-t-il un deux-points ?",
  ),
  MISSING_CHAR: text(
    "A closing quote or bracket, a colon or a comma is missing.",
    "Il manque un guillemet ou un crochet fermant, un deux-points ou une virgule.",
  ),
  MULTIPLE_DOCS: text(
    'Here a second document begins: one object at a time, without a second "---".',
    "Ici commence un deuxième document : un seul objet à la fois, sans second « --- ».",
  ),
  TAG_RESOLVE_FAILED: text(
    "A tag has no meaning for the API: write the value without it.",
    "Une étiquette n'a pas de sens pour l'API : écrivez la valeur sans elle.",
  ),
  BAD_SCALAR_START: text(
    "A value cannot begin with this character: put it in quotes.",
    "Une valeur ne peut pas commencer par ce caractère : mettez-la entre guillemets.",
  ),
  NON_STRING_KEY: text(
    "A list or a map is used as a key: a key is a word.",
    "Une liste ou une table sert de clé : une clé est un mot.",
  ),
  RESOURCE_EXHAUSTION: text(
    "Values are nested too deep to be read.",
    "Les valeurs sont imbriquées trop profondément.",
  ),
};

function syntaxWords(code: ErrorCode): LocalText {
  return (
    codeWords[code] ?? text("This is not valid YAML here.", "Ce n'est pas du YAML valide à cet endroit.")
  );
}
