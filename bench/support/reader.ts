import { readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { type Console, createConsole } from "../../src/main/console.ts";
import type { Resource, ResourceKind } from "../../src/shared/resource.ts";

const limit = 100_000;
const mebi = 2 ** 20;

/** A console without a window that is measured from inside its process; what it has taken is said a line of JSON at a time. */
export class Reader {
  readonly parts: Console["parts"];
  readonly #console: Console;
  #changes = 0;

  private constructor(console: Console) {
    this.#console = console;
    this.parts = console.parts;
  }

  /** Reads the estate in that file, with a data folder of its own. */
  static async open(estate: string, dataFolder: string): Promise<Reader> {
    return new Reader(await createConsole({ estate, dataFolder, shell: "browser", lab: false, asks: false }));
  }

  known(kind: ResourceKind): Resource[] {
    return [...this.parts.inventory.all()].filter((resource) => resource.kind === kind);
  }

  /** Waits until something holds; throws when it does not within a hundred seconds of the start. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (performance.now() > limit) throw new Error("what was to be measured did not come");
      await setTimeout(20);
    }
  }

  /** Waits until so many of a kind are known, and says so; then, where it is to watch, looks at one and says more each second. */
  async read(kind: ResourceKind, count: number, watching: boolean): Promise<void> {
    await this.until(() => this.known(kind).filter(({ seenAt }) => seenAt !== null).length >= count);
    this.say({ known: count });
    if (!watching) return;
    const looked = this.known(kind)[0]?.id ?? "";
    this.parts.inventory.follow({
      mark: (entry) => {
        if (entry.declaration.kind === kind) this.#changes += 1;
      },
      wake: () => undefined,
    });
    // It tells of all that there is first.
    this.#changes = 0;
    for (;;) {
      this.parts.fleet.lookAt([looked]);
      await setTimeout(1000);
      this.say({});
    }
  }

  /** Seconds since the start of this Node, CPU seconds, memory in MiB and how often a resource that is watched has changed, with further words. */
  say(words: Record<string, number | string>): void {
    // Where it may be asked for, what is still needed is told from what was not yet thrown away.
    globalThis.gc?.();
    const { user, system } = process.cpuUsage();
    const peak = /VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
    const { rss, heapUsed } = process.memoryUsage();
    process.stdout.write(
      `${JSON.stringify({
        ...words,
        sinceStart: performance.now() / 1000,
        cpu: (user + system) / 1e6,
        resident: rss / mebi,
        heap: heapUsed / mebi,
        peak: Number(peak ?? Number.NaN) / 1024,
        changes: this.#changes,
      })}\n`,
    );
  }

  close(): Promise<void> {
    return this.#console.close();
  }
}
