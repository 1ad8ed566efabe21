import type { Process, ProgramTable } from "../process.ts";
import { UsageError, withUsage } from "./options.ts";
import { regularExpression } from "./regular-expression.ts";

const ranks = new Map(
  Object.entries({
    "|": 1,
    "&": 2,
    "=": 3,
    "!=": 3,
    "<": 3,
    "<=": 3,
    ">": 3,
    ">=": 3,
    "+": 4,
    "-": 4,
    "*": 5,
    "/": 5,
    "%": 5,
    ":": 6,
  }),
);
const isNumber = (words: string) => /^-?\d{1,18}$/.test(words);

function apply(left: string, operator: string, right: string): string {
  if (operator === "|") return left !== "" && left !== "0" ? left : right || "0";
  if (operator === "&") return left !== "" && left !== "0" && right !== "" && right !== "0" ? left : "0";
  if (operator === ":") {
    const match = regularExpression(`^\\(${right}\\)`, false, "").exec(left);
    const grouped = right.includes("\\(");
    return grouped ? (match?.[2] ?? "") : String(match?.[0].length ?? 0);
  }
  if (ranks.get(operator) === 3) {
    const [first, second] = isNumber(left) && isNumber(right) ? [Number(left), Number(right)] : [left, right];
    const order = first < second ? -1 : first > second ? 1 : 0;
    const holds =
      {
        "=": order === 0,
        "!=": order !== 0,
        "<": order < 0,
        "<=": order <= 0,
        ">": order > 0,
        ">=": order >= 0,
      }[operator] ?? false;
    return holds ? "1" : "0";
  }
  if (!isNumber(left) || !isNumber(right)) throw new UsageError("non-integer argument");
  const [first, second] = [BigInt(left), BigInt(right)];
  if (operator === "+") return String(first + second);
  if (operator === "-") return String(first - second);
  if (operator === "*") return String(first * second);
  if (second === 0n) throw new UsageError("division by zero");
  return String(operator === "/" ? first / second : first % second);
}

/** Works out the words of expr(1). */
async function expr(process: Process): Promise<number> {
  const words = process.arguments;
  let position = 0;
  const primary = (): string => {
    const word = words[position];
    position += 1;
    if (word === undefined) throw new UsageError("syntax error: missing argument");
    if (word === "length") return String((words[position++] ?? "").length);
    if (word !== "(") return word;
    const value = climb(1);
    if (words[position++] !== ")") throw new UsageError("syntax error: expecting ')'");
    return value;
  };
  const climb = (lowest: number): string => {
    let left = primary();
    for (;;) {
      const operator = words[position] ?? "";
      const rank = ranks.get(operator);
      if (rank === undefined || rank < lowest) return left;
      position += 1;
      left = apply(left, operator, climb(rank + 1));
    }
  };
  const value = climb(1);
  if (position < words.length) throw new UsageError("syntax error: unexpected argument");
  await process.print(`${value}\n`);
  return value === "" || value === "0" ? 1 : 0;
}

export const exprPrograms: ProgramTable = { expr: withUsage(expr) };
