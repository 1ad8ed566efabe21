import { Lexer } from "./lexer.ts";
import {
  type AndOr,
  type Command,
  type List,
  type Part,
  type Pipeline,
  type Redirection,
  ShellSyntaxError,
} from "./syntax.ts";

const closers = new Set(["then", "else", "elif", "fi", "do", "done", "esac", "}"]);
const nestingLimit = 100;

/**
 * Parses a script (POSIX.1-2024, 2.10). Throws ShellSyntaxError, whose `incomplete` says that the text ended too
 * early rather than being wrong.
 */
export function parseScript(source: string): List {
  try {
    return new Parser(new Lexer(source, (lexer) => new Parser(lexer).nested())).whole();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ShellSyntaxError("expansions are nested too deeply", false);
  }
}

/** Whether a script ends in the middle of a command, so that more lines belong to it. */
export function isUnfinished(source: string): boolean {
  // A line that ends in a backslash goes on in the next one, wherever it stands.
  if (/(?<!\\)(?:\\\\)*\\\n$/.test(source)) return true;
  try {
    parseScript(source);
    return false;
  } catch (error) {
    return error instanceof ShellSyntaxError && error.incomplete;
  }
}

class Parser {
  private readonly lexer: Lexer;
  private depth = 0;

  constructor(lexer: Lexer) {
    this.lexer = lexer;
  }

  whole(): List {
    const list = this.list();
    if (this.lexer.peek().kind !== "end") this.unexpected();
    return list;
  }

  /** A list up to and including the `)` that ends a command substitution. */
  nested(): List {
    const list = this.list();
    this.operator(")");
    return list;
  }

  private list(): List {
    const list: List = [];
    for (;;) {
      this.newlines();
      if (this.atListEnd()) return list;
      const andOr = this.andOr();
      const background = this.lexer.accept("&");
      list.push({ andOr, background });
      if (!background && !this.lexer.accept(";") && !this.lexer.accept("\n")) return list;
    }
  }

  /** A list that must hold something, as the bodies of `if`, loops and groups must. */
  private filled(): List {
    const list = this.list();
    return list.length > 0 ? list : this.unexpected();
  }

  private atListEnd(): boolean {
    const token = this.lexer.peek();
    if (token.kind === "end") return true;
    if (token.kind === "operator") return token.text === ")" || token.text === ";;";
    return token.kind === "word" && token.plain !== null && closers.has(token.plain);
  }

  private andOr(): AndOr {
    const first = this.pipeline();
    const rest: AndOr["rest"] = [];
    for (;;) {
      const operator = this.lexer.accept("&&") ? "&&" : this.lexer.accept("||") ? "||" : null;
      if (operator === null) return { first, rest };
      this.newlines();
      rest.push({ operator, pipeline: this.pipeline() });
    }
  }

  private pipeline(): Pipeline {
    let negated = false;
    while (this.plain() === "!") {
      this.lexer.next();
      negated = !negated;
    }
    const commands = [this.command()];
    while (this.lexer.accept("|")) {
      this.newlines();
      commands.push(this.command());
    }
    return { negated, commands };
  }

  private command(): Command {
    this.depth += 1;
    if (this.depth > nestingLimit) throw new ShellSyntaxError("commands are nested too deeply", false);
    const command = this.compound() ?? this.simple();
    this.depth -= 1;
    if (command.kind !== "simple" && command.kind !== "function") {
      while (this.lexer.peek().kind === "redirection") command.redirections.push(this.redirection());
    }
    return command;
  }

  private compound(): Command | null {
    if (this.lexer.accept("(")) {
      const body = this.filled();
      this.operator(")");
      return { kind: "subshell", body, redirections: [] };
    }
    const word = this.plain();
    if (word === "{") return this.group();
    if (word === "if") return this.conditional();
    if (word === "for") return this.forLoop();
    if (word === "while" || word === "until") return this.whileLoop(word === "until");
    if (word === "case") return this.caseOf();
    return null;
  }

  private group(): Command {
    this.reserved("{");
    const body = this.filled();
    this.reserved("}");
    return { kind: "group", body, redirections: [] };
  }

  private conditional(): Command {
    const branches: { condition: List; body: List }[] = [];
    let otherwise: List | null = null;
    this.reserved("if");
    for (;;) {
      const condition = this.filled();
      this.reserved("then");
      branches.push({ condition, body: this.filled() });
      if (this.plain() !== "elif") break;
      this.lexer.next();
    }
    if (this.plain() === "else") {
      this.lexer.next();
      otherwise = this.filled();
    }
    this.reserved("fi");
    return { kind: "if", branches, otherwise, redirections: [] };
  }

  private forLoop(): Command {
    this.reserved("for");
    const name = this.plain() ?? this.unexpected();
    if (!/^[A-Za-z_]\w*$/.test(name)) this.unexpected();
    this.lexer.next();
    this.newlines();
    let words: Extract<Command, { kind: "for" }>["words"] = null;
    if (this.plain() === "in") {
      this.lexer.next();
      words = [];
      for (;;) {
        const token = this.lexer.peek();
        if (token.kind !== "word") break;
        words.push(token.word);
        this.lexer.next();
      }
    }
    if (!this.lexer.accept(";") && !this.lexer.accept("\n") && words !== null) this.unexpected();
    this.newlines();
    return { kind: "for", name, words, body: this.loopBody(), redirections: [] };
  }

  private whileLoop(until: boolean): Command {
    this.lexer.next();
    const condition = this.filled();
    return { kind: "while", until, condition, body: this.loopBody(), redirections: [] };
  }

  private loopBody(): List {
    this.reserved("do");
    const body = this.filled();
    this.reserved("done");
    return body;
  }

  private caseOf(): Command {
    this.reserved("case");
    const token = this.lexer.next();
    if (token.kind !== "word") return this.unexpected();
    const subject = token.word;
    const items: Extract<Command, { kind: "case" }>["items"] = [];
    this.newlines();
    this.reserved("in");
    this.newlines();
    while (this.plain() !== "esac") {
      this.lexer.accept("(");
      const patterns = [];
      do {
        const pattern = this.lexer.next();
        if (pattern.kind !== "word") return this.unexpected();
        patterns.push(pattern.word);
      } while (this.lexer.accept("|"));
      this.operator(")");
      items.push({ patterns, body: this.list() });
      if (!this.lexer.accept(";;") && this.plain() !== "esac") this.unexpected();
      this.newlines();
    }
    this.reserved("esac");
    return { kind: "case", subject, items, redirections: [] };
  }

  private simple(): Command {
    const command: Extract<Command, { kind: "simple" }> = {
      kind: "simple",
      assignments: [],
      words: [],
      redirections: [],
    };
    for (;;) {
      const token = this.lexer.peek();
      if (token.kind === "redirection") {
        command.redirections.push(this.redirection());
      } else if (token.kind === "word") {
        this.lexer.next();
        const [first] = token.word.parts;
        const assignment =
          command.words.length === 0 && first?.kind === "literal" && !first.quoted
            ? /^([A-Za-z_]\w*)=(.*)$/s.exec(first.text)
            : null;
        if (assignment?.[1] !== undefined) {
          const value: Part[] = assignment[2]
            ? [{ kind: "literal", text: assignment[2], quoted: false }]
            : [];
          command.assignments.push({
            name: assignment[1],
            value: { parts: [...value, ...token.word.parts.slice(1)] },
          });
        } else command.words.push(token.word);
      } else if (
        token.kind === "operator" &&
        token.text === "(" &&
        command.words.length === 1 &&
        command.assignments.length === 0
      ) {
        return this.functionDefinition(command);
      } else break;
    }
    if (command.words.length + command.assignments.length + command.redirections.length === 0) {
      this.unexpected();
    }
    return command;
  }

  private functionDefinition(command: Extract<Command, { kind: "simple" }>): Command {
    const part = command.words[0]?.parts[0];
    if (part?.kind !== "literal" || !/^[A-Za-z_][\w-]*$/.test(part.text)) return this.unexpected();
    this.operator("(");
    this.operator(")");
    this.newlines();
    const body = this.command();
    return { kind: "function", name: part.text, body, redirections: [] };
  }

  private redirection(): Redirection {
    const token = this.lexer.next();
    if (token.kind !== "redirection") return this.unexpected();
    const target = this.lexer.next();
    if (target.kind !== "word") return this.unexpected();
    const { descriptor } = token;
    const operator = token.operator === "<<-" ? "<<" : token.operator;
    const redirection: Redirection = { descriptor, operator, target: target.word };
    if (operator === "<<") this.lexer.awaitDocument(redirection, target.word, token.operator === "<<-");
    return redirection;
  }

  private newlines(): void {
    while (this.lexer.accept("\n"));
  }

  /** The next word when it has no quotes and no expansions, so that it may be a reserved word. */
  private plain(): string | null {
    const token = this.lexer.peek();
    return token.kind === "word" ? token.plain : null;
  }

  private reserved(word: string): void {
    if (this.plain() !== word) this.unexpected();
    this.lexer.next();
  }

  private operator(text: string): void {
    if (!this.lexer.accept(text)) this.unexpected();
  }

  private unexpected(): never {
    const token = this.lexer.peek();
    if (token.kind === "end") throw new ShellSyntaxError("Syntax error: end of file unexpected", true);
    const shown =
      token.kind === "word"
        ? (token.plain ?? "word")
        : token.kind === "operator"
          ? token.text
          : token.operator;
    throw new ShellSyntaxError(
      shown === "\n" ? "Syntax error: newline unexpected" : `Syntax error: "${shown}" unexpected`,
      false,
    );
  }
}
