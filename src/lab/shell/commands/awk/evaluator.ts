import { UsageError } from "../options.ts";
import { regularExpression } from "../regular-expression.ts";
import { formatWords } from "../words.ts";
import type { Expression, Target } from "./syntax.ts";

type Value = string | number;
/** A value that came from the input counts as a number where it looks like one. */
const looksNumeric = /^\s*[-+]?(\d+\.?\d*([eE][-+]?\d+)?|\.\d+)\s*$/;
const sizeLimit = 1024 * 1024;

/** Works out awk's expressions, and keeps its variables, arrays and the current record. */
export class Evaluator {
  private readonly variables = new Map<string, Value>([
    ["FS", " "],
    ["OFS", " "],
    ["ORS", "\n"],
    ["NR", 0],
    ["FNR", 0],
    ["SUBSEP", "\u001c"],
  ]);
  private readonly arrays = new Map<string, Map<string, Value>>();
  private fields: string[] = [""];

  /** Takes the next record. */
  record(line: string): void {
    this.set("NR", Number(this.variables.get("NR")) + 1);
    this.set("FNR", Number(this.variables.get("FNR")) + 1);
    this.fields = [line, ...this.split(line, String(this.variables.get("FS")))];
  }

  field(index: number): string {
    return this.fields[index] ?? "";
  }

  variable(name: string): string {
    return name === "NF" ? String(this.fields.length - 1) : toText(this.variables.get(name) ?? "");
  }

  set(name: string, value: Value): void {
    if (typeof value === "string" && value.length > sizeLimit) throw new UsageError("out of memory");
    if (name === "NF") {
      const count = Math.max(0, Math.min(Number(value) || 0, 10_000));
      this.fields = Array.from({ length: count + 1 }, (_, index) => this.fields[index] ?? "");
      this.joinRecord();
    } else this.variables.set(name, value);
  }

  array(name: string): Map<string, Value> {
    const known = this.arrays.get(name) ?? new Map<string, Value>();
    this.arrays.set(name, known);
    if (known.size > 100_000) throw new UsageError("out of memory");
    return known;
  }

  text(expression: Expression): string {
    return toText(this.value(expression));
  }

  number(expression: Expression): number {
    return toNumber(this.value(expression));
  }

  truth(expression: Expression): boolean {
    const value = this.value(expression);
    if (typeof value === "number") return value !== 0;
    const fromInput =
      expression.kind === "field" || expression.kind === "variable" || expression.kind === "element";
    return fromInput && looksNumeric.test(value) ? Number(value) !== 0 : value !== "";
  }

  format(format: string, values: string[]): string {
    return formatWords(format.replace(/\\/g, "\\\\"), values).text;
  }

  value(expression: Expression): Value {
    switch (expression.kind) {
      case "number":
      case "string":
        return expression.value;
      case "expression":
        return expression.value.test(this.field(0)) ? 1 : 0;
      case "variable":
        return expression.name === "NF"
          ? this.fields.length - 1
          : (this.variables.get(expression.name) ?? "");
      case "field":
        return this.field(this.number(expression.index));
      case "element":
        return this.array(expression.name).get(this.text(expression.index)) ?? "";
      case "in":
        return this.array(expression.name).has(this.text(expression.index)) ? 1 : 0;
      case "assign": {
        const right = this.value(expression.value);
        const operator = expression.operator.slice(0, -1);
        return this.assign(
          expression.target,
          operator === "" ? right : calculate(operator, this.number(expression.target), toNumber(right)),
        );
      }
      case "step": {
        const before = this.number(expression.target);
        this.assign(expression.target, before + expression.by);
        return expression.prefix ? before + expression.by : before;
      }
      case "unary":
        if (expression.operator === "!") return this.truth(expression.value) ? 0 : 1;
        return expression.operator === "-" ? -this.number(expression.value) : this.number(expression.value);
      case "conditional":
        return this.value(this.truth(expression.condition) ? expression.yes : expression.no);
      case "match":
        return this.pattern(expression.right).test(this.text(expression.left)) !== expression.negated ? 1 : 0;
      case "binary":
        return this.binary(expression);
      case "call":
        return this.call(expression.name, expression.values);
    }
  }

  private assign(target: Target, value: Value): Value {
    if (target.kind === "variable") this.set(target.name, value);
    else if (target.kind === "element") this.array(target.name).set(this.text(target.index), value);
    else {
      const index = this.number(target.index);
      if (!(index >= 0 && index <= 10_000)) throw new UsageError(`trying to access field ${index}`);
      if (index === 0) this.fields = [toText(value), ...this.split(toText(value), this.variable("FS"))];
      else {
        while (this.fields.length <= index) this.fields.push("");
        this.fields[index] = toText(value);
        this.joinRecord();
      }
    }
    return value;
  }

  private joinRecord(): void {
    this.fields[0] = this.fields.slice(1).join(this.variable("OFS"));
  }

  private split(line: string, separator: string): string[] {
    if (separator === " ") {
      const trimmed = line.trim();
      return trimmed === "" ? [] : trimmed.split(/\s+/);
    }
    if (line === "") return [];
    return line.split(separator.length === 1 ? separator : regularExpression(separator, true, ""));
  }

  private binary(expression: Extract<Expression, { kind: "binary" }>): Value {
    const { operator, left, right } = expression;
    if (operator === "&&") return this.truth(left) && this.truth(right) ? 1 : 0;
    if (operator === "||") return this.truth(left) || this.truth(right) ? 1 : 0;
    if (operator === " ") {
      const joined = this.text(left) + this.text(right);
      if (joined.length > sizeLimit) throw new UsageError("out of memory");
      return joined;
    }
    if (!/^[<>=!]/.test(operator)) return calculate(operator, this.number(left), this.number(right));
    const [first, second] = [this.value(left), this.value(right)];
    const numeric = [
      [first, left],
      [second, right],
    ].every(
      ([value, from]) =>
        typeof value === "number" ||
        (typeof from === "object" &&
          from.kind !== "string" &&
          from.kind !== "binary" &&
          looksNumeric.test(String(value))),
    );
    const order = numeric
      ? toNumber(first) - toNumber(second)
      : toText(first) < toText(second)
        ? -1
        : Number(toText(first) > toText(second));
    const holds = {
      "<": order < 0,
      "<=": order <= 0,
      "==": order === 0,
      "!=": order !== 0,
      ">": order > 0,
      ">=": order >= 0,
    };
    return holds[operator as keyof typeof holds] ? 1 : 0;
  }

  private pattern(expression: Expression, flags = ""): RegExp {
    if (expression.kind === "expression") return new RegExp(expression.value.source, flags);
    return regularExpression(this.text(expression), true, flags);
  }

  private call(name: string, values: Expression[]): Value {
    const [first, second, third] = values;
    const one = first ?? { kind: "field", index: { kind: "number", value: 0 } };
    switch (name) {
      case "length":
        if (first?.kind === "variable" && this.arrays.has(first.name)) return this.array(first.name).size;
        return this.text(one).length;
      case "int":
        return Math.trunc(this.number(one));
      case "sqrt":
        return Math.sqrt(this.number(one));
      case "log":
        return Math.log(this.number(one));
      case "exp":
        return Math.exp(this.number(one));
      case "tolower":
        return this.text(one).toLowerCase();
      case "toupper":
        return this.text(one).toUpperCase();
      case "substr": {
        const start = Math.round(second ? this.number(second) : 1);
        const until = third ? start + Math.round(this.number(third)) : Infinity;
        return this.text(one).slice(Math.max(0, start - 1), Math.max(0, until - 1));
      }
      case "index":
        return second ? this.text(one).indexOf(this.text(second)) + 1 : 0;
      case "match": {
        const found = second ? this.pattern(second).exec(this.text(one)) : null;
        this.set("RSTART", (found?.index ?? -1) + 1);
        this.set("RLENGTH", found?.[0].length ?? -1);
        return (found?.index ?? -1) + 1;
      }
      case "split": {
        if (second?.kind !== "variable") throw new UsageError("split needs an array");
        const parts = this.split(
          this.text(one),
          third?.kind === "expression" ? third.value.source : third ? this.text(third) : this.variable("FS"),
        );
        const array = this.array(second.name);
        array.clear();
        for (const [index, part] of parts.entries()) array.set(String(index + 1), part);
        return parts.length;
      }
      case "sprintf":
        return this.format(
          this.text(one),
          values.slice(1).map((value) => this.text(value)),
        );
      case "sub":
      case "gsub":
        return this.substitute(name === "gsub", one, second, third);
      default:
        throw new UsageError(`function ${name} is not defined`);
    }
  }

  private substitute(
    every: boolean,
    what: Expression,
    by: Expression | undefined,
    where: Expression | undefined,
  ): number {
    const target: Expression = where ?? { kind: "field", index: { kind: "number", value: 0 } };
    const replacement = by ? this.text(by) : "";
    let count = 0;
    const changed = this.text(target).replace(this.pattern(what, every ? "g" : ""), (whole) => {
      count += 1;
      return replacement.replace(/\\\\|\\&|&/g, (mark) => (mark === "&" ? whole : mark.slice(1)));
    });
    if (count > 0 && (target.kind === "variable" || target.kind === "field" || target.kind === "element")) {
      this.assign(target, changed);
    }
    return count;
  }
}

function toNumber(value: Value): number {
  return typeof value === "number" ? value : Number.parseFloat(value) || 0;
}

function toText(value: Value): string {
  if (typeof value === "string") return value;
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
}

function calculate(operator: string, left: number, right: number): number {
  if (operator === "+") return left + right;
  if (operator === "-") return left - right;
  if (operator === "*") return left * right;
  if (operator === "^") return left ** right;
  if (right === 0) throw new UsageError("division by zero");
  return operator === "/" ? left / right : left % right;
}
