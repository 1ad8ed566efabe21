import type { LocalText } from "../../../../shared/text.ts";
import { type FaultList, pathWords } from "../../../estate/faults.ts";
import { find, type Located, nearestPosition } from "../../../estate/located.ts";

export type Path = readonly PropertyKey[];

/** What is wrong, what was expected, and the word that may have been mistyped with those that are known. */
export interface Finding {
  message: LocalText;
  expected?: LocalText;
  word?: string;
  candidates?: readonly string[];
}

/** Puts what is wrong with a procedure at its place in the file that it was read from. */
export class Report {
  readonly #tree: Located;
  readonly #faults: FaultList;

  constructor(tree: Located, faults: FaultList) {
    this.#tree = tree;
    this.#faults = faults;
  }

  get tree(): Located {
    return this.#tree;
  }

  get faults(): FaultList {
    return this.#faults;
  }

  /** At the value of a path, or where it would belong. */
  at(path: Path, finding: Finding): void {
    this.#add(path, finding, "value");
  }

  /** At the key of a path. */
  atKey(path: Path, finding: Finding): void {
    this.#add(path, finding, "key");
  }

  #add(path: Path, finding: Finding, side: "key" | "value"): void {
    const entry = find(this.#tree, path);
    const at = side === "key" ? entry?.keyAt : entry?.value.at;
    this.#faults.add({ at: at ?? nearestPosition(this.#tree, path), path: pathWords(path), ...finding });
  }
}
