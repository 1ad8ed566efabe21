import { type List, type ParameterOperator, type Part, ShellSyntaxError, type Word } from "./syntax.ts";

type Nested = (source: string, from: number) => { body: List; position: number };

const nameStart = /[A-Za-z_]/;
const special = "@*#?-$!0123456789";
const parameterOperators: ParameterOperator[] = [
  ":-",
  ":=",
  ":?",
  ":+",
  "%%",
  "##",
  "-",
  "=",
  "?",
  "+",
  "%",
  "#",
];

/** Reads words with their quotes and expansions (POSIX.1-2024, 2.2 and 2.6), one character at a time. */
export class WordReader {
  position: number;
  private readonly source: string;
  private readonly nested: Nested;

  constructor(source: string, position: number, nested: Nested) {
    this.source = source;
    this.position = position;
    this.nested = nested;
  }

  atEnd(): boolean {
    return this.position >= this.source.length;
  }

  peek(): string {
    return this.source[this.position] ?? "";
  }

  rest(length: number): string {
    return this.source.slice(this.position, this.position + length);
  }

  take(length: number): void {
    this.position += length;
  }

  /** A reader over other text, in the same language. */
  inside(source: string): WordReader {
    return new WordReader(source, 0, this.nested);
  }

  /** Takes the rest of the line and its end. */
  line(): string {
    const end = this.source.indexOf("\n", this.position);
    const line = this.source.slice(this.position, end === -1 ? undefined : end);
    this.position = end === -1 ? this.source.length : end + 1;
    return line;
  }

  /** Skips blanks, continued lines and comments. */
  skipBlanks(): void {
    for (;;) {
      if (this.peek() === " " || this.peek() === "\t" || this.peek() === "\r") this.take(1);
      else if (this.rest(2) === "\\\n") this.take(2);
      else if (this.peek() === "#") while (!this.atEnd() && this.peek() !== "\n") this.take(1);
      else return;
    }
  }

  /** A word up to a blank or an operator, or to one of `ends` (inside `${…}`). */
  word(ends: string | null = null): Word {
    const parts: Part[] = [];
    let plain = "";
    const flush = () => {
      if (plain !== "") parts.push({ kind: "literal", text: plain, quoted: false });
      plain = "";
    };
    while (!this.atEnd()) {
      const character = this.peek();
      if (ends === null ? /[ \t\r\n;&|()<>]/.test(character) : ends.includes(character)) break;
      if (character === "\\") {
        const escaped = this.rest(2).slice(1);
        this.take(2);
        if (escaped === "\n") continue;
        flush();
        parts.push({ kind: "literal", text: escaped === "" ? "\\" : escaped, quoted: true });
      } else if (character === "'") {
        flush();
        parts.push(this.singleQuoted());
      } else if (character === '"') {
        this.take(1);
        flush();
        parts.push(...this.quotedParts('"'));
      } else if (character === "$" || character === "`") {
        const part = this.expansion(false);
        if (part === null) plain += "$";
        else {
          flush();
          parts.push(part);
        }
      } else {
        plain += character;
        this.take(1);
      }
    }
    flush();
    return { parts };
  }

  /** Parts as between double quotes, up to `end`; null reads to the end of the text (a here-document). */
  quotedParts(end: string | null): Part[] {
    const parts: Part[] = [];
    let plain = "";
    const flush = () => {
      if (plain !== "") parts.push({ kind: "literal", text: plain, quoted: true });
      plain = "";
    };
    for (;;) {
      if (this.atEnd()) {
        if (end === null) break;
        throw new ShellSyntaxError("unterminated quoted string", true);
      }
      const character = this.peek();
      if (character === end) {
        this.take(1);
        break;
      }
      if (character === "\\") {
        const escaped = this.rest(2).slice(1);
        this.take(2);
        if (escaped === "\n") continue;
        const escapable = end === null ? "$`\\" : '$`"\\}';
        plain += escapable.includes(escaped) && escaped !== "" ? escaped : `\\${escaped}`;
      } else if (character === "$" || character === "`") {
        const part = this.expansion(true);
        if (part === null) plain += "$";
        else {
          flush();
          parts.push(part);
        }
      } else {
        plain += character;
        this.take(1);
      }
    }
    flush();
    return parts.length > 0 ? parts : [{ kind: "literal", text: "", quoted: true }];
  }

  private singleQuoted(): Part {
    const end = this.source.indexOf("'", this.position + 1);
    if (end === -1) throw new ShellSyntaxError("unterminated quoted string", true);
    const words = this.source.slice(this.position + 1, end);
    this.position = end + 1;
    return { kind: "literal", text: words, quoted: true };
  }

  /** What a `$` or a back-quote starts; null when it is only a dollar sign. */
  private expansion(quoted: boolean): Part | null {
    if (this.peek() === "`") return this.backQuoted(quoted);
    this.take(1);
    if (this.rest(2) === "((") {
      const arithmetic = this.arithmetic(quoted);
      if (arithmetic) return arithmetic;
    }
    const character = this.peek();
    if (character === "(") {
      const { body, position } = this.nested(this.source, this.position + 1);
      this.position = position;
      if (this.source[position - 1] !== ")") throw new ShellSyntaxError("missing )", true);
      return { kind: "command", body, quoted };
    }
    if (character === "{") {
      this.take(1);
      return this.braced(quoted);
    }
    const name = this.name();
    return name === "" ? null : { kind: "parameter", name, operator: null, word: null, quoted };
  }

  private name(many = false): string {
    if (nameStart.test(this.peek())) {
      const start = this.position;
      while (/\w/.test(this.peek()) && !this.atEnd()) this.take(1);
      return this.source.slice(start, this.position);
    }
    if (this.atEnd() || !special.includes(this.peek())) return "";
    const start = this.position;
    this.take(1);
    if (many && /\d/.test(this.source[start] ?? "")) while (/\d/.test(this.peek())) this.take(1);
    return this.source.slice(start, this.position);
  }

  private braced(quoted: boolean): Part {
    if (this.peek() === "#" && this.rest(2) !== "#}") {
      this.take(1);
      const name = this.name(true);
      this.closeBrace();
      return { kind: "parameter", name, operator: "length", word: null, quoted };
    }
    const name = this.name(true);
    if (name === "") throw new ShellSyntaxError("Bad substitution", this.atEnd());
    const operator = parameterOperators.find((text) => this.rest(2).startsWith(text)) ?? null;
    if (operator === null) {
      this.closeBrace();
      return { kind: "parameter", name, operator: null, word: null, quoted };
    }
    this.take(operator.length);
    const word = this.word("}");
    this.closeBrace();
    const pattern = "%#".includes(operator[0] ?? " ");
    return { kind: "parameter", name, operator, word: quoted && !pattern ? asQuoted(word) : word, quoted };
  }

  private closeBrace(): void {
    if (this.peek() !== "}") throw new ShellSyntaxError("Bad substitution", this.atEnd());
    this.take(1);
  }

  private arithmetic(quoted: boolean): Part | null {
    let depth = 0;
    for (let index = this.position; index < this.source.length; index += 1) {
      if (this.source[index] === "(") depth += 1;
      if (this.source[index] === ")") depth -= 1;
      if (depth !== 0) continue;
      if (this.source[index - 1] !== ")") return null;
      const expression = this.source.slice(this.position + 2, index - 1);
      this.position = index + 1;
      return { kind: "arithmetic", expression: { parts: this.inside(expression).quotedParts(null) }, quoted };
    }
    throw new ShellSyntaxError("missing ))", true);
  }

  private backQuoted(quoted: boolean): Part {
    let words = "";
    this.take(1);
    while (this.peek() !== "`") {
      if (this.atEnd()) throw new ShellSyntaxError("unterminated back-quote", true);
      if (this.peek() === "\\" && "$`\\".includes(this.rest(2).slice(1) || " ")) this.take(1);
      words += this.peek();
      this.take(1);
    }
    this.take(1);
    return { kind: "command", body: this.nested(`${words}\n)`, 0).body, quoted };
  }
}

/** The default in `"${x:-a b}"` is one field, as the quotes around it ask. */
function asQuoted(word: Word): Word {
  return { parts: word.parts.map((part) => ({ ...part, quoted: true })) };
}
