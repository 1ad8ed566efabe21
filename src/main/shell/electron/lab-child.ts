import { OpsError } from "../../../shared/errors.ts";
import { text } from "../../../shared/text.ts";

/** How long the lab may take to say that it is ready, in milliseconds. */
const startDeadline = 15_000;
/** The lab's first line is a short object; more without a line's end is not the lab. */
const longestLine = 64 * 1024;

/** What is used of Electron's utility process; a shipped Electron cannot run as plain Node. */
export interface UtilityChild {
  readonly stdout: { on(event: "data", listener: (chunk: Uint8Array) => void): unknown } | null;
  once(event: "exit", listener: () => void): unknown;
  kill(): boolean;
}

/**
 * Waits until the lab, started as a utility process, says where its estate is. The child ends with the program.
 * Throws OpsError `lab.cannot-start` when it ends first, says something else or takes too long.
 */
export async function awaitLab(child: UtilityChild): Promise<{ estate: string; stop(): Promise<void> }> {
  const exited = new Promise<void>((resolve) => child.once("exit", resolve));
  const estate = await new Promise<string | null>((resolve) => {
    const deadline = setTimeout(() => resolve(null), startDeadline);
    const done = (found: string | null) => {
      clearTimeout(deadline);
      resolve(found);
    };
    exited.then(() => done(null));
    const decoder = new TextDecoder();
    let words = "";
    child.stdout?.on("data", (chunk) => {
      if (words.length > longestLine) return;
      words += decoder.decode(chunk, { stream: true });
      const end = words.indexOf("\n");
      if (end >= 0 || words.length > longestLine) done(readEstate(words.slice(0, Math.max(0, end))));
    });
  });
  if (estate === null) {
    child.kill();
    throw cannotStart();
  }
  return {
    estate,
    async stop() {
      if (child.kill()) await exited;
    },
  };
}

function readEstate(line: string): string | null {
  try {
    const ready: unknown = JSON.parse(line);
    if (typeof ready !== "object" || ready === null || !("estate" in ready)) return null;
    return typeof ready.estate === "string" ? ready.estate : null;
  } catch {
    return null;
  }
}

function cannotStart(): OpsError {
  return new OpsError({
    code: "lab.cannot-start",
    system: "lab",
    message: text("The lab did not start.", "Le laboratoire n'a pas démarré."),
    hint: text(
      "Start it by itself with “passerelle lab start” to see why.",
      "Lancez-le seul avec « passerelle lab start » pour voir pourquoi.",
    ),
  });
}
