import { z } from "zod";
import { readPrivateFile } from "../files/private-file.ts";
import { replaceFile } from "../files/replace-file.ts";

const entrySchema = z.object({ changedAt: z.number().nullable(), lastUsedAt: z.number().nullable() });
type Entry = z.infer<typeof entrySchema>;
const largestIndex = 16 * 1024 * 1024;
const indexSchema = z.record(z.string().max(500), entrySchema);

/**
 * Which secrets there are by reference, when each was last used and changed: what a keychain cannot tell. It holds no
 * value, and losing it loses nothing but those times; so a file that cannot be read or written is put up with.
 */
export class SecretIndex {
  readonly #path: string;
  #entries = new Map<string, Entry>();
  #saving: Promise<void> | null = null;
  #dirty = false;

  constructor(path: string) {
    this.#path = path;
  }

  async load(): Promise<void> {
    try {
      this.#entries = new Map(
        Object.entries(
          indexSchema.parse(JSON.parse((await readPrivateFile(this.#path, largestIndex)).toString("utf8"))),
        ),
      );
    } catch {
      this.#entries = new Map();
    }
  }

  references(): string[] {
    return [...this.#entries.keys()];
  }

  get(reference: string): Entry {
    return this.#entries.get(reference) ?? { changedAt: null, lastUsedAt: null };
  }

  used(reference: string, at: number): void {
    this.#put(reference, { ...this.get(reference), lastUsedAt: at });
  }

  changed(reference: string, at: number): void {
    this.#put(reference, { ...this.get(reference), changedAt: at });
  }

  forget(reference: string): void {
    this.#entries.delete(reference);
    this.#save();
  }

  /** Resolves when everything known is on disk or could not be written. */
  async flush(): Promise<void> {
    while (this.#saving) await this.#saving;
  }

  #put(reference: string, entry: Entry): void {
    this.#entries.set(reference, entry);
    this.#save();
  }

  #save(): void {
    this.#dirty = true;
    this.#saving ??= this.#write().finally(() => {
      this.#saving = null;
      if (this.#dirty) this.#save();
    });
  }

  async #write(): Promise<void> {
    this.#dirty = false;
    try {
      const words = JSON.stringify(Object.fromEntries(this.#entries));
      await replaceFile(this.#path, words, { flush: false });
    } catch {
      return;
    }
  }
}
