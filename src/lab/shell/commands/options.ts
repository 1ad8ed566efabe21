import type { Process } from "../process.ts";

/** Options and the words that are none. */
export interface Options {
  has(name: string): boolean;
  /** The value of an option that takes one; the last when it is given several times. */
  value(name: string): string | null;
  values(name: string): string[];
  operands: string[];
}

/** A program is called in a way that it does not know; it ends with `status` after saying so. */
export class UsageError extends Error {}

/**
 * Reads options as getopt_long(3) does. `short` lists the letters, a colon after one that takes a value; `long` the
 * words, with `=` at the end of one that takes a value. Throws UsageError.
 */
export function readOptions(words: readonly string[], short: string, long: readonly string[] = []): Options {
  const given = new Map<string, string[]>();
  const operands: string[] = [];
  const add = (name: string, value: string) => given.set(name, [...(given.get(name) ?? []), value]);
  const rest = [...words];
  for (;;) {
    const word = rest.shift();
    if (word === undefined) break;
    if (word === "--") {
      operands.push(...rest);
      break;
    }
    if (word.startsWith("--")) {
      const [name = "", ...parts] = word.slice(2).split("=");
      if (long.includes(`${name}=`)) add(name, parts.length > 0 ? parts.join("=") : (rest.shift() ?? ""));
      else if (long.includes(name)) add(name, parts.join("="));
      else throw new UsageError(`unrecognized option '${word}'`);
    } else if (word.startsWith("-") && word.length > 1) {
      for (let index = 1; index < word.length; index += 1) {
        const letter = word[index] ?? "";
        const at = short.indexOf(letter);
        if (at === -1 || letter === ":") throw new UsageError(`invalid option -- '${letter}'`);
        if (short[at + 1] !== ":") add(letter, "");
        else {
          const value = word.slice(index + 1) || rest.shift();
          if (value === undefined) throw new UsageError(`option requires an argument -- '${letter}'`);
          add(letter, value);
          break;
        }
      }
    } else operands.push(word);
  }
  return {
    has: (name) => given.has(name),
    value: (name) => given.get(name)?.at(-1) ?? null,
    values: (name) => given.get(name) ?? [],
    operands,
  };
}

/** Wraps a program so that a wrong call is said on the standard error and ends with `status`. */
export function withUsage(program: (process: Process) => Promise<number>, status = 2) {
  return async (process: Process): Promise<number> => {
    try {
      return await program(process);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      await process.complain(error.message);
      return status;
    }
  };
}

/** A count such as `10`, `4k` or `1M`; throws UsageError when the words are none. */
export function readCount(words: string): number {
  const match = /^([-+]?\d{1,12})([bkKMG]?)$/.exec(words);
  if (!match) throw new UsageError(`invalid number: '${words}'`);
  return Number(match[1]) * ({ b: 512, k: 1024, K: 1024, M: 1024 ** 2, G: 1024 ** 3 }[match[2] ?? ""] ?? 1);
}
