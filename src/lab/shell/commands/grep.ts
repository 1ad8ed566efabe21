import { FileError } from "../../files/node.ts";
import { escapeForExpression } from "../pattern.ts";
import type { Process, ProgramTable } from "../process.ts";
import { linesOf, type Source } from "../streams.ts";
import { eachInput, LineWriter, openInput } from "./inputs.ts";
import { type Options, readCount, readOptions, UsageError, withUsage } from "./options.ts";
import { regularExpression } from "./regular-expression.ts";

/** Makes the one expression out of all patterns that are given. */
function expressionOf(options: Options, patterns: readonly string[], extended: boolean): RegExp {
  const flags = options.has("i") ? "gi" : "g";
  const sources = patterns
    .flatMap((pattern) => pattern.split("\n"))
    .map((pattern) =>
      options.has("F") ? escapeForExpression(pattern) : regularExpression(pattern, extended, "").source,
    );
  const whole = sources.map((source) => `(?:${source})`).join("|");
  if (options.has("x")) return new RegExp(`^(?:${whole})$`, flags);
  return new RegExp(options.has("w") ? `(?<!\\w)(?:${whole})(?!\\w)` : whole, flags);
}

async function patternFile(process: Process, name: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of linesOf(openInput(process, name))) lines.push(line);
  return lines;
}

async function grep(process: Process): Promise<number> {
  const options = readOptions(process.arguments, "EFGPivcqonlLhHswxe:f:m:A:B:C:ra", [
    "color",
    "extended-regexp",
    "quiet",
    "count",
    "max-count=",
  ]);
  const names = [...options.operands];
  const patterns = [...options.values("e")];
  for (const name of options.values("f")) patterns.push(...(await patternFile(process, name)));
  if (options.values("e").length + options.values("f").length === 0) {
    const pattern = names.shift();
    if (pattern === undefined) throw new UsageError("usage: grep [OPTION]... PATTERNS [FILE]...");
    patterns.push(pattern);
  }
  const extended =
    process.name === "egrep" || ["E", "P", "extended-regexp"].some((name) => options.has(name));
  const expression = expressionOf(options, patterns, extended);
  const search = new Search(process, options, expression, names.length > 1);
  if (names.length === 0 && options.has("r")) names.push(".");
  const quiet = options.has("s");
  let unreadable = 0;
  try {
    unreadable = await eachInput(
      process,
      options.has("r") ? names.flatMap((name) => below(process, name)) : names,
      (source, name) => search.file(source, name),
    );
  } catch (error) {
    if (!(quiet && error instanceof FileError)) throw error;
  }
  await search.writer.flush();
  if (search.found && (search.quiet || unreadable === 0)) return 0;
  return unreadable > 0 ? 2 : 1;
}

/** The files under a directory, or the file itself. */
function below(process: Process, name: string, depth = 0): string[] {
  const path = process.path(name);
  if (process.files.status(path, process.user)?.kind !== "directory" || depth > 20) return [name];
  try {
    return process.files
      .list(path, process.user)
      .flatMap((entry) => below(process, `${name.replace(/\/$/, "")}/${entry}`, depth + 1));
  } catch (error) {
    if (error instanceof FileError) return [];
    throw error;
  }
}

class Search {
  readonly writer: LineWriter;
  readonly quiet: boolean;
  found = false;
  private readonly options: Options;
  private readonly expression: RegExp;
  private readonly named: boolean;
  private readonly most: number;
  private readonly before: number;
  private readonly after: number;

  constructor(process: Process, options: Options, expression: RegExp, several: boolean) {
    this.writer = new LineWriter(process);
    this.options = options;
    this.expression = expression;
    this.quiet = options.has("q") || options.has("quiet");
    this.named = (several || options.has("H") || options.has("r")) && !options.has("h");
    this.most = readCount(options.value("m") ?? options.value("max-count") ?? "999999999");
    this.before = readCount(options.value("B") ?? options.value("C") ?? "0");
    this.after = readCount(options.value("A") ?? options.value("C") ?? "0");
  }

  async file(source: Source, name: string): Promise<void> {
    const { options } = this;
    const shownName = name === "-" ? "(standard input)" : name;
    const counting = options.has("c") || options.has("count");
    const held: { number: number; line: string }[] = [];
    let [number, matches, following] = [0, 0, 0];
    const show = (line: string, at: number, mark: string) =>
      this.writer.line(
        `${this.named ? `${shownName}${mark}` : ""}${options.has("n") ? `${at}${mark}` : ""}${line}`,
      );
    for await (const line of linesOf(source)) {
      number += 1;
      this.expression.lastIndex = 0;
      const selected = this.expression.test(line) !== options.has("v");
      if (selected) {
        this.found = true;
        matches += 1;
        if (this.quiet) break;
        if (!counting && !options.has("l") && !options.has("L")) {
          for (const earlier of held.splice(0)) await show(earlier.line, earlier.number, "-");
          if (options.has("o")) {
            this.expression.lastIndex = 0;
            for (const match of line.matchAll(this.expression))
              if (match[0] !== "") await show(match[0], number, ":");
          } else await show(line, number, ":");
        }
        following = this.after;
        if (matches >= this.most) break;
      } else if (following > 0) {
        following -= 1;
        if (!counting) await show(line, number, "-");
      } else if (this.before > 0) {
        held.push({ number, line });
        if (held.length > this.before) held.shift();
      }
    }
    source.close();
    if (this.quiet) return;
    if (counting) await this.writer.line(`${this.named ? `${shownName}:` : ""}${matches}`);
    else if (options.has(matches > 0 ? "l" : "L")) await this.writer.line(shownName);
  }
}

const program = withUsage(grep);
export const grepPrograms: ProgramTable = {
  grep: program,
  egrep: program,
  fgrep: (process) => program({ ...process, arguments: ["-F", ...process.arguments] }),
};
