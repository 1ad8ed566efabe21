import { FaultList, type Position } from "../estate/faults.ts";
import type { EstateOrigin } from "../estate/load.ts";
import { child, find, type Located } from "../estate/located.ts";
import { mergeFiles } from "../estate/merge-files.ts";
import { parseSourceFile } from "../estate/parse-file.ts";

/** Where each role of an operator stands in the files of the estate in force. They are read once for each of its editions. */
export class GrantPlaces {
  readonly #origin: () => EstateOrigin | null;
  #read: { digest: string; operators: Located | undefined } | null = null;

  constructor(origin: () => EstateOrigin | null) {
    this.#origin = origin;
  }

  /** In the order of the roles; none where the files do not say. */
  of(operator: string): Position[] {
    const operators = this.#operators();
    const roles = operators && find(operators, [operator, "roles"])?.value;
    return roles?.kind === "list" ? roles.items.map(({ at }) => at) : [];
  }

  #operators(): Located | undefined {
    const origin = this.#origin();
    if (origin === null) return undefined;
    if (this.#read?.digest !== origin.digest) {
      // They were in force without a fault: whatever reading them again finds is told elsewhere.
      const faults = new FaultList();
      const trees = origin.files.flatMap((file) => parseSourceFile(file, faults) ?? []);
      const tree = mergeFiles(trees, faults);
      this.#read = { digest: origin.digest, operators: tree ? child(tree, "operators") : undefined };
    }
    return this.#read.operators;
  }
}
