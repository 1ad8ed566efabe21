import type { Role } from "../../shared/roles.ts";
import { type ConsoleParts, createConsole } from "../console.ts";
import { dataFolder, estatePath } from "./options.ts";
import { signInHere } from "./sign-in-here.ts";

interface CommandOptions {
  estate?: string | undefined;
  data?: string | undefined;
  /** The operator who gives the command; see `signInOptions`. */
  as?: string | undefined;
  identity?: string | undefined;
}

/**
 * Opens a console for one command, on the estate and data folder of its options, and closes it afterwards whatever
 * happens. Where the estate has roles, somebody must have one that includes what it `needs`. The first SIGINT or SIGTERM aborts the signal that `work` gets, a second one ends the process. What would
 * be a question is a refusal with its reason, unless the command says that it `asks`.
 */
export async function withConsole<Result>(
  options: CommandOptions,
  work: (parts: ConsoleParts, signal: AbortSignal) => Promise<Result>,
  { asks = false, needs }: { asks?: boolean; needs?: Role } = {},
): Promise<Result> {
  const stop = new AbortController();
  const onSignal = (_name: NodeJS.Signals, number: number) => {
    // As a shell shows the end by a signal.
    if (stop.signal.aborted) process.exit(128 + number);
    stop.abort();
  };
  // Not `once`: whoever writes a file atomically listens as well, and ends the process when nobody else does.
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  const console = await createConsole({
    estate: estatePath(options.estate),
    dataFolder: dataFolder(options.data),
    shell: "command-line",
    lab: false,
    asks,
  });
  try {
    if (options.as !== undefined) {
      await signInHere(console.parts, { as: options.as, identity: options.identity }, stop.signal);
    }
    if (needs !== undefined) console.parts.door.demand(needs);
    return await work(console.parts, stop.signal);
  } finally {
    await console.close();
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
  }
}
