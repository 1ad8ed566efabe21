import { ExitShell } from "./control-flow.ts";
import { isUnfinished } from "./parser.ts";
import { Interrupted } from "./process.ts";
import type { Shell } from "./shell.ts";
import type { Terminal } from "./terminal.ts";

const commandLimit = 65_536;

/** Runs a shell on a terminal until `exit`, Ctrl-D or the end of the session; resolves to its exit status. */
export async function runInteractive(shell: Shell, terminal: Terminal): Promise<number> {
  const session = shell.signal;
  const { machine } = shell.surroundings.view;
  let source = "";
  for (;;) {
    const folder = shell.directory.replace(/^\/home\/ops(?=\/|$)/, "~");
    const sign = shell.user.id === 0 ? "#" : "$";
    const prompt = source === "" ? `${shell.user.name}@${machine.id}:${folder}${sign} ` : "> ";
    const line = await terminal.readLine(prompt);
    if (line === null || session.aborted) return shell.state.lastStatus;
    source += `${line}\n`;
    if (source.length < commandLimit && isUnfinished(source)) continue;
    const stop = new AbortController();
    terminal.onInterrupt = () => stop.abort(new Interrupted(130));
    shell.signal = AbortSignal.any([session, stop.signal]);
    try {
      await shell.runLine(source);
    } catch (error) {
      if (error instanceof ExitShell) return error.status;
      throw error;
    } finally {
      terminal.onInterrupt = () => {};
      shell.signal = session;
    }
    source = "";
  }
}
