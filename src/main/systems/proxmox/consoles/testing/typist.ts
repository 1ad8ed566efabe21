import type { ShellSession } from "../../../system.ts";

/** Somebody at a terminal, who keeps what it shows and can be asked to wait for it. */
export class Typist {
  readonly shell: ShellSession;
  seen = "";
  readonly ends: { exitCode: number | null; error: Error | null }[] = [];
  #waiting: (() => void)[] = [];

  constructor(shell: ShellSession) {
    this.shell = shell;
    shell.onData((bytes) => {
      this.seen += Buffer.from(bytes).toString("utf8");
      this.#changed();
    });
    shell.onEnd((end) => {
      this.ends.push(end);
      this.#changed();
    });
    shell.resume();
  }

  /** Resolves once `test` holds; it is asked after everything that the terminal says. */
  async until(test: () => boolean): Promise<void> {
    while (!test()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Types words and waits until it shows others. */
  async types(words: string, shown: string): Promise<void> {
    const from = this.seen.length;
    this.shell.write(words);
    await this.until(() => this.seen.slice(from).includes(shown));
  }

  #changed(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
