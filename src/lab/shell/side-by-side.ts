import type { Descriptors } from "./descriptors.ts";
import { Interrupted } from "./process.ts";
import type { Shell } from "./shell.ts";
import { Pipe, Rereadable, sourceOf } from "./streams.ts";
import type { AndOr, Command } from "./syntax.ts";

/** Jobs that `wait` and `kill` can name; older ones are forgotten. */
const rememberedJobs = 500;

/** Runs the commands of a pipeline at once, each in a shell of its own; resolves to the status of the last. */
export async function runPiped(shell: Shell, commands: readonly Command[]): Promise<number> {
  let input: Pipe | null = null;
  const running = commands.map((command, index) => {
    const source = input;
    const output = index < commands.length - 1 ? new Pipe() : null;
    input = output;
    const descriptors = new Map(shell.descriptors);
    if (source) descriptors.set(0, { source: new Rereadable(source), sink: null });
    if (output) descriptors.set(1, { source: null, sink: output });
    const part = shell.fork({ descriptors });
    return part
      .live(() => part.runCommand(command, descriptors))
      .finally(() => {
        output?.end();
        source?.close();
      });
  });
  // Every part is waited for, so that nothing goes on behind an interrupted pipeline.
  const settled = await Promise.allSettled(running);
  const refused = settled.find((result) => result.status === "rejected");
  if (refused) throw refused.reason;
  const last = settled.at(-1);
  return last?.status === "fulfilled" ? last.value : 1;
}

/** Starts a list in the background, without input; it outlives the command line but not the machine's power. */
export function startJob(shell: Shell, andOr: AndOr): void {
  const stop = new AbortController();
  const { power, processes } = shell.surroundings;
  const descriptors: Descriptors = new Map(shell.descriptors).set(0, {
    source: sourceOf(new Uint8Array()),
    sink: null,
  });
  const part = shell.fork({ signal: AbortSignal.any([stop.signal, power]), descriptors });
  const number = processes.start(["sh"], shell.user.name);
  const ended = part
    .runToEnd([{ andOr, background: false }])
    .catch((error: unknown) => (error instanceof Interrupted ? error.status : 1))
    .finally(() => processes.end(number));
  const [oldest] = shell.jobs.keys();
  if (oldest !== undefined && shell.jobs.size >= rememberedJobs) shell.jobs.delete(oldest);
  shell.jobs.set(number, { ended, stop });
  shell.state.lastJob = number;
}
