import { spawn } from "node:child_process";
import { labProgram } from "../drill/programs.ts";

/** `passerelle lab …`: hands the words to the lab's own program and gives its exit code. */
export function lab(words: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [labProgram(), ...words], { stdio: "inherit" });
    const pass = (signal: NodeJS.Signals) => child.kill(signal);
    process.on("SIGINT", pass);
    process.on("SIGTERM", pass);
    child.once("error", reject);
    child.once("exit", (code) => {
      process.off("SIGINT", pass);
      process.off("SIGTERM", pass);
      resolve(code ?? 1);
    });
  });
}
