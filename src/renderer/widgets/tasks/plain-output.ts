/**
 * A command's words as plain text: escape sequences and control characters of a terminal are dropped, and a line
 * that was overwritten after a carriage return shows its last state. ECMA-48 sections 5.4 and 8.3.
 */
export function plainOutput(words: string): string {
  const lines = words
    .replace(sequences, "")
    .replace(/\r+\n/g, "\n")
    .replace(/[^\n]*\r(?=[^\n])/g, "");
  return withoutControls(lines);
}

const escapeCode = "\u001b";
/** OSC, DCS, APC, PM and SOS strings to their end (or to the end of the words), CSI, and two-character escapes. */
const sequences = new RegExp(
  [
    `${escapeCode}[\\]PX^_][^\\u0007${escapeCode}]*(?:\\u0007|${escapeCode}\\\\|$)`,
    `(?:${escapeCode}\\[|\\u009b)[0-?]*[ -/]*[@-~]`,
    `${escapeCode}[ -/]*[0-~]`,
  ].join("|"),
  "g",
);
/** C0 but tab and line feed, DEL, and C1. */
function isControl(code: number): boolean {
  return (code < 0x20 && code !== 0x09 && code !== 0x0a) || (code >= 0x7f && code <= 0x9f);
}

function withoutControls(words: string): string {
  let kept = "";
  for (const character of words) if (!isControl(character.codePointAt(0) ?? 0)) kept += character;
  return kept;
}
