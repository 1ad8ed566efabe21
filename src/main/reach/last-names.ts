import { lookup as lookupNow } from "node:dns/promises";
import { isIP } from "node:net";
import { z } from "zod";
import { readPrivateFile } from "../files/private-file.ts";
import { replaceFile } from "../files/replace-file.ts";
import { abortable } from "./abort.ts";
import type { Place } from "./place.ts";
import { nameFault } from "./tcp.ts";

const answerSchema = z.object({ addresses: z.array(z.string()).min(1).max(50), at: z.number() });
const fileSchema = z.record(z.string().max(253), answerSchema);

/** What a name resolved to, and when, in epoch milliseconds. */
export type LastAnswer = z.infer<typeof answerSchema>;

export interface LastNamesParts {
  /** Where the answers are kept between starts. */
  file: string;
  now(): number;
  lookup?(name: string): Promise<string[]>;
  /** Hears that a name is taken from its last answer, once until it resolves again. */
  onUsed(name: string, answer: LastAnswer): void;
  /** Hears that the answers could not be kept. */
  onTrouble(thrown: unknown): void;
}

const mostNames = 2000;
const largestFile = 16 * 1024 * 1024;
/** An answer that has not changed is written again after this many milliseconds, so that its age is known. */
const writtenAgainAfter = 3_600_000;

/**
 * Resolves names as this workstation does, and remembers the answers for the day that no name server answers. A name
 * that a server says does not exist is not taken from memory.
 */
export class LastNames {
  readonly #parts: LastNamesParts;
  readonly #answers = new Map<string, LastAnswer>();
  readonly #used = new Set<string>();
  #written: Promise<void> = Promise.resolve();
  #isWaiting = false;

  constructor(parts: LastNamesParts) {
    this.#parts = parts;
  }

  /** Reads what was kept; a file that is missing or damaged is as none. */
  async start(): Promise<void> {
    try {
      const kept = fileSchema.parse(
        JSON.parse((await readPrivateFile(this.#parts.file, largestFile)).toString("utf8")),
      );
      for (const [name, answer] of Object.entries(kept)) {
        if (answer.addresses.every((address) => isIP(address) !== 0)) this.#answers.set(name, answer);
      }
    } catch {
      this.#answers.clear();
    }
  }

  /** Every address of the place. Throws `reach.name-not-found` or what `signal` was aborted with. */
  async addressesOf(place: Place, signal: AbortSignal): Promise<string[]> {
    const name = place.address.toLowerCase();
    if (isIP(name) !== 0) return [name];
    try {
      const addresses = await abortable((this.#parts.lookup ?? systemLookup)(name), signal);
      this.#keep(name, addresses);
      return addresses;
    } catch (thrown) {
      if (signal.aborted) throw thrown;
      const last = this.#answers.get(name);
      if (last === undefined || !isWithoutAnswer(thrown)) throw nameFault(place, thrown);
      if (!this.#used.has(name)) this.#parts.onUsed(name, last);
      this.#used.add(name);
      return last.addresses;
    }
  }

  /** Once the answers are written. */
  close(): Promise<void> {
    return this.#written;
  }

  #keep(name: string, addresses: string[]): void {
    this.#used.delete(name);
    const before = this.#answers.get(name);
    const at = this.#parts.now();
    const isSame = before?.addresses.join() === addresses.join();
    if (isSame && at - before.at < writtenAgainAfter) return;
    // The order of the map is that of the answers: the oldest go first.
    this.#answers.delete(name);
    this.#answers.set(name, { addresses, at });
    for (const oldest of this.#answers.keys()) {
      if (this.#answers.size <= mostNames) break;
      this.#answers.delete(oldest);
    }
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#written = this.#written.then(() => this.#write()).catch(this.#parts.onTrouble);
  }

  async #write(): Promise<void> {
    this.#isWaiting = false;
    const words = JSON.stringify(Object.fromEntries(this.#answers));
    await replaceFile(this.#parts.file, words);
  }
}

async function systemLookup(name: string): Promise<string[]> {
  return (await lookupNow(name, { all: true })).map(({ address }) => address);
}

/** No name server answered (getaddrinfo's EAI_AGAIN), which says nothing of the name. */
function isWithoutAnswer(thrown: unknown): boolean {
  return thrown instanceof Error && "code" in thrown && thrown.code === "EAI_AGAIN";
}
