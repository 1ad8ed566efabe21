import { Breath } from "../../breath.ts";
import type { Process, ProgramTable } from "../../process.ts";
import { linesOf } from "../../streams.ts";
import { eachInput, LineWriter } from "../inputs.ts";
import { readOptions, UsageError, withUsage } from "../options.ts";
import { unescapeWords } from "../words.ts";
import { Evaluator } from "./evaluator.ts";
import { parseAwk } from "./parser.ts";
import type { Rule, Statement } from "./syntax.ts";

class Next extends Error {}
class Exit extends Error {}
class LoopEnd extends Error {
  readonly again: boolean;

  constructor(again: boolean) {
    super("loop");
    this.again = again;
  }
}

/** Runs the statements of an awk program over records. */
class Run {
  readonly evaluator = new Evaluator();
  status = 0;
  private readonly writer: LineWriter;
  private readonly process: Process;
  private readonly breath = new Breath();
  private readonly open = new Set<Rule>();

  constructor(process: Process) {
    this.process = process;
    this.writer = new LineWriter(process);
  }

  async rule(rule: Rule): Promise<void> {
    if (typeof rule.when === "string" || this.selects(rule, rule.when)) {
      if (rule.body) await this.execute(rule.body);
      else await this.writer.line(this.evaluator.field(0));
    }
  }

  flush(): Promise<void> {
    return this.writer.flush();
  }

  private selects(rule: Rule, when: Exclude<Rule["when"], string>): boolean {
    if (!when.from) return true;
    if (!when.to) return this.evaluator.truth(when.from);
    if (!this.open.has(rule)) {
      if (!this.evaluator.truth(when.from)) return false;
      this.open.add(rule);
    }
    if (this.evaluator.truth(when.to)) this.open.delete(rule);
    return true;
  }

  private async execute(statement: Statement): Promise<void> {
    const { evaluator } = this;
    switch (statement.kind) {
      case "expression":
        evaluator.value(statement.value);
        return;
      case "print": {
        const words = statement.values.map((value) => evaluator.text(value));
        const line = words.length === 0 ? evaluator.field(0) : words.join(evaluator.variable("OFS"));
        const ending = evaluator.variable("ORS");
        if (ending === "\n") return this.writer.line(line);
        await this.flush();
        return this.process.print(line + ending);
      }
      case "printf": {
        await this.flush();
        const [format = "", ...values] = statement.values.map((value) => evaluator.text(value));
        return this.process.print(evaluator.format(format, values));
      }
      case "if":
        if (evaluator.truth(statement.condition)) return this.execute(statement.yes);
        return statement.no ? this.execute(statement.no) : undefined;
      case "while":
        while (evaluator.truth(statement.condition)) {
          await this.breath.take(this.process.signal);
          if (!(await this.loopBody(statement.body))) return;
          if (statement.step) await this.execute(statement.step);
        }
        return;
      case "forIn":
        for (const key of [...evaluator.array(statement.name).keys()]) {
          evaluator.set(statement.variable, key);
          if (!(await this.loopBody(statement.body))) return;
        }
        return;
      case "block":
        for (const one of statement.body) await this.execute(one);
        return;
      case "next":
        throw new Next();
      case "break":
      case "continue":
        throw new LoopEnd(statement.kind === "continue");
      case "exit":
        if (statement.value) this.status = evaluator.number(statement.value) & 255;
        throw new Exit();
      case "delete":
        if (statement.index) evaluator.array(statement.name).delete(evaluator.text(statement.index));
        else evaluator.array(statement.name).clear();
    }
  }

  private async loopBody(body: Statement): Promise<boolean> {
    try {
      await this.execute(body);
      return true;
    } catch (error) {
      if (!(error instanceof LoopEnd)) throw error;
      return error.again;
    }
  }
}

async function awk(process: Process): Promise<number> {
  const options = readOptions(process.arguments, "F:v:f:");
  const [source, ...names] = options.operands;
  if (source === undefined) throw new UsageError("usage: awk [-F fs] [-v var=value] 'program' [file ...]");
  const rules = parseAwk(source);
  const run = new Run(process);
  const separator = options.value("F");
  if (separator !== null) run.evaluator.set("FS", separator === "t" ? "\t" : unescapeWords(separator).text);
  for (const given of options.values("v")) {
    const cut = given.indexOf("=");
    run.evaluator.set(given.slice(0, cut), unescapeWords(given.slice(cut + 1)).text);
  }
  const section = async (when: "BEGIN" | "END") => {
    for (const rule of rules) if (rule.when === when) await run.rule(rule);
  };
  let unreadable = 0;
  try {
    try {
      await section("BEGIN");
      if (rules.some((rule) => rule.when !== "BEGIN")) {
        unreadable = await eachInput(process, names, async (input, name) => {
          run.evaluator.set("FILENAME", name === "-" ? "" : name);
          run.evaluator.set("FNR", 0);
          for await (const line of linesOf(input)) {
            run.evaluator.record(line);
            try {
              for (const rule of rules) if (typeof rule.when !== "string") await run.rule(rule);
            } catch (error) {
              if (!(error instanceof Next)) throw error;
            }
          }
        });
      }
    } catch (error) {
      if (!(error instanceof Exit)) throw error;
    }
    await section("END");
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
  }
  await run.flush();
  return run.status || (unreadable > 0 ? 2 : 0);
}

const program = withUsage(awk);
export const awkPrograms: ProgramTable = { awk: program, mawk: program };
