import { type Alias, isAlias, isMap, isScalar, isSeq, type YAMLMap } from "yaml";
import { type LocalText, text } from "../../shared/text.ts";
import { type FaultList, type Position, pathWords, shown } from "./faults.ts";
import type { Entry, Located } from "./located.ts";

const mostValues = 1_000_000;
const deepest = 40;
/** Keys that reach into every object of the language instead of naming something. */
const reservedKeys = new Set(["__proto__", "constructor", "prototype"]);

/** The fault of values nested past any use, wherever it is found. */
export function nestedTooDeep(): LocalText {
  return text(
    `Values are nested more than ${deepest} deep.`,
    `Les valeurs sont imbriquées sur plus de ${deepest} niveaux.`,
  );
}

/** Turns nodes into located values; anchors are resolved as YAML does it, by the last one of the name before. */
export class TreeReader {
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
