import { bracket, escapeForExpression } from "../pattern.ts";

/**
 * A POSIX regular expression as one of JavaScript: `basic` has `\(`, `\{`, `\|`, `\+` where the extended one has the
 * bare characters. Throws SyntaxError when it is none.
 */
export function regularExpression(pattern: string, extended: boolean, flags: string): RegExp {
  let source = "";
  for (let index = 0; index < pattern.length; index += 1) {
    const character = pattern[index] ?? "";
    const next = pattern[index + 1] ?? "";
    if (character === "[") {
      const set = bracket(pattern, index);
      if (!set) throw new SyntaxError("unmatched [");
      source += set.source;
      index = set.end;
    } else if (character === "\\") {
      index += 1;
      if (next === "") throw new SyntaxError("trailing backslash");
      if ("(){}|+?".includes(next)) source += extended ? `\\${next}` : next;
      else if (/[1-9wWsSbBdD]/.test(next)) source += `\\${next}`;
      else if (next === "<" || next === ">") source += "\\b";
      else if (next === "n") source += "\\n";
      else if (next === "t") source += "\\t";
      else source += escapeForExpression(next);
    } else if (!extended && "(){}|+?".includes(character)) source += `\\${character}`;
    else if (character === "*" && (source === "" || source.endsWith("^"))) source += "\\*";
    else if (character === "{" && !/^\{\d*,?\d*\}/.test(pattern.slice(index))) source += "\\{";
    else if (character === "/") source += "\\/";
    else source += character;
  }
  return new RegExp(source, flags);
}
