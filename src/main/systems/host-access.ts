import { setTimeout as sleep } from "node:timers/promises";
import type { Reach, SshTarget } from "../reach/reach.ts";
import { answerIncomplete, noLogin, notAShell } from "./host-faults.ts";
import { newMark, shellCommand } from "./host-script.ts";
import { readSections, type Sections } from "./host-sections.ts";

/** Enough for every section at its largest; what is longer than that is not believed. */
const answerLimit = 4 * 1024 * 1024;

export interface AskOptions {
  signal: AbortSignal;
  /** Milliseconds for connection and script together. */
  deadline: number;
  /** Called when the host has accepted to run a script and before it is sent. */
  onStarted?(): void;
}

/** The hosts of one system and how to ask them; what observation, actions and terminals share. */
export class HostAccess {
  readonly system: string;
  readonly reach: Reach;
  readonly now: () => number;
  /** Waits so many milliseconds; rejects with an AbortError when the signal fires. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly #targets: ReadonlyMap<string, SshTarget>;

  constructor(parts: {
    system: string;
    reach: Reach;
    now: () => number;
    targets: ReadonlyMap<string, SshTarget>;
    wait?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  }) {
    this.system = parts.system;
    this.reach = parts.reach;
    this.now = parts.now;
    this.#targets = parts.targets;
    this.wait = parts.wait ?? ((milliseconds, signal) => sleep(milliseconds, undefined, { signal }));
  }

  /** Where a resource is reached. Throws OpsError `ssh.no-login`. */
  target(resource: string): SshTarget {
    const target = this.#targets.get(resource);
    if (!target) throw noLogin(this.system, resource);
    return target;
  }

  /**
   * Runs a sectioned script (script.ts) on a host and takes its answer apart. `write` gets the mark that the script
   * has to use. Throws what reach throws, and OpsError `ssh.not-a-shell` or `ssh.answer-incomplete`.
   */
  async ask(resource: string, write: (mark: string) => string, options: AskOptions): Promise<Sections> {
    const target = this.target(resource);
    const mark = newMark();
    const enough = new AbortController();
    let bytes = 0;
    const execution = this.reach.execute(target, shellCommand, {
      ...options,
      signal: AbortSignal.any([options.signal, enough.signal]),
      limit: answerLimit,
      input: write(mark),
      // A host that never stops talking is cut off instead of being listened to until the deadline.
      onOutput(_stream, words) {
        bytes += Buffer.byteLength(words);
        if (bytes >= answerLimit) enough.abort();
      },
    });
    const answer = await execution.catch((thrown: unknown) => {
      const cutOff = enough.signal.aborted && !options.signal.aborted;
      throw cutOff ? answerIncomplete(this.system, target.name) : thrown;
    });
    const sections = readSections(answer.output, mark);
    if (!sections.started) {
      throw answer.truncated
        ? answerIncomplete(this.system, target.name)
        : notAShell(this.system, target.name);
    }
    if (!sections.complete) throw answerIncomplete(this.system, target.name);
    return sections;
  }
}
