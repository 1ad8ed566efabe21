import { RE2JS, RE2JSException } from "re2js";
import type { LogPattern } from "../../shared/logs.ts";
import { expressionBroken } from "./faults.ts";

/**
 * Whether a line matches a pattern. Expressions are RE2's, whose matching takes time in proportion to the line whatever
 * the expression is; a backtracking one could stop the whole console. Throws `log.expression-broken`.
 */
export function matcherOf({ words, expression, matchCase }: LogPattern): (line: string) => boolean {
  if (expression) {
    const compiled = compile(words, matchCase);
    return (line) => compiled.test(line);
  }
  if (matchCase) return (line) => line.includes(words);
  const lowered = words.toLowerCase();
  return (line) => line.toLowerCase().includes(lowered);
}

function compile(words: string, matchCase: boolean): RE2JS {
  try {
    return RE2JS.compile(words, matchCase ? 0 : RE2JS.CASE_INSENSITIVE);
  } catch (error) {
    const reason =
      error instanceof RE2JSException ? error.message.replace(/^error parsing regexp: /, "") : "";
    throw expressionBroken(reason.slice(0, 200), error);
  }
}
