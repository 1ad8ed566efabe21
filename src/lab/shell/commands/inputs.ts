import { FileError } from "../../files/node.ts";
import { fileSource } from "../descriptors.ts";
import type { Process } from "../process.ts";
import type { Source } from "../streams.ts";

/** Opens a file named on the command line; `-` is the standard input. */
export function openInput(process: Process, words: string): Source {
  return words === "-" ? process.input : fileSource(process, process.path(words), words);
}

/**
 * Calls `work` with each named file (the standard input when none is named), says what cannot be read and goes on.
 * Resolves to 0, or 1 when one could not be read.
 */
export async function eachInput(
  process: Process,
  names: readonly string[],
  work: (source: Source, name: string) => Promise<void>,
): Promise<number> {
  let status = 0;
  for (const name of names.length > 0 ? names : ["-"]) {
    try {
      await work(openInput(process, name), name);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      await process.complain(`${name}: ${error.message}`);
      status = 1;
    }
  }
  return status;
}

/** Collects lines and writes them in larger pieces. */
export class LineWriter {
  private readonly process: Process;
  private held: string[] = [];
  private length = 0;

  constructor(process: Process) {
    this.process = process;
  }

  async line(words: string): Promise<void> {
    this.held.push(words, "\n");
    this.length += words.length;
    if (this.length > 8192) await this.flush();
  }

  async flush(): Promise<void> {
    const words = this.held.join("");
    this.held = [];
    this.length = 0;
    if (words !== "") await this.process.print(words);
  }
}
