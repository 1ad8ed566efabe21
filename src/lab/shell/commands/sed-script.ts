import { UsageError } from "./options.ts";
import { regularExpression } from "./regular-expression.ts";

export type SedAddress = { line: number } | { last: true } | { expression: RegExp };

export interface SedCommand {
  from: SedAddress | null;
  to: SedAddress | null;
  negated: boolean;
  action:
    | { kind: "p" | "d" | "q" | "=" | "n" | "N" | "D" | "P" | "g" | "G" | "h" | "H" | "x" | "{" | "}" }
    | { kind: "s"; expression: RegExp; replacement: string; print: boolean; nth: number; global: boolean }
    | { kind: "y"; from: string; to: string }
    | { kind: "a" | "i" | "c"; text: string };
}

/** Parses a script of sed(1): addresses, `s`, `y`, `p`, `d`, `q`, `a`, `i`, `c`, blocks. Throws UsageError. */
export function parseSed(script: string, extended: boolean): SedCommand[] {
  const commands: SedCommand[] = [];
  let position = 0;
  let open = 0;
  const peek = () => script[position] ?? "";
  const blanks = (more = "") => {
    while (peek() !== "" && ` \t${more}`.includes(peek())) position += 1;
  };
  const fail = (reason: string): never => {
    throw new UsageError(`-e expression #1, char ${position}: ${reason}`);
  };

  const until = (delimiter: string): string => {
    let words = "";
    let inBracket = false;
    for (; peek() !== "" && (inBracket || peek() !== delimiter); position += 1) {
      if (peek() === "\\" && script[position + 1] !== undefined) {
        position += 1;
        words += peek() === delimiter ? delimiter : `\\${peek()}`;
        continue;
      }
      if (peek() === "[") inBracket = script.indexOf("]", position + 2) !== -1;
      else if (peek() === "]") inBracket = false;
      words += peek();
    }
    if (peek() !== delimiter) fail("unterminated command");
    position += 1;
    return words;
  };

  const address = (): SedAddress | null => {
    const number = /^\d+/.exec(script.slice(position, position + 12));
    if (number) {
      position += number[0].length;
      return { line: Number(number[0]) };
    }
    if (peek() === "$") {
      position += 1;
      return { last: true };
    }
    if (peek() !== "/" && peek() !== "\\") return null;
    if (peek() === "\\") position += 1;
    const delimiter = peek();
    position += 1;
    const expression = until(delimiter);
    const flags = peek() === "I" ? "i" : "";
    position += flags.length;
    return { expression: regularExpression(expression, extended, flags) };
  };

  const substitute = (): SedCommand["action"] => {
    const delimiter = peek();
    position += 1;
    const expression = until(delimiter);
    const replacement = until(delimiter);
    const flags = /^[gpiI\d]*/.exec(script.slice(position, position + 20))?.[0] ?? "";
    position += flags.length;
    return {
      kind: "s",
      expression: regularExpression(expression, extended, /[iI]/.test(flags) ? "gi" : "g"),
      replacement,
      print: flags.includes("p"),
      global: flags.includes("g"),
      nth: Number(/\d+/.exec(flags)?.[0] ?? 1),
    };
  };

  const action = (letter: string): SedCommand["action"] => {
    if (letter === "s") return substitute();
    if (letter === "y") {
      const delimiter = peek();
      position += 1;
      return { kind: "y", from: until(delimiter), to: until(delimiter) };
    }
    if (letter === "a" || letter === "i" || letter === "c") {
      const written = /^[ \t]*(?:\\[ \t]*\n?[ \t]*)?((?:\\.|[^\\\n])*)/s.exec(script.slice(position));
      position += written?.[0].length ?? 0;
      const text = (written?.[1] ?? "").replace(/\\(.)/gs, "$1");
      return { kind: letter, text };
    }
    if (letter === "{") open += 1;
    if (letter === "}") open -= 1;
    const simple = ["p", "d", "q", "=", "n", "N", "D", "P", "g", "G", "h", "H", "x", "{", "}"] as const;
    const kind = simple.find((one) => one === letter);
    return kind ? { kind } : fail(`unknown command: '${letter}'`);
  };

  for (blanks(";\n"); peek() !== ""; blanks(";\n")) {
    if (peek() === "#") {
      while (peek() !== "" && peek() !== "\n") position += 1;
      continue;
    }
    const from = address();
    let to: SedAddress | null = null;
    blanks();
    if (from && peek() === ",") {
      position += 1;
      blanks();
      to = address();
      if (!to) fail("unexpected ','");
    }
    blanks();
    const negated = peek() === "!";
    if (negated) position += 1;
    blanks();
    const letter = peek();
    if (letter === "") fail("missing command");
    position += 1;
    commands.push({ from, to, negated, action: action(letter) });
    blanks();
    if (peek() !== "" && !";\n}".includes(peek()) && letter !== "{") fail("extra characters after command");
  }
  if (open !== 0) fail("unmatched '{'");
  return commands;
}
