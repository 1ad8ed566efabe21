import { enableCompileCache } from "node:module";
import { toOpsError } from "../shared/errors.ts";
import { tolerateClosedPipes } from "./commands/closed-pipes.ts";
import { usageError } from "./commands/options.ts";
import { complain, complainOf, say, terminalLanguage } from "./commands/terminal-words.ts";
import { usage } from "./commands/usage.ts";

/** Each command takes the words after its name and gives the exit code. Loaded only when asked for. */
const commands: Record<string, () => Promise<(words: string[]) => Promise<number>>> = {
  check: async () => (await import("./commands/check.ts")).check,
  serve: async () => (await import("./commands/serve.ts")).serve,
  lab: async () => (await import("./commands/lab.ts")).lab,
  inventory: async () => (await import("./commands/inventory.ts")).inventory,
  act: async () => (await import("./commands/act.ts")).act,
  procedure: async () => (await import("./commands/procedure.ts")).procedure,
  approval: async () => (await import("./commands/approval.ts")).approval,
  pra: async () => (await import("./commands/pra.ts")).pra,
  drill: async () => (await import("./commands/drill.ts")).drill,
  bundle: async () => (await import("./commands/bundle.ts")).bundle,
  import: async () => (await import("./commands/import.ts")).importList,
  trust: async () => (await import("./commands/trust.ts")).trust,
  journal: async () => (await import("./commands/journal.ts")).journal,
  version: async () => (await import("./commands/version.ts")).version,
};

/** The command line `passerelle`; resolves with the exit code. */
async function main(words: string[]): Promise<number> {
  const language = terminalLanguage();
  const [name, ...rest] = words;
  if (!name || name === "help" || name === "--help" || name === "-h") {
    say(usage[language]);
    return name ? 0 : 1;
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  try {
    if (!load)
      throw usageError({ en: `There is no command ${name}.`, fr: `La commande ${name} n'existe pas.` });
    const command = await load();
    return await command(rest);
  } catch (thrown) {
    const error = toOpsError(thrown, "cli");
    complainOf(error.toWire(), language);
    if (error.code === "general.unexpected" && process.env.PASSERELLE_DEBUG) complain(String(error.cause));
    return 1;
  }
}

// Compiled code is kept between starts: much of a start is compiling the same libraries again.
enableCompileCache();
const isOutputLost = tolerateClosedPipes();
const exitCode = await main(process.argv.slice(2));
process.exitCode = exitCode === 0 && isOutputLost() ? 1 : exitCode;
