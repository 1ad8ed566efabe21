import { FileError } from "../files/node.ts";
import { type ExpansionScope, expandString } from "./expansion.ts";
import { endlessSource, nothing, Rereadable, type Sink, type Source, sourceOf } from "./streams.ts";
import type { Redirection } from "./syntax.ts";

/** An open file description: read from, written to, or both. */
interface Open {
  source: Source | null;
  sink: Sink | null;
}

export type Descriptors = ReadonlyMap<number, Open>;

export class RedirectionError extends Error {}

/** The three that every program has. */
export function standardDescriptors(input: Source, output: Sink, error: Sink): Descriptors {
  return new Map([
    [0, { source: input.putBack ? input : new Rereadable(input), sink: null }],
    [1, { source: null, sink: output }],
    [2, { source: null, sink: error }],
  ]);
}

export function inputOf(descriptors: Descriptors): Source {
  return descriptors.get(0)?.source ?? sourceOf(new Uint8Array());
}

export function outputOf(descriptors: Descriptors, number = 1): Sink {
  return descriptors.get(number)?.sink ?? nothing;
}

/** Applies redirections from left to right (POSIX.1-2024, 2.7); throws RedirectionError or FileError. */
export async function redirect(
  redirections: readonly Redirection[],
  descriptors: Descriptors,
  scope: ExpansionScope & { path(words: string): string },
): Promise<Descriptors> {
  if (redirections.length === 0) return descriptors;
  const changed = new Map(descriptors);
  for (const { descriptor, operator, target } of redirections) {
    const words = await expandString(target, scope);
    const number = descriptor ?? (operator.startsWith("<") ? 0 : 1);
    if (operator === "<<") {
      changed.set(number, reading(sourceOf(new TextEncoder().encode(words))));
    } else if (operator === "<&" || operator === ">&") {
      if (words === "-") changed.delete(number);
      else {
        const other = /^\d+$/.test(words) ? changed.get(Number(words)) : undefined;
        if (!other) throw new RedirectionError(`${words}: Bad file descriptor`);
        changed.set(number, other);
      }
    } else if (operator === "<") changed.set(number, openForReading(scope, words));
    else {
      changed.set(number, {
        source: null,
        sink: openForWriting(scope, words, operator === ">>" ? "append" : "truncate"),
      });
    }
  }
  return changed;
}

function reading(source: Source): Open {
  return { source: new Rereadable(source), sink: null };
}

function openForReading(scope: ExpansionScope & { path(words: string): string }, words: string): Open {
  return reading(fileSource(scope, scope.path(words), words));
}

/** Opens a file of the lab machine for reading; `shown` is the path as errors name it. */
export function fileSource(
  scope: Pick<ExpansionScope, "files" | "user">,
  path: string,
  shown: string,
): Source {
  try {
    const content = scope.files.open(path, scope.user);
    if (content === "null") return sourceOf(new Uint8Array());
    if (content === "zero") return endlessSource(() => {});
    if (content === "random") return endlessSource((bytes) => crypto.getRandomValues(bytes));
    return sourceOf(content);
  } catch (error) {
    if (error instanceof FileError) throw new FileError(error.code, shown);
    throw error;
  }
}

/** Opens a file of the lab machine for writing. */
export function openForWriting(
  scope: Pick<ExpansionScope, "files" | "user"> & { path(words: string): string },
  words: string,
  mode: "truncate" | "append" | "exclusive",
): Sink {
  try {
    const append = scope.files.create(scope.path(words), scope.user, mode);
    return { terminal: false, write: async (bytes) => append(bytes), end: () => {} };
  } catch (error) {
    if (error instanceof FileError) throw new FileError(error.code, words);
    throw error;
  }
}
