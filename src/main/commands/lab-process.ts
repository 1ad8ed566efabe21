import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { z } from "zod";
import { OpsError } from "../../shared/errors.ts";
import { text } from "../../shared/text.ts";
import { labProgram } from "../drill/programs.ts";

/** How long the lab may take to say that it is ready, in milliseconds. */
const startLimit = 15_000;
const readySchema = z.object({ estate: z.string(), control: z.string(), pid: z.int() });

/** A lab that runs as a child of this process and ends with it. */
export interface RunningLab {
  estate: string;
  stop(): Promise<void>;
}

/** Starts the lab as a child; resolves when its servers answer. Throws OpsError `lab.cannot-start`. */
export function startLab(words: string[] = []): Promise<RunningLab> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [labProgram(), "start", "--with-parent", ...words], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const exited = new Promise<void>((done) => child.once("exit", () => done()));
    const fail = (cause: unknown) => {
      child.kill();
      reject(cannotStart(cause));
    };
    const timer = setTimeout(() => fail(new Error("not ready in time")), startLimit);
    child.once("error", fail);
    const endedEarly = () => fail(new Error("ended before it was ready"));
    child.once("exit", endedEarly);
    createInterface({ input: child.stdout }).once("line", (line) => {
      clearTimeout(timer);
      const ready = readySchema.safeParse(safeJson(line));
      if (!ready.success) return fail(ready.error);
      child.off("exit", endedEarly);
      resolve({
        estate: ready.data.estate,
        async stop() {
          child.stdin.end();
          const late = setTimeout(() => child.kill("SIGKILL"), 3_000);
          await exited;
          clearTimeout(late);
        },
      });
    });
  });
}

function safeJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function cannotStart(cause: unknown): OpsError {
  return new OpsError({
    code: "lab.cannot-start",
    system: "lab",
    message: text("The lab did not start.", "Le laboratoire n'a pas démarré."),
    hint: text(
      "Start it by itself with `passerelle lab start` to see why.",
      "Lancez-le seul avec `passerelle lab start` pour voir pourquoi.",
    ),
    cause,
  });
}
