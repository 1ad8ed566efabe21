import type { Process, ProgramTable } from "../process.ts";
import { readOptions, UsageError, withUsage } from "./options.ts";

async function basename(process: Process): Promise<number> {
  const { operands } = readOptions(process.arguments, "az");
  const [path, ending = ""] = operands;
  if (path === undefined) throw new UsageError("missing operand");
  const name = path.replace(/\/+$/, "").split("/").at(-1) || "/";
  await process.print(
    `${ending !== "" && name !== ending && name.endsWith(ending) ? name.slice(0, -ending.length) : name}\n`,
  );
  return 0;
}

async function dirname(process: Process): Promise<number> {
  const [path] = process.arguments;
  if (path === undefined) throw new UsageError("missing operand");
  const plain = path.replace(/\/+$/, "");
  const cut = plain.lastIndexOf("/");
  await process.print(`${cut === -1 ? "." : plain.slice(0, cut) || "/"}\n`);
  return 0;
}

/** Follows the links of a path to the end; null when a part of it is not there. */
function resolved(process: Process, path: string, depth = 0): string | null {
  const status = process.files.status(path, process.user, false);
  if (!status || depth > 20) return null;
  const cut = path.lastIndexOf("/");
  if (status.kind === "link" && status.target) {
    const target = status.target.startsWith("/") ? status.target : `${path.slice(0, cut)}/${status.target}`;
    return resolved(process, process.path(target), depth + 1);
  }
  if (cut <= 0) return path;
  const parent = resolved(process, path.slice(0, cut), depth + 1);
  return parent === null ? null : `${parent === "/" ? "" : parent}${path.slice(cut)}`;
}

async function readlink(process: Process): Promise<number> {
  const options = readOptions(process.arguments, "fneqm");
  const path = process.path(options.operands[0] ?? "");
  const whole = options.has("f") || options.has("e") || process.name === "realpath";
  const target = whole ? resolved(process, path) : process.files.status(path, process.user, false)?.target;
  if (!target) return 1;
  await process.print(`${target}\n`);
  return 0;
}

async function which(process: Process): Promise<number> {
  let status = 0;
  for (const name of process.arguments.filter((word) => !word.startsWith("-"))) {
    const path = process.locate(name);
    if (path) await process.print(`${path}\n`);
    else status = 1;
  }
  return status;
}

export const pathPrograms: ProgramTable = {
  basename: withUsage(basename, 1),
  dirname: withUsage(dirname, 1),
  pwd: async (process) => {
    await process.print(`${process.directory}\n`);
    return 0;
  },
  readlink: withUsage(readlink, 1),
  realpath: withUsage(readlink, 1),
  which,
};
