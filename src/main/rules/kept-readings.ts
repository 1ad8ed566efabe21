import { join } from "node:path";
import { z } from "zod";
import { readPrivateFileSync } from "../files/private-file.ts";
import { replaceFileSync } from "../files/replace-file.ts";
import { Fullness, mostReadings } from "./fullness.ts";

/** Disks whose readings are kept, and bytes of the file, at most. */
const mostDisks = 2000;
const largestFile = 16 * 1024 * 1024;
/** Milliseconds that a reading may lie ahead of the clock: two machines never have quite the same. */
const ahead = 60_000;
/** Readings that are older say nothing of how a disk fills now, in milliseconds. */
const oldest = 30 * 86_400_000;

const moments = z.array(z.number()).max(mostReadings);
const diskSchema = z.object({ spacing: z.number().min(60_000), at: moments, used: moments });
const fileSchema = z.object({ version: z.literal(1), disks: z.record(z.string(), z.unknown()) });

export interface KeptReadingsParts {
  dataFolder: string;
  now(): number;
  /** Hears of a file that cannot be read or written; the readings begin anew then. */
  onTrouble(thrown: unknown): void;
}

/** How full disks were, kept in the data folder (`disk-readings.json`, mode 0600) so that forecasts outlive the console. */
export class KeptReadings {
  readonly #parts: KeptReadingsParts;
  readonly #path: string;

  constructor(parts: KeptReadingsParts) {
    this.#parts = parts;
    this.#path = join(parts.dataFolder, "disk-readings.json");
  }

  /** What was kept; a file that is not there has nothing, and of a damaged one is taken what makes sense. */
  recall(): Map<string, Fullness> {
    const recalled = new Map<string, Fullness>();
    for (const [key, kept] of Object.entries(this.#read()).slice(0, mostDisks)) {
      const read = diskSchema.safeParse(kept);
      const fullness = read.success ? this.#sound(read.data) : null;
      if (fullness) recalled.set(key, fullness);
    }
    return recalled;
  }

  /** Puts readings in the place of those that were kept. What cannot be written is told to `onTrouble`. */
  keep(readings: Iterable<readonly [string, Fullness]>): void {
    const disks: Record<string, z.infer<typeof diskSchema>> = {};
    let count = 0;
    for (const [key, fullness] of readings) {
      if (count >= mostDisks) break;
      count += 1;
      disks[key] = fullness.kept;
    }
    try {
      replaceFileSync(this.#path, JSON.stringify({ version: 1, disks }));
    } catch (thrown) {
      this.#parts.onTrouble(thrown);
    }
  }

  /** Readings in their order, none of a time that is still to come: a clock was set back, and nobody can say by how much. */
  #sound(kept: z.infer<typeof diskSchema>): Fullness | null {
    const now = this.#parts.now();
    const { at, used } = kept;
    const isInOrder = at.every((moment, index) => index === 0 || moment > (at[index - 1] ?? 0));
    const newest = at.at(-1);
    if (newest === undefined || at.length !== used.length || !isInOrder) return null;
    if (newest > now + ahead || newest < now - oldest) return null;
    return Fullness.of(kept);
  }

  #read(): Record<string, unknown> {
    try {
      return fileSchema.parse(JSON.parse(readPrivateFileSync(this.#path, largestFile).toString("utf8")))
        .disks;
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== "ENOENT") this.#parts.onTrouble(thrown);
      return {};
    }
  }
}
