import type { Process, ProgramTable } from "../process.ts";
import { LineWriter } from "./inputs.ts";
import { UsageError, withUsage } from "./options.ts";

const escapes = new Map([
  ["n", "\n"],
  ["t", "\t"],
  ["r", "\r"],
  ["a", "\u0007"],
  ["b", "\b"],
  ["f", "\f"],
  ["v", "\v"],
  ["e", "\u001b"],
  ["\\", "\\"],
]);

/** Resolves backslash escapes; `\c` ends the output there. */
export function unescapeWords(words: string): { text: string; cut: boolean } {
  let cut = false;
  const text = words.replace(
    /\\(0[0-7]{0,3}|[1-7][0-7]{0,2}|x[0-9A-Fa-f]{1,2}|c.*|.)/gs,
    (whole, code: string) => {
      if (code.startsWith("c")) {
        cut = true;
        return "";
      }
      if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8) & 255);
      if (/^x./.test(code)) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
      return escapes.get(code) ?? whole;
    },
  );
  return { text, cut };
}

async function echo(process: Process): Promise<number> {
  const words = [...process.arguments];
  let end = "\n";
  while (words[0] === "-n" || words[0] === "-e") if (words.shift() === "-n") end = "";
  const { text, cut } = unescapeWords(words.join(" "));
  await process.print(cut ? text : `${text}${end}`);
  return 0;
}

/** One run through a format of printf(1). */
export function formatWords(format: string, values: string[]): { text: string; cut: boolean; used: number } {
  let used = 0;
  let cut = false;
  const next = () => values[used++] ?? null;
  const text = format.replace(
    /%%|%([-+ 0#]*)(\d+|\*)?(?:\.(\d+|\*))?([bcdeEfgGiosuxX])|\\(?:0?[0-7]{1,3}|x[0-9A-Fa-f]{1,2}|.)/gs,
    (whole, flags: string, width: string, precision: string, kind: string) => {
      if (cut) return "";
      if (whole === "%%") return "%";
      if (kind === undefined) {
        const unescaped = unescapeWords(whole);
        cut = unescaped.cut;
        return unescaped.text;
      }
      const wide = width === "*" ? Number(next() ?? 0) : Number(width ?? 0);
      const precise =
        precision === "*" ? Number(next() ?? 0) : precision === undefined ? null : Number(precision);
      const value = next();
      if (kind === "b") {
        const unescaped = unescapeWords(value ?? "");
        cut = unescaped.cut;
        return unescaped.text;
      }
      return pad(formatOne(kind, value ?? "", precise, flags), Math.min(wide, 10_000), flags, kind);
    },
  );
  return { text, cut, used };
}

function formatOne(kind: string, value: string, precision: number | null, flags: string): string {
  if (kind === "s") return precision === null ? value : value.slice(0, precision);
  if (kind === "c") return value.slice(0, 1);
  const quoted = /^["'](.)/s.exec(value);
  const octal = /^\s*([-+]?)0([0-7]+)\s*$/.exec(value);
  const parsed = quoted
    ? (quoted[1]?.codePointAt(0) ?? 0)
    : octal
      ? Number.parseInt(`${octal[1]}${octal[2]}`, 8)
      : Number(value.trim() || 0);
  const number = Number.isNaN(parsed) ? Number.parseFloat(value) || 0 : parsed;
  const sign = number < 0 ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
  const size = Math.abs(number);
  if ("di".includes(kind)) return sign + String(Math.trunc(size)).padStart(precision ?? 0, "0");
  if (kind === "u") return String(Math.trunc(size));
  if (kind === "o") return Math.trunc(size).toString(8);
  if (kind === "x") return (flags.includes("#") ? "0x" : "") + Math.trunc(size).toString(16);
  if (kind === "X") return Math.trunc(size).toString(16).toUpperCase();
  const digits = Math.min(precision ?? 6, 50);
  if (kind === "f") return sign + size.toFixed(digits);
  const scientific = size.toExponential(digits).replace(/e([-+])(\d)$/, "e$10$2");
  if ("eE".includes(kind)) return sign + (kind === "E" ? scientific.toUpperCase() : scientific);
  return sign + String(Number(size.toPrecision(digits || 1)));
}

function pad(text: string, width: number, flags: string, kind: string): string {
  if (flags.includes("-")) return text.padEnd(width);
  if (!flags.includes("0") || "sc".includes(kind)) return text.padStart(width);
  const sign = /^[-+ ]/.exec(text)?.[0] ?? "";
  return sign + text.slice(sign.length).padStart(width - sign.length, "0");
}

async function printf(process: Process): Promise<number> {
  const words = process.arguments[0] === "--" ? process.arguments.slice(1) : process.arguments;
  const [format, ...values] = words;
  if (format === undefined) throw new UsageError("usage: printf format [arg ...]");
  let rest = values;
  for (;;) {
    const { text, cut, used } = formatWords(format, rest);
    await process.print(text);
    rest = rest.slice(used);
    if (cut || used === 0 || rest.length === 0) return 0;
  }
}

async function yes(process: Process): Promise<number> {
  const line = `${process.arguments.join(" ") || "y"}\n`;
  const block = line.repeat(Math.max(1, Math.floor(16_384 / line.length)));
  for (;;) await process.print(block);
}

async function seq(process: Process): Promise<number> {
  const values = process.arguments.filter((word) => !/^-[ws]/.test(word)).map(Number);
  if (values.length === 0 || values.some(Number.isNaN))
    throw new UsageError("invalid floating point argument");
  const [first, step, last] =
    values.length === 1
      ? [1, 1, values[0] ?? 0]
      : values.length === 2
        ? [values[0] ?? 0, 1, values[1] ?? 0]
        : values;
  if (first === undefined || step === undefined || last === undefined || step === 0) {
    throw new UsageError("invalid increment");
  }
  const writer = new LineWriter(process);
  const steps = Math.floor((last - first) / step + 1e-9);
  for (let index = 0; index <= steps; index += 1) {
    await writer.line(String(Number((first + index * step).toFixed(10))));
  }
  await writer.flush();
  return 0;
}

export const wordPrograms: ProgramTable = {
  echo,
  printf: withUsage(printf),
  seq: withUsage(seq, 1),
  yes,
  true: async () => 0,
  false: async () => 1,
};
