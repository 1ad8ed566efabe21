import type { Process, ProgramTable } from "../process.ts";
import { UsageError, withUsage } from "./options.ts";

/** Evaluates the words of test(1) (POSIX.1-2024); throws UsageError when they are no expression. */
function evaluate(process: Process, words: readonly string[]): boolean {
  let position = 0;
  const take = () => words[position++] ?? "";

  const or = (): boolean => {
    let value = and();
    while (words[position] === "-o") {
      position += 1;
      const right = and();
      value = value || right;
    }
    return value;
  };
  const and = (): boolean => {
    let value = not();
    while (words[position] === "-a") {
      position += 1;
      const right = not();
      value = value && right;
    }
    return value;
  };
  const not = (): boolean => {
    if (words[position] === "!" && words.length - position > 1) {
      position += 1;
      return !not();
    }
    return primary();
  };
  const primary = (): boolean => {
    const [word = "", operator = "", right] = words.slice(position);
    if (right !== undefined && isBinary(operator)) {
      position += 3;
      return compare(process, word, operator, right);
    }
    if (word === "(" && words.length - position > 1) {
      position += 1;
      const value = or();
      if (take() !== ")") throw new UsageError("closing paren expected");
      return value;
    }
    if (/^-[a-zA-Z]$/.test(word) && words.length - position > 1) {
      position += 2;
      return examine(process, word, operator);
    }
    position += 1;
    return word !== "";
  };

  if (words.length === 0) return false;
  const value = or();
  if (position < words.length) throw new UsageError(`${words[position]}: unexpected operator`);
  return value;
}

const numeric = new Map<string, (left: bigint, right: bigint) => boolean>([
  ["-eq", (left, right) => left === right],
  ["-ne", (left, right) => left !== right],
  ["-lt", (left, right) => left < right],
  ["-le", (left, right) => left <= right],
  ["-gt", (left, right) => left > right],
  ["-ge", (left, right) => left >= right],
]);

function isBinary(word: string): boolean {
  return numeric.has(word) || ["=", "==", "!=", "<", ">", "-nt", "-ot", "-ef"].includes(word);
}

function compare(process: Process, left: string, operator: string, right: string): boolean {
  const order = numeric.get(operator);
  if (order) return order(integer(left), integer(right));
  if (operator === "=" || operator === "==") return left === right;
  if (operator === "!=") return left !== right;
  if (operator === "<") return left < right;
  if (operator === ">") return left > right;
  const first = process.files.status(process.path(left), process.user);
  const second = process.files.status(process.path(right), process.user);
  if (operator === "-ef") return first !== null && process.path(left) === process.path(right);
  const [newer, older] = operator === "-nt" ? [first, second] : [second, first];
  return newer !== null && (older === null || newer.modifiedAt > older.modifiedAt);
}

function integer(words: string): bigint {
  if (!/^\s*[-+]?\d{1,20}\s*$/.test(words)) throw new UsageError(`Illegal number: ${words.slice(0, 60)}`);
  return BigInt(words.trim().replace(/^\+/, ""));
}

function examine(process: Process, operator: string, words: string): boolean {
  const { files, user } = process;
  if (operator === "-n") return words !== "";
  if (operator === "-z") return words === "";
  if (operator === "-t") return process.terminal !== null;
  const path = process.path(words);
  const status = files.status(path, user, operator !== "-L" && operator !== "-h");
  switch (operator) {
    case "-e":
      return status !== null;
    case "-f":
      return status?.kind === "file" || status?.kind === "made";
    case "-d":
      return status?.kind === "directory";
    case "-L":
    case "-h":
      return status?.kind === "link";
    case "-b":
    case "-c":
      return status?.kind === "device";
    case "-s":
      return status !== null && (status.kind === "made" || status.size > 0);
    case "-r":
      return files.allows(path, user, "read");
    case "-w":
      return files.allows(path, user, "write");
    case "-x":
      return files.allows(path, user, "execute");
    case "-p":
    case "-S":
    case "-u":
    case "-g":
    case "-k":
      return false;
    case "-O":
      return status?.owner === user.id;
    default:
      throw new UsageError(`${operator}: unexpected operator`);
  }
}

const test = withUsage(async (process) => (evaluate(process, process.arguments) ? 0 : 1));

export const testPrograms: ProgramTable = {
  test,
  "[": withUsage(async (process) => {
    if (process.arguments.at(-1) !== "]") throw new UsageError("missing ]");
    return evaluate(process, process.arguments.slice(0, -1)) ? 0 : 1;
  }),
};
