import { appendFileSync, closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { z } from "zod";

const effectSchema = z.object({ kind: z.enum(["done", "undone"]), mark: z.string() });
export type Effect = z.infer<typeof effectSchema>;

/**
 * A far side that keeps its own log of what was done to it, on disk before it answers: it knows what happened, whatever
 * the console believes. A line that was cut off by a kill was not done.
 */
export class FarSide {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
    if (!existsSync(file)) appendFileSync(file, "");
  }

  do(effect: Effect): void {
    const descriptor = openSync(this.#file, "a");
    try {
      writeSync(descriptor, `${JSON.stringify(effect)}\n`);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }

  effects(): Effect[] {
    const lines = readFileSync(this.#file, "utf8").split("\n").slice(0, -1);
    return lines.map((line) => effectSchema.parse(JSON.parse(line)));
  }

  /** How often the effect of this mark was done. */
  count(mark: string, kind: Effect["kind"] = "done"): number {
    return this.effects().filter((effect) => effect.mark === mark && effect.kind === kind).length;
  }
}
