import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  parseDocument,
  type YAMLError,
  type YAMLMap,
} from "yaml";
import { type LocalText, text } from "../../shared/text.ts";
import { type FaultList, type Position, pathWords, shown } from "./faults.ts";
import type { Entry, Located } from "./located.ts";
import type { SourceFile } from "./read-files.ts";
import { syntaxFault } from "./syntax-words.ts";

const mostTokens = 1_500_000;
const mostValues = 1_000_000;
const deepest = 40;
const mostSyntaxFaults = 20;
/** Keys that reach into every object of the language instead of naming something. */
const reservedKeys = new Set(["__proto__", "constructor", "prototype"]);
// YAML 1.2, section 5.1: no control character but tab and line ends is allowed in a file.
const forbidden = /[^\P{Cc}\t\n\r\u{85}]/u;

/**
 * Parses one YAML 1.2 document into values that know their place. Null when the file is not YAML; tree faults
 * (a key twice, aliases that explode or contain themselves) leave a tree that can still be checked further.
 */
export function parseSourceFile(source: SourceFile, faults: FaultList): Located | null {
  const lines = new LineCounter();
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { file: source.file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const refuse = (position: Position, message: LocalText): null => {
    faults.add({ at: position, path: "", message });
    return null;
  };
  const start: Position = { file: source.file, line: 1, column: 1 };
  const control = forbidden.exec(source.source);
  if (control) {
    const before = source.source.slice(0, control.index).split("\n");
    return refuse(
      { file: source.file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 },
      text("A control character is not allowed here.", "Un caractère de contrôle est interdit ici."),
    );
  }
  if (hasTooManyTokens(source.source)) {
    return refuse(start, text("The file holds too many values.", "Le fichier contient trop de valeurs."));
  }
  let document: Document.Parsed;
  try {
    document = parseDocument(source.source, {
      lineCounter: lines,
      prettyErrors: false,
      // Comparing all keys with each other takes minutes in a large map; the reading below does it in one pass.
      uniqueKeys: false,
      stringKeys: true,
      schema: "core",
      resolveKnownTags: false,
      logLevel: "error",
    });
  } catch {
    return refuse(start, nestedTooDeep());
  }
  const errors = distinct([...document.errors, ...document.warnings]);
  for (const error of errors) {
    faults.add({ at: at(error.pos[0]), path: "", ...syntaxFault(error.code) });
  }
  if (errors.length > 0) return null;
  if (document.contents === null || (isScalar(document.contents) && document.contents.value === null)) {
    return refuse(start, text("The file is empty.", "Le fichier est vide."));
  }
  return new TreeReader(at, faults).read(document.contents, [], 0);
}

/** One fault a line and kind: a single slip makes the parser stumble several times. */
function distinct(errors: YAMLError[]): YAMLError[] {
  const seen = new Set<string>();
  const tabs = errors.filter((error) => error.code === "TAB_AS_INDENT");
  return (tabs.length > 0 ? tabs : errors)
    .filter((error) => {
      const key = `${error.code}@${error.pos[0]}`;
      return seen.has(key) ? false : seen.add(key);
    })
    .slice(0, mostSyntaxFaults);
}

function hasTooManyTokens(source: string): boolean {
  let tokens = 0;
  for (const _ of new Lexer().lex(source)) {
    tokens++;
    if (tokens > mostTokens) return true;
  }
  return false;
}

function nestedTooDeep(): LocalText {
  return text(
    `Values are nested more than ${deepest} deep.`,
    `Les valeurs sont imbriquées sur plus de ${deepest} niveaux.`,
  );
}

/** Turns nodes into located values; anchors are resolved as YAML does it, by the last one of the name before. */
class TreeReader {
  readonly #at: (offset: number) => Position;
  readonly #faults: FaultList;
  readonly #anchors = new Map<string, Located | "open">();

  constructor(at: (offset: number) => Position, faults: FaultList) {
    this.#at = at;
    this.#faults = faults;
  }

  read(node: unknown, path: readonly PropertyKey[], depth: number): Located {
    const position = this.#at(offsetOf(node));
    if (isAlias(node)) return this.#readAlias(node, position, path);
    if (depth > deepest) return this.#refused(position, path, nestedTooDeep());
    const anchor = isMap(node) || isSeq(node) || isScalar(node) ? node.anchor : undefined;
    if (anchor !== undefined) this.#anchors.set(anchor, "open");
    const located = this.#readValue(node, position, path, depth);
    if (anchor !== undefined) this.#anchors.set(anchor, located);
    return located;
  }

  #readValue(node: unknown, at: Position, path: readonly PropertyKey[], depth: number): Located {
    if (isMap(node)) return this.#readMap(node, at, path, depth);
    if (isSeq(node)) {
      const items = node.items.map((item, index) => this.read(item, [...path, index], depth + 1));
      const size = items.reduce((sum, item) => sum + item.size, 1);
      return this.#bounded({ kind: "list", at, items, size }, path);
    }
    return { kind: "scalar", at, value: isScalar(node) ? node.value : null, size: 1 };
  }

  #readAlias(node: Alias, at: Position, path: readonly PropertyKey[]): Located {
    const target = this.#anchors.get(node.source);
    if (target === undefined) {
      this.#faults.add({
        at,
        path: pathWords(path),
        message: text(
          `The alias "${shown(node.source)}" names no anchor before it.`,
          `L'alias « ${shown(node.source)} » ne désigne aucune ancre placée avant lui.`,
        ),
        word: node.source,
        candidates: [...this.#anchors.keys()],
      });
      return { kind: "scalar", at, value: null, size: 1 };
    }
    if (target === "open") {
      return this.#refused(
        at,
        path,
        text(
          `The alias "${shown(node.source)}" stands inside the value that it names.`,
          `L'alias « ${shown(node.source)} » se trouve dans la valeur qu'il désigne.`,
        ),
      );
    }
    return target;
  }

  #readMap(node: YAMLMap, at: Position, path: readonly PropertyKey[], depth: number): Located {
    const entries = new Map<string, Entry>();
    const merged: { keyAt: Position; value: Located }[] = [];
    for (const pair of node.items) {
      const keyAt = this.#at(offsetOf(pair.key));
      const key = isScalar(pair.key) && pair.key.value !== null ? String(pair.key.value) : "";
      const inner = [...path, key];
      const value = pair.value === null ? nothing(keyAt) : this.read(pair.value, inner, depth + 1);
      const earlier = entries.get(key);
      if (key === "<<") merged.push({ keyAt, value });
      else if (reservedKeys.has(key)) {
        this.#refused(keyAt, inner, text(`The key "${key}" is reserved.`, `La clé « ${key} » est réservée.`));
      } else if (earlier) {
        this.#refused(
          keyAt,
          inner,
          text(
            `The key "${shown(key)}" is already defined on line ${earlier.keyAt.line}.`,
            `La clé « ${shown(key)} » est déjà définie à la ligne ${earlier.keyAt.line}.`,
          ),
        );
      } else entries.set(key, { keyAt, value });
    }
    for (const { keyAt, value } of merged) this.#merge(entries, value, keyAt, path);
    let size = 1;
    for (const entry of entries.values()) size += entry.value.size;
    return this.#bounded({ kind: "map", at, entries, size }, path);
  }

  /** `<<: *defaults` and `<<: [*a, *b]`: keys of the map itself win, then those of the first named. */
  #merge(entries: Map<string, Entry>, value: Located, keyAt: Position, path: readonly PropertyKey[]): void {
    const sources = value.kind === "list" ? value.items : [value];
    for (const source of sources) {
      if (source.kind !== "map") {
        this.#refused(
          keyAt,
          path,
          text('Only maps can be merged with "<<".', "Seules des tables peuvent être fusionnées par « << »."),
        );
        return;
      }
      for (const [key, entry] of source.entries) if (!entries.has(key)) entries.set(key, entry);
    }
  }

  /** Anchors that multiply (each holding several of the one before) are refused before they are written out. */
  #bounded(node: Located, path: readonly PropertyKey[]): Located {
    if (node.size <= mostValues) return node;
    return this.#refused(
      node.at,
      path,
      text(
        "The aliases here multiply into too many values.",
        "Les alias se multiplient ici en un trop grand nombre de valeurs.",
      ),
    );
  }

  #refused(at: Position, path: readonly PropertyKey[], message: LocalText): Located {
    this.#faults.add({ at, path: pathWords(path), message });
    return nothing(at);
  }
}

function nothing(at: Position): Located {
  return { kind: "scalar", at, value: null, size: 1 };
}

function offsetOf(node: unknown): number {
  const range =
    isMap(node) || isSeq(node) || isScalar(node) || isAlias(node) ? (node.range ?? undefined) : undefined;
  return range?.[0] ?? 0;
}
