import type { Status } from "../../files/file-system.ts";
import { FileError } from "../../files/node.ts";
import type { Process, ProgramTable } from "../process.ts";
import { formatDate } from "./dates.ts";
import { humanBytes } from "./figures.ts";
import { type Options, readOptions, withUsage } from "./options.ts";

const typeLetters = { file: "-", made: "-", device: "c", link: "l", directory: "d" } as const;

/** `-rwxr-x---`, as ls(1) and stat(1) print a mode. */
function modeWords(status: Status): string {
  const letters = [0o400, 0o200, 0o100, 0o40, 0o20, 0o10, 4, 2, 1].map((bit, index) =>
    status.mode & bit ? ("rwx"[index % 3] ?? "-") : "-",
  );
  if (status.mode & 0o1000) letters[8] = "t";
  return typeLetters[status.kind] + letters.join("");
}

function coloured(name: string, status: Status, process: Process, options: Options): string {
  const wish = options.value("color");
  const wanted = wish === "always" || (wish !== "never" && process.output.terminal);
  if (!wanted) return name;
  const colour = { directory: "01;34", link: "01;36", device: "01;33", file: "", made: "" }[status.kind];
  const shown = colour || (status.mode & 0o111 ? "01;32" : "");
  return shown === "" ? name : `\u001b[${shown}m${name}\u001b[0m`;
}

function longLine(status: Status, shown: string, options: Options): string {
  const size = options.has("h") ? humanBytes(status.size) : String(status.size);
  const owner = status.owner === 0 ? "root" : "ops ";
  const target = status.target === null ? "" : ` -> ${status.target}`;
  const date = formatDate("%b %e %H:%M", new Date(status.modifiedAt));
  return `${modeWords(status)} 1 ${owner} ${owner} ${size.padStart(8)} ${date} ${shown}${target}`;
}

function columns(names: { plain: string; shown: string }[], width: number): string[] {
  const wide = Math.max(...names.map((name) => name.plain.length)) + 2;
  const across = Math.max(1, Math.floor(width / wide));
  const rows = Math.ceil(names.length / across);
  return Array.from({ length: rows }, (_, row) =>
    names
      .filter((_name, index) => index % rows === row)
      .map((name) => name.shown + " ".repeat(wide - name.plain.length))
      .join("")
      .trimEnd(),
  );
}

async function ls(process: Process): Promise<number> {
  const options = readOptions(process.arguments, "laA1dhtrSRFin", ["color=", "all"]);
  const names = options.operands.length > 0 ? options.operands : ["."];
  let status = 0;
  for (const name of names) {
    const path = process.path(name);
    const found = process.files.status(path, process.user, false);
    if (!found) {
      await process.complain(`cannot access '${name}': No such file or directory`);
      status = 2;
      continue;
    }
    const isFolder = process.files.status(path, process.user)?.kind === "directory" && !options.has("d");
    try {
      const inside = isFolder
        ? process.files
            .list(path, process.user)
            .filter((one) => options.has("a") || options.has("A") || !one.startsWith("."))
        : [name];
      if (isFolder && names.length > 1) await process.print(`${name}:\n`);
      await list(process, options, isFolder ? path : null, inside);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      await process.complain(`cannot open directory '${name}': ${error.message}`);
      status = 2;
    }
  }
  return status;
}

async function list(
  process: Process,
  options: Options,
  folder: string | null,
  names: string[],
): Promise<void> {
  const entries = names.flatMap((name) => {
    const path = folder === null ? process.path(name) : `${folder === "/" ? "" : folder}/${name}`;
    const found = process.files.status(path, process.user, false);
    return found ? [{ plain: name, status: found, shown: coloured(name, found, process, options) }] : [];
  });
  if (options.has("t")) entries.sort((left, right) => right.status.modifiedAt - left.status.modifiedAt);
  if (options.has("S")) entries.sort((left, right) => right.status.size - left.status.size);
  if (options.has("r")) entries.reverse();
  if (entries.length === 0) return;
  const lines = options.has("l")
    ? entries.map((entry) => longLine(entry.status, entry.shown, options))
    : process.output.terminal && !options.has("1")
      ? columns(entries, process.terminal?.columns ?? 80)
      : entries.map((entry) => entry.shown);
  await process.print(`${lines.join("\n")}\n`);
}

async function stat(process: Process): Promise<number> {
  const options = readOptions(process.arguments, "c:Lf", ["format=", "printf="]);
  const format =
    options.value("c") ?? options.value("format") ?? "  File: %n\n  Size: %s\nAccess: (%a/%A)  Uid: %u";
  let result = 0;
  for (const name of options.operands) {
    const status = process.files.status(process.path(name), process.user, options.has("L"));
    if (!status) {
      await process.complain(`cannot statx '${name}': No such file or directory`);
      result = 1;
      continue;
    }
    const values: Record<string, string> = {
      n: name,
      s: String(status.size),
      a: (status.mode & 0o7777).toString(8),
      A: modeWords(status),
      u: String(status.owner),
      U: status.owner === 0 ? "root" : "ops",
      Y: String(Math.floor(status.modifiedAt / 1000)),
      F: status.kind === "directory" ? "directory" : "regular file",
    };
    await process.print(`${format.replace(/%([nsaAuUYF])/g, (_, letter: string) => values[letter] ?? "")}\n`);
  }
  return result;
}

export const listingPrograms: ProgramTable = { ls: withUsage(ls), stat: withUsage(stat, 1) };
