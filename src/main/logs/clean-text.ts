const escapeByte = "\u001b";
const replacement = "\ufffd";

/** Escape sequences (ECMA-48, 5.3 to 5.6): control sequences, strings with their content, and the short ones. */
const sequences = new RegExp(
  [
    `(?:${escapeByte}\\[|\u009b)[0-?]*[ -/]*[@-~]?`,
    `(?:${escapeByte}[\\]PX^_]|[\u0090\u0098\u009d\u009e\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\\\|\u009c)?`,
    `${escapeByte}[ -/]*[0-~]?`,
  ].join("|"),
  "g",
);
/** What is left of control characters, and what turns the direction or breaks the line of all that follows. */
const controls = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;
const needsCleaning = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/**
 * A line as it may be shown: without escape sequences and without characters that would act on a terminal or on the
 * text around it. Tabs stay, a carriage return within the line becomes a space, others are shown as U+FFFD.
 */
export function cleanText(line: string): string {
  if (!needsCleaning.test(line)) return line;
  return line
    .replace(sequences, "")
    .replace(controls, (character) =>
      character === "\t" ? character : character === "\r" || character === "\f" ? " " : replacement,
    );
}
