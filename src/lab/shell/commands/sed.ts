import { openForWriting } from "../descriptors.ts";
import type { Process, ProgramTable } from "../process.ts";
import { linesOf } from "../streams.ts";
import { openInput } from "./inputs.ts";
import { readOptions, UsageError, withUsage } from "./options.ts";
import { parseSed, type SedAddress, type SedCommand } from "./sed-script.ts";
import { unescapeWords } from "./words.ts";

const spaceLimit = 1024 * 1024;

async function sed(process: Process): Promise<number> {
  const options = readOptions(process.arguments, "nrEe:is", [
    "quiet",
    "expression=",
    "in-place",
    "regexp-extended",
  ]);
  const names = [...options.operands];
  const scripts = [...options.values("e"), ...options.values("expression")];
  if (scripts.length === 0) {
    const script = names.shift();
    if (script === undefined) throw new UsageError("no script specified");
    scripts.push(script);
  }
  const extended = ["r", "E", "regexp-extended"].some((name) => options.has(name));
  const commands = parseSed(scripts.join("\n"), extended);
  const quiet = options.has("n") || options.has("quiet");
  if (options.has("i") || options.has("in-place")) {
    for (const name of names) {
      const written: string[] = [];
      await new Editor(commands, quiet, async (words) => void written.push(words)).run(process, [name]);
      await openForWriting(process, name, "truncate").write(new TextEncoder().encode(written.join("")));
    }
    return 0;
  }
  return new Editor(commands, quiet, (words) => process.print(words)).run(process, names);
}

/** One run of a script over the lines of some files. */
class Editor {
  private readonly commands: readonly SedCommand[];
  private readonly quiet: boolean;
  private readonly print: (words: string) => Promise<void>;
  private readonly active = new Set<SedCommand>();
  private space = "";
  private hold = "";
  private number = 0;
  private last = false;
  private next: () => Promise<string | null> = async () => null;

  constructor(commands: readonly SedCommand[], quiet: boolean, print: (words: string) => Promise<void>) {
    this.commands = commands;
    this.quiet = quiet;
    this.print = print;
  }

  async run(process: Process, names: readonly string[]): Promise<number> {
    const lines = linesOfAll(process, names);
    let ahead = await lines.next();
    this.next = async () => {
      if (ahead.done) return null;
      const line = ahead.value;
      ahead = await lines.next();
      this.number += 1;
      this.last = ahead.done === true;
      return line;
    };
    for (let line = await this.next(); line !== null; line = await this.next()) {
      this.space = line;
      if (await this.cycle()) break;
    }
    await lines.return(undefined);
    return 0;
  }

  /** Runs the script once; true ends everything. */
  private async cycle(): Promise<boolean> {
    const after: string[] = [];
    const finish = async (stop: boolean) => {
      if (!this.quiet) await this.print(`${this.space}\n`);
      for (const words of after) await this.print(words);
      return stop;
    };
    for (let index = 0; index < this.commands.length; index += 1) {
      const command = this.commands[index];
      if (!command) break;
      const { action } = command;
      if (this.selects(command) === command.negated) {
        if (action.kind === "{") index = this.blockEnd(index);
        continue;
      }
      switch (action.kind) {
        case "p":
          await this.print(`${this.space}\n`);
          break;
        case "P":
          await this.print(`${this.space.split("\n")[0]}\n`);
          break;
        case "=":
          await this.print(`${this.number}\n`);
          break;
        case "d":
        case "D":
          return false;
        case "q":
          return finish(true);
        case "n": {
          if (!this.quiet) await this.print(`${this.space}\n`);
          const line = await this.next();
          if (line === null) return true;
          this.space = line;
          break;
        }
        case "N": {
          const line = await this.next();
          if (line === null) return finish(true);
          this.space = `${this.space}\n${line}`.slice(0, spaceLimit);
          break;
        }
        case "h":
          this.hold = this.space;
          break;
        case "H":
          this.hold = `${this.hold}\n${this.space}`.slice(0, spaceLimit);
          break;
        case "g":
          this.space = this.hold;
          break;
        case "G":
          this.space = `${this.space}\n${this.hold}`.slice(0, spaceLimit);
          break;
        case "x":
          [this.space, this.hold] = [this.hold, this.space];
          break;
        case "y":
          this.space = [...this.space].map((one) => action.to[action.from.indexOf(one)] ?? one).join("");
          break;
        case "a":
          after.push(`${action.text}\n`);
          break;
        case "i":
          await this.print(`${action.text}\n`);
          break;
        case "c":
          await this.print(`${action.text}\n`);
          return false;
        case "s":
          if (this.substitute(action) && action.print) await this.print(`${this.space}\n`);
          break;
      }
    }
    return finish(false);
  }

  private substitute(action: Extract<SedCommand["action"], { kind: "s" }>): boolean {
    let seen = 0;
    let changed = false;
    this.space = this.space.replace(action.expression, (whole: string, ...groups: unknown[]) => {
      seen += 1;
      if (seen < action.nth || (seen > action.nth && !action.global)) return whole;
      changed = true;
      return action.replacement.replace(/\\([0-9n&\\/.]|.)|&/g, (mark: string, code?: string) => {
        if (mark === "&" || code === "0") return whole;
        if (code && /[1-9]/.test(code)) {
          const group = groups[Number(code) - 1];
          return typeof group === "string" ? group : "";
        }
        return code === "n" || code === "t" ? unescapeWords(mark).text : (code ?? "");
      });
    });
    this.space = this.space.slice(0, spaceLimit);
    return changed;
  }

  private selects(command: SedCommand): boolean {
    const { from, to } = command;
    if (!from) return true;
    if (!to) return this.fits(from);
    if (this.active.has(command)) {
      const past = "line" in to && this.number >= to.line;
      if (past || (!("line" in to) && this.fits(to))) this.active.delete(command);
      return !("line" in to) || this.number <= to.line;
    }
    if (!this.fits(from)) return false;
    if (!("line" in to) || to.line > this.number) this.active.add(command);
    return true;
  }

  private fits(address: SedAddress): boolean {
    if ("line" in address) return this.number === address.line;
    if ("last" in address) return this.last;
    return address.expression.test(this.space);
  }

  private blockEnd(start: number): number {
    let depth = 0;
    for (let index = start; index < this.commands.length; index += 1) {
      const kind = this.commands[index]?.action.kind;
      if (kind === "{") depth += 1;
      if (kind === "}") depth -= 1;
      if (depth === 0) return index;
    }
    return this.commands.length;
  }
}

async function* linesOfAll(process: Process, names: readonly string[]): AsyncGenerator<string, void> {
  for (const name of names.length > 0 ? names : ["-"]) yield* linesOf(openInput(process, name));
}

export const sedPrograms: ProgramTable = { sed: withUsage(sed, 1) };
