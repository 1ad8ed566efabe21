/**
 * A shell pattern (POSIX.1-2024, 2.14) as a regular expression. A backslash makes the next character plain.
 * `wildcard` is what `*` and `?` may match: anything, or anything but a slash for path names.
 */
export function patternSource(pattern: string, wildcard = "[^]", lazy = false): string {
  let source = "";
  for (let index = 0; index < pattern.length; index += 1) {
    const character = pattern[index] ?? "";
    if (character === "\\" && index + 1 < pattern.length) {
      index += 1;
      source += escapeForExpression(pattern[index] ?? "");
    } else if (character === "*") source += `${wildcard}*${lazy ? "?" : ""}`;
    else if (character === "?") source += wildcard;
    else if (character === "[") {
      const set = bracket(pattern, index);
      source += set?.source ?? "\\[";
      index = set?.end ?? index;
    } else source += escapeForExpression(character);
  }
  return source;
}

/** Whether the whole text fits the pattern. */
export function matchesPattern(text: string, pattern: string): boolean {
  return new RegExp(`^(?:${patternSource(pattern)})$`).test(text);
}

/** Text in which every character that means something in a pattern is made plain. */
export function escapePattern(text: string): string {
  return text.replace(/[\\*?[\]]/g, "\\$&");
}

export function escapeForExpression(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

const classes = new Map(
  Object.entries({
    alpha: "A-Za-z",
    digit: "0-9",
    alnum: "A-Za-z0-9",
    upper: "A-Z",
    lower: "a-z",
    space: "\\s",
    blank: " \\t",
    punct: "!-\\/:-@\\[-`{-~",
    xdigit: "0-9A-Fa-f",
    print: " -~",
    graph: "!-~",
    cntrl: "\\x00-\\x1f\\x7f",
  }),
);

/**
 * A bracket expression that starts at `start`, with its classes (`[[:digit:]]`), as the part of a regular
 * expression; null when it is not ended. `end` is the place of its `]`.
 */
export function bracket(pattern: string, start: number): { source: string; end: number } | null {
  let index = start + 1;
  let negated = false;
  if (pattern[index] === "!" || pattern[index] === "^") {
    negated = true;
    index += 1;
  }
  let inside = "";
  for (let first = true; index < pattern.length; first = false, index += 1) {
    const character = pattern[index] ?? "";
    if (character === "]" && !first) {
      // A range whose ends are the wrong way round matches nothing rather than being an error.
      const source = `[${negated ? "^" : ""}${inside}]`;
      return { source: isExpression(source) ? source : "(?!)", end: index };
    }
    const named = /^\[:([a-z]+):\]/.exec(pattern.slice(index, index + 12));
    if (named) {
      inside += classes.get(named[1] ?? "") ?? "";
      index += named[0].length - 1;
    } else inside += /[\\\]^[]/.test(character) ? `\\${character}` : character;
  }
  return null;
}

function isExpression(source: string): boolean {
  try {
    new RegExp(source);
    return true;
  } catch {
    return false;
  }
}
