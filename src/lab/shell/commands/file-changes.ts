import { FileError } from "../../files/node.ts";
import { openForWriting } from "../descriptors.ts";
import type { Process, ProgramTable } from "../process.ts";
import { openInput } from "./inputs.ts";
import { readOptions, UsageError, withUsage } from "./options.ts";

/** Does something with each path, says what fails and goes on. */
async function each(
  process: Process,
  names: readonly string[],
  verb: string,
  work: (name: string) => void | Promise<void>,
): Promise<number> {
  if (names.length === 0) throw new UsageError("missing operand");
  let status = 0;
  for (const name of names) {
    try {
      await work(name);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      await process.complain(`cannot ${verb} '${name}': ${error.message}`);
      status = 1;
    }
  }
  return status;
}

async function rm(process: Process): Promise<number> {
  const options = readOptions(process.arguments, "rRfiv", ["recursive", "force"]);
  const force = options.has("f") || options.has("force");
  const deep = options.has("r") || options.has("R") || options.has("recursive");
  if (force && options.operands.length === 0) return 0;
  const remove = (path: string) => {
    const status = process.files.status(path, process.user, false);
    if (!status && force) return;
    if (status?.kind === "directory") {
      if (!deep) throw new FileError("EISDIR", path);
      if (path === "/") throw new FileError("EACCES", path);
      for (const name of process.files.list(path, process.user)) remove(`${path}/${name}`);
    }
    process.files.remove(path, process.user);
  };
  return each(process, options.operands, "remove", (name) => remove(process.path(name)));
}

async function touch(process: Process): Promise<number> {
  const { operands } = readOptions(process.arguments, "acmt:d:");
  return each(process, operands, "touch", (name) => {
    process.files.create(process.path(name), process.user, "append");
  });
}

async function mkdir(process: Process): Promise<number> {
  const options = readOptions(process.arguments, "pm:v", ["parents", "mode="]);
  const mode = Number.parseInt(options.value("m") ?? options.value("mode") ?? "755", 8);
  const parents = options.has("p") || options.has("parents");
  return each(process, options.operands, "create directory", (name) => {
    const parts = process.path(name).split("/").slice(1);
    for (const [index] of parts.entries()) {
      const last = index === parts.length - 1;
      const path = `/${parts.slice(0, index + 1).join("/")}`;
      const there = process.files.status(path, process.user)?.kind === "directory";
      if ((parents && there) || (!parents && !last)) continue;
      process.files.makeDirectory(path, process.user, last ? mode : 0o755);
    }
  });
}

async function rmdir(process: Process): Promise<number> {
  const { operands } = readOptions(process.arguments, "p");
  return each(process, operands, "remove directory", (name) => {
    const path = process.path(name);
    if (process.files.status(path, process.user, false)?.kind !== "directory")
      throw new FileError("ENOTDIR", name);
    process.files.remove(path, process.user);
  });
}

async function mktemp(process: Process): Promise<number> {
  const options = readOptions(process.arguments, "dqup:t", ["directory", "tmpdir="]);
  const given = options.operands[0] ?? "tmp.XXXXXXXXXX";
  const folder = options.value("p") ?? options.value("tmpdir") ?? process.variables.get("TMPDIR") ?? "/tmp";
  const template = given.includes("/") && options.operands.length > 0 ? given : `${folder}/${given}`;
  if (!/X{3,}/.test(template)) throw new UsageError(`too few X's in template '${template}'`);
  const path = template.replace(/X{3,}(?!.*X{3,})/, (marks) =>
    crypto.randomUUID().replaceAll("-", "").slice(0, marks.length).padEnd(marks.length, "0"),
  );
  if (options.has("d") || options.has("directory")) {
    process.files.makeDirectory(process.path(path), process.user, 0o700);
  } else {
    openForWriting(process, path, "exclusive");
    process.files.changeMode(process.path(path), 0o600, process.user);
  }
  await process.print(`${path}\n`);
  return 0;
}

/** Where a file goes when it is copied or moved to a name that may be a directory. */
function destination(process: Process, from: string, to: string): string {
  const path = process.path(to);
  if (process.files.status(path, process.user)?.kind !== "directory") return path;
  return `${path === "/" ? "" : path}/${from.replace(/\/+$/, "").split("/").at(-1)}`;
}

async function cp(process: Process): Promise<number> {
  const { operands } = readOptions(process.arguments, "apfrRv");
  const to = operands.at(-1);
  if (to === undefined || operands.length < 2) throw new UsageError("missing file operand");
  return each(process, operands.slice(0, -1), "copy", async (name) => {
    const source = openInput(process, name);
    const sink = openForWriting(process, destination(process, name, to), "truncate");
    for (let bytes = await source.read(); bytes; bytes = await source.read()) await sink.write(bytes);
  });
}

async function mv(process: Process): Promise<number> {
  const { operands } = readOptions(process.arguments, "fnv");
  const to = operands.at(-1);
  if (to === undefined || operands.length < 2) throw new UsageError("missing file operand");
  return each(process, operands.slice(0, -1), "move", (name) => {
    process.files.rename(process.path(name), destination(process, name, to), process.user);
  });
}

async function ln(process: Process): Promise<number> {
  const options = readOptions(process.arguments, "sfn");
  const [target, name] = options.operands;
  if (target === undefined || name === undefined) throw new UsageError("missing file operand");
  if (!options.has("s")) throw new UsageError("hard links are not supported here");
  return each(process, [name], "link", () => {
    const path = destination(process, target, name);
    if (options.has("f") && process.files.status(path, process.user, false)) {
      process.files.remove(path, process.user);
    }
    process.files.makeLink(path, target, process.user);
  });
}

async function chmod(process: Process): Promise<number> {
  const { operands } = readOptions(
    process.arguments.map((word) => (/^-[rwx]+$/.test(word) ? `a${word}` : word)),
    "Rv",
  );
  const [mode = "", ...names] = operands;
  const bits = { r: 0o444, w: 0o222, x: 0o111 };
  const who = { u: 0o700, g: 0o070, o: 0o007, a: 0o777 };
  return each(process, names, "change mode of", (name) => {
    const path = process.path(name);
    const before = (process.files.status(path, process.user)?.mode ?? 0) & 0o7777;
    const match = /^([ugoa]*)([-+=])([rwx]*)$/.exec(mode);
    if (!match && !/^[0-7]{1,4}$/.test(mode)) throw new UsageError(`invalid mode: '${mode}'`);
    if (!match) {
      process.files.changeMode(path, Number.parseInt(mode, 8), process.user);
      return;
    }
    const mask = [...(match[1] || "a")].reduce((sum, letter) => sum | who[letter as keyof typeof who], 0);
    const wish =
      [...(match[3] ?? "")].reduce((sum, letter) => sum | bits[letter as keyof typeof bits], 0) & mask;
    const after =
      match[2] === "+" ? before | wish : match[2] === "-" ? before & ~wish : (before & ~mask) | wish;
    process.files.changeMode(path, after, process.user);
  });
}

export const fileChanges: ProgramTable = {
  chmod: withUsage(chmod, 1),
  cp: withUsage(cp, 1),
  ln: withUsage(ln, 1),
  mkdir: withUsage(mkdir, 1),
  mktemp: withUsage(mktemp, 1),
  mv: withUsage(mv, 1),
  rm: withUsage(rm, 1),
  rmdir: withUsage(rmdir, 1),
  touch: withUsage(touch, 1),
};
