import { BreakLoop } from "./control-flow.ts";
import { expandPattern, expandString, expandWords } from "./expansion.ts";
import { matchesPattern } from "./pattern.ts";
import type { Shell } from "./shell.ts";
import type { Command, List } from "./syntax.ts";

/** Runs a compound command (POSIX.1-2024, 2.9.4), its redirections already applied. */
export async function runCompound(
  shell: Shell,
  command: Exclude<Command, { kind: "simple" | "function" }>,
): Promise<number> {
  switch (command.kind) {
    case "group":
      return shell.runList(command.body);
    case "subshell":
      return shell.fork().runToEnd(command.body);
    case "if":
      for (const { condition, body } of command.branches) {
        if ((await runCondition(shell, condition)) === 0) return runBody(shell, body);
      }
      return command.otherwise ? runBody(shell, command.otherwise) : 0;
    case "for": {
      const values = command.words ? await expandWords(command.words, shell) : [...shell.parameters];
      let next = 0;
      return loop(shell, command.body, async () => {
        const value = values[next];
        next += 1;
        if (value !== undefined) shell.set(command.name, value);
        return value !== undefined;
      });
    }
    case "while":
      return loop(
        shell,
        command.body,
        async () => ((await runCondition(shell, command.condition)) === 0) !== command.until,
      );
    case "case": {
      const subject = await expandString(command.subject, shell);
      for (const { patterns, body } of command.items) {
        for (const pattern of patterns) {
          if (matchesPattern(subject, await expandPattern(pattern, shell))) return runBody(shell, body);
        }
      }
      return 0;
    }
  }
}

async function runBody(shell: Shell, body: List): Promise<number> {
  shell.state.lastStatus = 0;
  return shell.runList(body);
}

function runCondition(shell: Shell, condition: List): Promise<number> {
  return shell.tolerantly(() => shell.runList(condition));
}

async function loop(shell: Shell, body: List, goesOn: () => Promise<boolean>): Promise<number> {
  let status = 0;
  for (;;) {
    try {
      await shell.breathe();
      if (!(await goesOn())) return status;
      status = await shell.runList(body);
    } catch (error) {
      if (!(error instanceof BreakLoop)) throw error;
      if (error.levels > 1) throw new BreakLoop(error.levels - 1, error.again);
      if (!error.again) return 0;
    }
  }
}
