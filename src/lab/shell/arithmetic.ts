/** What an arithmetic expression reads and sets. */
export interface ArithmeticVariables {
  get(name: string): string;
  set(name: string, value: string): void;
}

export class ArithmeticError extends Error {}

interface Operator {
  rank: number;
  apply(left: bigint, right: bigint): bigint;
}

const binary = new Map(
  Object.entries<Operator>({
    "||": { rank: 1, apply: (left, right) => truth(left !== 0n || right !== 0n) },
    "&&": { rank: 2, apply: (left, right) => truth(left !== 0n && right !== 0n) },
    "|": { rank: 3, apply: (left, right) => left | right },
    "^": { rank: 4, apply: (left, right) => left ^ right },
    "&": { rank: 5, apply: (left, right) => left & right },
    "==": { rank: 6, apply: (left, right) => truth(left === right) },
    "!=": { rank: 6, apply: (left, right) => truth(left !== right) },
    "<=": { rank: 7, apply: (left, right) => truth(left <= right) },
    ">=": { rank: 7, apply: (left, right) => truth(left >= right) },
    "<": { rank: 7, apply: (left, right) => truth(left < right) },
    ">": { rank: 7, apply: (left, right) => truth(left > right) },
    "<<": { rank: 8, apply: (left, right) => left << (right & 63n) },
    ">>": { rank: 8, apply: (left, right) => left >> (right & 63n) },
    "+": { rank: 9, apply: (left, right) => left + right },
    "-": { rank: 9, apply: (left, right) => left - right },
    "*": { rank: 10, apply: (left, right) => left * right },
    "/": { rank: 10, apply: (left, right) => left / nonZero(right) },
    "%": { rank: 10, apply: (left, right) => left % nonZero(right) },
  }),
);
const token =
  /\s*(0[xX][0-9A-Fa-f]+|\d+|[A-Za-z_]\w*|<<=|>>=|[-+*/%&|^]=|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%<>=!~&|^?:()])\s*/y;

/**
 * Works out an arithmetic expansion in 64-bit integers (POSIX.1-2024, 2.6.4). Throws ArithmeticError when the
 * words are no expression or divide by zero.
 */
export function evaluateArithmetic(expression: string, variables: ArithmeticVariables): bigint {
  const tokens = tokenize(expression);
  let position = 0;
  const peek = () => tokens[position];
  const take = () => tokens[position++];
  const wrap = (value: bigint) => BigInt.asIntN(64, value);

  const valueIn = (name: string): bigint => {
    const words = variables.get(name).trim();
    return words === "" ? 0n : number(words);
  };

  const primary = (): bigint => {
    const next = take();
    if (next === undefined) throw new ArithmeticError("arithmetic expression: expecting primary");
    if (next === "(") {
      const value = assignment();
      if (take() !== ")") throw new ArithmeticError("arithmetic expression: expecting ')'");
      return value;
    }
    if (next === "-") return wrap(-primary());
    if (next === "+") return primary();
    if (next === "!") return truth(primary() === 0n);
    if (next === "~") return ~primary();
    if (/^[A-Za-z_]/.test(next)) return valueIn(next);
    return number(next);
  };

  const climb = (lowest: number): bigint => {
    let left = primary();
    for (;;) {
      const operator = binary.get(peek() ?? "");
      if (!operator || operator.rank < lowest) return left;
      position += 1;
      left = wrap(operator.apply(left, climb(operator.rank + 1)));
    }
  };

  const conditional = (): bigint => {
    const condition = climb(1);
    if (peek() !== "?") return condition;
    position += 1;
    const yes = assignment();
    if (take() !== ":") throw new ArithmeticError("arithmetic expression: expecting ':'");
    const no = conditional();
    return condition !== 0n ? yes : no;
  };

  const assignment = (): bigint => {
    const name = peek() ?? "";
    const operator = tokens[position + 1] ?? "";
    if (!/^[A-Za-z_]/.test(name) || !/^(=|<<=|>>=|[-+*/%&|^]=)$/.test(operator)) return conditional();
    position += 2;
    const right = assignment();
    const compound = binary.get(operator.slice(0, -1));
    const value = wrap(compound ? compound.apply(valueIn(name), right) : right);
    variables.set(name, String(value));
    return value;
  };

  if (tokens.length === 0) return 0n;
  const value = assignment();
  if (position < tokens.length) {
    throw new ArithmeticError(`arithmetic expression: expecting EOF: "${expression.slice(0, 60)}"`);
  }
  return value;
}

function tokenize(expression: string): string[] {
  const tokens: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < expression.length) {
    const from = token.lastIndex;
    const match = token.exec(expression);
    if (!match?.[1]) {
      if (expression.slice(from).trim() === "") break;
      throw new ArithmeticError(`arithmetic expression: syntax error: "${expression.slice(0, 60)}"`);
    }
    tokens.push(match[1]);
    if (tokens.length > 500) throw new ArithmeticError("arithmetic expression: too long");
  }
  return tokens;
}

function number(words: string): bigint {
  if (!/^[-+]?(0[xX][0-9A-Fa-f]+|\d+)$/.test(words)) {
    throw new ArithmeticError(`Illegal number: ${words.slice(0, 60)}`);
  }
  const negative = words.startsWith("-");
  const digits = words.replace(/^[-+]/, "");
  const octal = /^0[0-7]+$/.test(digits);
  const value = BigInt(octal ? `0o${digits.slice(1)}` : digits);
  return BigInt.asIntN(64, negative ? -value : value);
}

function nonZero(value: bigint): bigint {
  if (value === 0n) throw new ArithmeticError("division by zero");
  return value;
}

function truth(value: boolean): bigint {
  return value ? 1n : 0n;
}
