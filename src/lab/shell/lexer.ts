import { type List, type Part, type Redirection, ShellSyntaxError, type Word } from "./syntax.ts";
import { WordReader } from "./word-reader.ts";

export type Token =
  | { kind: "word"; word: Word; plain: string | null }
  | { kind: "operator"; text: string }
  | { kind: "redirection"; descriptor: number | null; operator: Redirection["operator"] | "<<-" }
  | { kind: "end" };

const operators = ["&&", "||", ";;", "&", "|", ";", "(", ")", "\n"];
const redirections = ["<<-", "<<", ">>", ">|", "<&", ">&", "<>", "<", ">"] as const;

/** Cuts a script into tokens (POSIX.1-2024, 2.3); here-documents are read when their line ends. */
export class Lexer {
  private readonly reader: WordReader;
  private held: Token | null = null;
  private readonly awaited: { redirection: Redirection; delimiter: string; raw: boolean; strip: boolean }[] =
    [];

  constructor(source: string, parseNested: (lexer: Lexer) => List, position = 0) {
    this.reader = new WordReader(source, position, (text, from) => {
      const nested = new Lexer(text, parseNested, from);
      const body = parseNested(nested);
      return { body, position: nested.reader.position };
    });
  }

  /** The next token without taking it. */
  peek(): Token {
    this.held ??= this.read();
    return this.held;
  }

  next(): Token {
    const token = this.peek();
    this.held = null;
    return token;
  }

  /** Takes the next token when it is this operator. */
  accept(operator: string): boolean {
    const token = this.peek();
    if (token.kind !== "operator" || token.text !== operator) return false;
    this.held = null;
    return true;
  }

  /** Asks for the body of a here-document, which starts after the end of this line. */
  awaitDocument(redirection: Redirection, delimiter: Word, strip: boolean): void {
    const raw = delimiter.parts.some((part) => part.kind !== "literal" || part.quoted);
    const words = delimiter.parts.map((part) => (part.kind === "literal" ? part.text : "")).join("");
    this.awaited.push({ redirection, delimiter: words, raw, strip });
  }

  private read(): Token {
    const { reader } = this;
    reader.skipBlanks();
    if (reader.atEnd()) {
      if (this.awaited.length > 0) throw new ShellSyntaxError("here-document is not ended", true);
      return { kind: "end" };
    }
    if (reader.peek() === "\n") {
      reader.take(1);
      for (const entry of this.awaited.splice(0)) {
        entry.redirection.target = { parts: this.document(entry) };
      }
      return { kind: "operator", text: "\n" };
    }
    const number = /^\d+(?=[<>])/.exec(reader.rest(12))?.[0] ?? "";
    const redirection = redirections.find((text) => reader.rest(number.length + 3).startsWith(number + text));
    if (redirection) {
      reader.take(number.length + redirection.length);
      return {
        kind: "redirection",
        descriptor: number === "" ? null : Number(number),
        operator: redirection,
      };
    }
    const operator = operators.find((text) => reader.rest(2).startsWith(text));
    if (operator) {
      reader.take(operator.length);
      return { kind: "operator", text: operator };
    }
    const word = reader.word();
    const [only] = word.parts;
    const plain = word.parts.length === 1 && only?.kind === "literal" && !only.quoted ? only.text : null;
    return { kind: "word", word, plain };
  }

  private document(entry: { delimiter: string; raw: boolean; strip: boolean }): Part[] {
    const lines: string[] = [];
    for (;;) {
      if (this.reader.atEnd()) throw new ShellSyntaxError("here-document is not ended", true);
      const line = this.reader.line();
      const shown = entry.strip ? line.replace(/^\t+/, "") : line;
      if (shown === entry.delimiter) break;
      lines.push(`${shown}\n`);
    }
    const body = lines.join("");
    if (entry.raw) return [{ kind: "literal", text: body, quoted: true }];
    return this.reader.inside(body).quotedParts(null);
  }
}
