import { UsageError } from "../options.ts";
import { regularExpression } from "../regular-expression.ts";
import { unescapeWords } from "../words.ts";
import type { Expression, Rule, Statement, Target } from "./syntax.ts";

type Token = {
  kind: "number" | "string" | "expression" | "name" | "call" | "operator" | "end";
  text: string;
};

const operators = /^(\+=|-=|\*=|\/=|%=|\^=|\+\+|--|==|!=|<=|>=|&&|\|\||!~|[-+*/%^<>=!~?:,;(){}[\]$\n])/;

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let rest = source;
  const take = (kind: Token["kind"], whole: string, text = whole) => {
    tokens.push({ kind, text });
    rest = rest.slice(whole.length);
  };
  while (rest !== "") {
    const blank = /^([ \t\r]|\\\n)+|^#[^\n]*/.exec(rest);
    if (blank) {
      rest = rest.slice(blank[0].length);
      continue;
    }
    const last = tokens.at(-1);
    const valueBefore =
      last !== undefined &&
      (["number", "string", "name"].includes(last.kind) || [")", "]", "$"].includes(last.text));
    const expression = valueBefore ? null : /^\/((?:\\.|\[(?:\\.|[^\]])*\]|[^/\\\n])*)\//.exec(rest);
    const text = /^"((?:\\.|[^"\\])*)"/s.exec(rest);
    const number = /^(\d+\.?\d*([eE][-+]?\d+)?|\.\d+)/.exec(rest);
    const name = /^[A-Za-z_]\w*/.exec(rest);
    const operator = operators.exec(rest);
    if (expression) take("expression", expression[0], expression[1]);
    else if (text) take("string", text[0], unescapeWords((text[1] ?? "").replace(/\\([/"])/g, "$1")).text);
    else if (number) take("number", number[0]);
    else if (name) take(rest[name[0].length] === "(" ? "call" : "name", name[0]);
    else if (operator) take("operator", operator[0]);
    else throw new UsageError(`syntax error at ${rest.slice(0, 20)}`);
    if (tokens.length > 20_000) throw new UsageError("program too long");
  }
  return tokens;
}

const levels: readonly (readonly string[])[] = [
  ["||"],
  ["&&"],
  ["in"],
  ["~", "!~"],
  ["<", "<=", "==", "!=", ">", ">="],
];

/** Parses an awk program; throws UsageError. */
export function parseAwk(source: string): Rule[] {
  const tokens = tokenize(source);
  let position = 0;
  let depth = 0;
  const end: Token = { kind: "end", text: "" };
  const peek = (ahead = 0) => tokens[position + ahead] ?? end;
  const is = (text: string) =>
    peek().text === text && (peek().kind === "operator" || peek().kind === "name" || peek().kind === "call");
  const accept = (text: string) => {
    if (!is(text)) return false;
    position += 1;
    return true;
  };
  const fail = (): never => {
    throw new UsageError(`syntax error near ${peek().text || "end of program"}`);
  };
  const need = (text: string) => {
    if (!accept(text)) fail();
  };
  const lines = () => {
    while (accept("\n") || accept(";"));
  };
  const blankLines = () => {
    while (accept("\n"));
  };

  const isTarget = (value: Expression): value is Target =>
    value.kind === "variable" || value.kind === "field" || value.kind === "element";

  const expression = (): Expression => {
    depth += 1;
    if (depth > 200) fail();
    const left = ternary();
    depth -= 1;
    const operator = peek().text;
    if (peek().kind !== "operator" || !/^(=|[-+*/%^]=)$/.test(operator) || !isTarget(left)) return left;
    position += 1;
    return { kind: "assign", target: left, operator, value: expression() };
  };

  const ternary = (): Expression => {
    const condition = level(0);
    if (!accept("?")) return condition;
    const yes = expression();
    need(":");
    return { kind: "conditional", condition, yes, no: expression() };
  };

  const level = (index: number): Expression => {
    const names = levels[index];
    if (!names) return concatenation();
    let left = level(index + 1);
    for (;;) {
      const operator = names.find((name) => is(name));
      if (operator === undefined) return left;
      position += 1;
      blankLines();
      if (operator === "in") {
        left = { kind: "in", name: peek().text, index: left };
        position += 1;
      } else if (operator === "~" || operator === "!~") {
        left = { kind: "match", negated: operator === "!~", left, right: level(index + 1) };
      } else left = { kind: "binary", operator, left, right: level(index + 1) };
    }
  };

  const startsValue = () =>
    ["number", "string", "call"].includes(peek().kind) ||
    (peek().kind === "name" && !is("in")) ||
    is("$") ||
    is("(") ||
    is("!") ||
    is("-");

  const concatenation = (): Expression => {
    let left = additive();
    while (startsValue() && !is("-")) left = { kind: "binary", operator: " ", left, right: additive() };
    return left;
  };
  const chain = (names: readonly string[], next: () => Expression) => (): Expression => {
    let left = next();
    for (;;) {
      const operator = names.find((name) => is(name));
      if (operator === undefined) return left;
      position += 1;
      left = { kind: "binary", operator, left, right: next() };
    }
  };
  const unary = (): Expression => {
    for (const operator of ["!", "-", "+"] as const) {
      if (accept(operator)) return { kind: "unary", operator, value: unary() };
    }
    const left = postfix();
    return accept("^") ? { kind: "binary", operator: "^", left, right: unary() } : left;
  };
  const multiplicative = chain(["*", "/", "%"], unary);
  const additive = chain(["+", "-"], multiplicative);

  const postfix = (): Expression => {
    for (const [sign, by] of [
      ["++", 1],
      ["--", -1],
    ] as const) {
      if (!accept(sign)) continue;
      const target = primary();
      return isTarget(target) ? { kind: "step", target, by, prefix: true } : fail();
    }
    const value = primary();
    for (const [sign, by] of [
      ["++", 1],
      ["--", -1],
    ] as const) {
      if (isTarget(value) && accept(sign)) return { kind: "step", target: value, by, prefix: false };
    }
    return value;
  };

  const primary = (): Expression => {
    const token = peek();
    position += 1;
    if (token.kind === "number") return { kind: "number", value: Number(token.text) };
    if (token.kind === "string") return { kind: "string", value: token.text };
    if (token.kind === "expression")
      return { kind: "expression", value: regularExpression(token.text, true, "") };
    if (token.text === "$") return { kind: "field", index: is("(") ? primary() : postfixless() };
    if (token.text === "(") {
      const value = expression();
      need(")");
      return value;
    }
    if (token.kind === "call") return { kind: "call", name: token.text, values: list("(", ")") };
    if (token.kind !== "name") {
      position -= 1;
      return fail();
    }
    if (is("[")) {
      const [index = { kind: "string", value: "" }, ...more] = list("[", "]");
      const joined = more.reduce<Expression>(
        (left, right) => ({
          kind: "binary",
          operator: " ",
          left: { kind: "binary", operator: " ", left, right: { kind: "string", value: "\u001c" } },
          right,
        }),
        index,
      );
      return { kind: "element", name: token.text, index: joined };
    }
    if (token.text === "length") return { kind: "call", name: "length", values: [] };
    return { kind: "variable", name: token.text };
  };
  const postfixless = (): Expression => (is("-") ? unary() : primary());

  const list = (open: string, close: string): Expression[] => {
    need(open);
    const values: Expression[] = [];
    while (!is(close)) {
      values.push(expression());
      if (!accept(",")) break;
      blankLines();
    }
    need(close);
    return values;
  };

  const simple = (): Statement => {
    for (const kind of ["print", "printf"] as const) {
      if (!accept(kind)) continue;
      const values: Expression[] = [];
      if (!is(";") && !is("\n") && !is("}") && peek().kind !== "end") {
        do values.push(expression());
        while (accept(","));
      }
      return { kind, values };
    }
    if (accept("delete")) {
      const name = peek().text;
      position += 1;
      return { kind: "delete", name, index: is("[") ? (list("[", "]")[0] ?? null) : null };
    }
    return { kind: "expression", value: expression() };
  };

  const statement = (): Statement => {
    depth += 1;
    if (depth > 200) fail();
    const made = compound();
    depth -= 1;
    return made;
  };
  const compound = (): Statement => {
    blankLines();
    if (accept("{")) return block();
    if (accept(";")) return { kind: "block", body: [] };
    if (accept("if")) {
      need("(");
      const condition = expression();
      need(")");
      const yes = statement();
      const before = position;
      lines();
      if (accept("else")) return { kind: "if", condition, yes, no: statement() };
      position = before;
      return { kind: "if", condition, yes, no: null };
    }
    if (accept("while")) {
      need("(");
      const condition = expression();
      need(")");
      return { kind: "while", condition, body: statement(), step: null };
    }
    if (accept("for")) return forLoop();
    for (const kind of ["next", "break", "continue"] as const) if (accept(kind)) return { kind };
    if (accept("exit")) {
      return { kind: "exit", value: startsValue() ? expression() : null };
    }
    return simple();
  };
  const forLoop = (): Statement => {
    need("(");
    if (peek().kind === "name" && peek(1).text === "in" && peek(3).text === ")") {
      const [variable, name] = [peek().text, peek(2).text];
      position += 4;
      return { kind: "forIn", variable, name, body: statement() };
    }
    const first = is(";") ? null : simple();
    need(";");
    const condition: Expression = is(";") ? { kind: "number", value: 1 } : expression();
    need(";");
    const step = is(")") ? null : simple();
    need(")");
    const loop: Statement = { kind: "while", condition, body: statement(), step };
    return { kind: "block", body: first ? [first, loop] : [loop] };
  };
  const block = (): Statement => {
    const body: Statement[] = [];
    for (lines(); !accept("}"); lines()) {
      if (peek().kind === "end") fail();
      body.push(statement());
      if (
        !is(";") &&
        !is("\n") &&
        !is("}") &&
        tokens[position - 1]?.text !== "}" &&
        tokens[position - 1]?.text !== ";"
      ) {
        fail();
      }
    }
    return { kind: "block", body };
  };

  const rules: Rule[] = [];
  for (lines(); peek().kind !== "end"; lines()) {
    let when: Rule["when"] = { from: null, to: null };
    if (accept("BEGIN")) when = "BEGIN";
    else if (accept("END")) when = "END";
    else if (!is("{")) {
      const from = expression();
      when = { from, to: accept(",") ? expression() : null };
    }
    rules.push({ when, body: accept("{") ? block() : null });
  }
  return rules;
}
