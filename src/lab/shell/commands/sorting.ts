import type { Process, ProgramTable } from "../process.ts";
import { linesOf } from "../streams.ts";
import { eachInput, LineWriter } from "./inputs.ts";
import { readOptions, UsageError, withUsage } from "./options.ts";

const lineLimit = 500_000;
type Compare = (left: string, right: string) => number;

const byWords: Compare = (left, right) => (left < right ? -1 : left > right ? 1 : 0);
const byNumber: Compare = (left, right) => numberAt(left) - numberAt(right);
const byVersion: Compare = (left, right) => left.localeCompare(right, "en", { numeric: true });

function numberAt(words: string): number {
  return Number(/^\s*(-?\d*\.?\d*)/.exec(words)?.[1] || 0) || 0;
}

const unitPowers = "KMGTPE";
const byHumanSize: Compare = (left, right) => humanSize(left) - humanSize(right);
function humanSize(words: string): number {
  const unit = /^\s*-?[\d.]+([KMGTPE])/i.exec(words)?.[1]?.toUpperCase();
  return numberAt(words) * 1024 ** (unit ? unitPowers.indexOf(unit) + 1 : 0);
}

function comparison(flags: string): Compare {
  if (flags.includes("n") || flags.includes("g")) return byNumber;
  if (flags.includes("h")) return byHumanSize;
  if (flags.includes("V")) return byVersion;
  if (flags.includes("f")) return (left, right) => byWords(left.toUpperCase(), right.toUpperCase());
  return byWords;
}

/** One key of sort(1): `2,3nr` is the second to third field, as numbers, the largest first. */
function keyed(key: string, separator: string | null, flags: string): Compare {
  const match = /^(\d+)(?:\.\d+)?([a-zA-Z]*)(?:,(\d+)(?:\.\d+)?([a-zA-Z]*))?$/.exec(key);
  if (!match) throw new UsageError(`invalid key: '${key}'`);
  const from = Number(match[1]);
  const to = match[3] ? Number(match[3]) : Infinity;
  const own = `${match[2] ?? ""}${match[4] ?? ""}` || flags;
  const part = (line: string) =>
    (separator === null ? line.trim().split(/\s+/) : line.split(separator))
      .slice(from - 1, to)
      .join(separator ?? " ");
  const compare = comparison(own);
  const sign = own.includes("r") ? -1 : 1;
  return (left, right) => sign * compare(part(left), part(right));
}

async function collect(
  process: Process,
  names: readonly string[],
): Promise<{ lines: string[]; status: number }> {
  const lines: string[] = [];
  const status = await eachInput(process, names, async (source) => {
    for await (const line of linesOf(source)) {
      lines.push(line);
      if (lines.length > lineLimit) throw new UsageError("write failed: No space left on device");
    }
  });
  return { lines, status };
}

async function sort(process: Process): Promise<number> {
  const options = readOptions(process.arguments, "nrufhVgbsk:t:", ["reverse", "unique", "key="]);
  const flags = ["n", "g", "h", "V", "f", "r"].filter((flag) => options.has(flag)).join("");
  const separator = options.value("t");
  const reversed = options.has("r") || options.has("reverse");
  const keys = [...options.values("k"), ...options.values("key")];
  const compares = keys.map((key) => keyed(key, separator, flags));
  const whole = comparison(keys.length > 0 ? "" : flags);
  if (keys.length === 0) compares.push((left, right) => (reversed ? -1 : 1) * whole(left, right));
  const compare: Compare = (left, right) => {
    for (const one of compares) {
      const order = one(left, right);
      if (order !== 0) return order;
    }
    return 0;
  };
  const { lines, status } = await collect(process, options.operands);
  const unique = options.has("u") || options.has("unique");
  lines.sort(
    (left, right) => compare(left, right) || (unique ? 0 : (reversed ? -1 : 1) * byWords(left, right)),
  );
  const writer = new LineWriter(process);
  for (const [index, line] of lines.entries()) {
    if (unique && index > 0 && compare(lines[index - 1] ?? "", line) === 0) continue;
    await writer.line(line);
  }
  await writer.flush();
  return status;
}

async function uniq(process: Process): Promise<number> {
  const options = readOptions(process.arguments, "cdui");
  const writer = new LineWriter(process);
  let held: { line: string; count: number } | null = null;
  const give = async () => {
    if (!held || (options.has("d") && held.count < 2) || (options.has("u") && held.count > 1)) return;
    await writer.line(options.has("c") ? `${String(held.count).padStart(7)} ${held.line}` : held.line);
  };
  const same = (left: string, right: string) =>
    options.has("i") ? left.toLowerCase() === right.toLowerCase() : left === right;
  const status = await eachInput(process, options.operands.slice(0, 1), async (source) => {
    for await (const line of linesOf(source)) {
      if (held && same(held.line, line)) held.count += 1;
      else {
        await give();
        held = { line, count: 1 };
      }
    }
  });
  await give();
  await writer.flush();
  return status;
}

async function tac(process: Process): Promise<number> {
  const { lines, status } = await collect(process, process.arguments);
  const writer = new LineWriter(process);
  for (const line of lines.reverse()) await writer.line(line);
  await writer.flush();
  return status;
}

export const sortingPrograms: ProgramTable = {
  sort: withUsage(sort),
  uniq: withUsage(uniq, 1),
  tac: withUsage(tac),
};
