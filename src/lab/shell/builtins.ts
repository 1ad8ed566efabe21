import { FileError } from "../files/node.ts";
import { BreakLoop, ExitShell, ReturnFromFunction } from "./control-flow.ts";
import { type Descriptors, inputOf, outputOf } from "./descriptors.ts";
import { Interrupted } from "./process.ts";
import { readLine } from "./read-line.ts";
import type { Shell } from "./shell.ts";

/** A command that the shell must do itself, since it changes the shell (POSIX.1-2024, 2.15). */
type Builtin = (call: { shell: Shell; values: string[]; descriptors: Descriptors }) => Promise<number>;

const nameOf = /^([A-Za-z_]\w*)(?:=(.*))?$/s;

function say(descriptors: Descriptors, words: string, number = 1): Promise<void> {
  return outputOf(descriptors, number).write(new TextEncoder().encode(words));
}

function count(values: readonly string[], otherwise: number): number {
  const [words] = values;
  return words !== undefined && /^\d+$/.test(words) ? Number(words) : otherwise;
}

const quote = (value: string) => `'${value.replaceAll("'", `'"'"'`)}'`;

const changeDirectory: Builtin = async ({ shell, values, descriptors }) => {
  const { state, surroundings } = shell;
  const [wanted = shell.get("HOME") ?? "/"] = values.filter((value) => value !== "--" && value !== "-P");
  const target = wanted === "-" ? (shell.get("OLDPWD") ?? state.directory) : shell.path(wanted);
  const status = surroundings.files.status(target, state.user);
  if (status?.kind !== "directory" || !surroundings.files.allows(target, state.user, "execute")) {
    await shell.complain(`cd: can't cd to ${wanted}`);
    return 2;
  }
  shell.set("OLDPWD", state.directory);
  state.directory = target;
  shell.set("PWD", target);
  if (wanted === "-") await say(descriptors, `${target}\n`);
  return 0;
};

const assign =
  (after: (shell: Shell, name: string) => void): Builtin =>
  async ({ shell, values }) => {
    for (const value of values.filter((word) => word !== "-p")) {
      const match = nameOf.exec(value);
      if (!match?.[1]) {
        await shell.complain(`${value}: bad variable name`);
        return 2;
      }
      if (match[2] !== undefined) shell.set(match[1], match[2]);
      after(shell, match[1]);
    }
    return 0;
  };

const local: Builtin = async ({ shell, values }) => {
  for (const value of values) {
    const match = nameOf.exec(value);
    if (!match?.[1] || !shell.state.localize(match[1])) {
      await shell.complain("local: not in a function");
      return 2;
    }
    shell.set(match[1], match[2] ?? shell.get(match[1]) ?? "");
  }
  return 0;
};

const setOptions: Builtin = async ({ shell, values, descriptors }) => {
  if (values.length === 0) {
    for (const [name, value] of shell.state.all()) await say(descriptors, `${name}=${quote(value)}\n`);
    return 0;
  }
  const long: Record<string, string> = {
    errexit: "e",
    nounset: "u",
    xtrace: "x",
    noglob: "f",
    allexport: "a",
  };
  const rest = [...values];
  while (rest[0] && /^[-+][A-Za-z]/.test(rest[0])) {
    const option = rest.shift() ?? "";
    const letters = option.endsWith("o") ? [long[rest.shift() ?? ""] ?? ""] : option.slice(1).split("");
    for (const letter of letters.filter((one) => one !== "")) {
      if (option.startsWith("-")) shell.state.options.add(letter);
      else shell.state.options.delete(letter);
    }
  }
  if (rest[0] === "--") shell.state.parameters = rest.slice(1);
  else if (rest.length > 0) shell.state.parameters = rest;
  return 0;
};

const unset: Builtin = async ({ shell, values }) => {
  for (const name of values.filter((value) => !value.startsWith("-"))) {
    if (values[0] === "-f") shell.state.functions.delete(name);
    else shell.state.unset(name);
  }
  return 0;
};

const read: Builtin = async ({ shell, values, descriptors }) => {
  const raw = values.includes("-r");
  const names = values.filter((value) => !value.startsWith("-"));
  const line = await readLine(inputOf(descriptors), raw, shell.signal);
  const separators = shell.get("IFS") ?? " \t\n";
  const blanks = [...separators].filter((character) => " \t\n".includes(character)).join("");
  let rest = trimCharacters(line.words, blanks);
  for (const [index, name] of names.entries()) {
    if (index === names.length - 1) {
      shell.set(name, rest);
      break;
    }
    let end = 0;
    while (end < rest.length && !separators.includes(rest[end] ?? "")) end += 1;
    shell.set(name, rest.slice(0, end));
    rest = trimCharacters(rest.slice(end + 1), blanks);
  }
  return line.ended ? 0 : 1;
};

function trimCharacters(words: string, characters: string): string {
  let start = 0;
  let end = words.length;
  while (start < end && characters.includes(words[start] ?? " x")) start += 1;
  while (end > start && characters.includes(words[end - 1] ?? " x")) end -= 1;
  return words.slice(start, end);
}

const shellWords = ["echo", "printf", "test", "[", "true", "false", "pwd", "kill"];

async function whereIs(shell: Shell, name: string): Promise<{ short: string; long: string } | null> {
  if (shell.state.functions.has(name)) return { short: name, long: `${name} is a shell function` };
  if (builtins.has(name) || shellWords.includes(name)) {
    return { short: name, long: `${name} is a shell builtin` };
  }
  const { files, paths } = shell.surroundings;
  const path = name.includes("/")
    ? files.allows(shell.path(name), shell.user, "execute") && name
    : paths.get(name);
  return path ? { short: path, long: `${name} is ${path}` } : null;
}

const command: Builtin = async ({ shell, values, descriptors }) => {
  const look = values[0] === "-v" || values[0] === "-V";
  if (!look) {
    const words = values.filter((value, index) => index > 0 || value !== "-p");
    return words.length === 0 ? 0 : shell.invoke(words, descriptors, new Map(), false);
  }
  const place = await whereIs(shell, values[1] ?? "");
  if (place) await say(descriptors, `${values[0] === "-v" ? place.short : place.long}\n`);
  return place ? 0 : 127;
};

const type: Builtin = async ({ shell, values, descriptors }) => {
  let status = 0;
  for (const name of values) {
    const place = await whereIs(shell, name);
    if (!place) status = 127;
    await say(descriptors, `${place ? place.long : `${name}: not found`}\n`);
  }
  return status;
};

const runFile: Builtin = async ({ shell, values }) => {
  const path = shell.path(values[0] ?? "");
  const content = shell.files.open(path, shell.user);
  if (typeof content === "string") throw new FileError("EINVAL", path);
  return shell.runInPlace(new TextDecoder().decode(content));
};

const execute: Builtin = async ({ shell, values, descriptors }) => {
  if (values.length > 0) throw new ExitShell(await shell.invoke(values, descriptors, new Map(), false));
  shell.descriptors = descriptors;
  return 0;
};

const wait: Builtin = async ({ shell, values }) => {
  const numbers = values.length > 0 ? values.map(Number) : [...shell.jobs.keys()];
  let status = 0;
  for (const number of numbers) {
    const job = shell.jobs.get(number);
    status = job ? await shell.untilStopped(job.ended) : 127;
  }
  return values.length > 0 ? status : 0;
};

const kill: Builtin = async ({ shell, values }) => {
  let status = values.some((value) => /^\d+$/.test(value)) ? 0 : 2;
  for (const value of values.filter((word) => /^\d+$/.test(word))) {
    const job = shell.jobs.get(Number(value));
    job?.stop.abort(new Interrupted(143));
    if (!job) {
      await shell.complain(`kill: ${Number(value) < 4000 ? "Operation not permitted" : "No such process"}`);
      status = 1;
    }
  }
  return status;
};

const trap: Builtin = async ({ shell, values }) => {
  const [action = "", ...conditions] = values;
  if (conditions.includes("EXIT") || conditions.includes("0")) {
    shell.state.exitTrap = action === "-" || action === "" ? null : action;
  }
  for (const name of conditions.map((word) => word.replace(/^SIG/, ""))) {
    if (action === "") shell.state.ignored.add(name);
    else shell.state.ignored.delete(name);
  }
  return 0;
};

const umask: Builtin = async ({ shell, values, descriptors }) => {
  if (values[0] && /^[0-7]{1,4}$/.test(values[0])) shell.state.umask = Number.parseInt(values[0], 8);
  else await say(descriptors, `${shell.state.umask.toString(8).padStart(4, "0")}\n`);
  return 0;
};

export const builtins: ReadonlyMap<string, Builtin> = new Map(
  Object.entries<Builtin>({
    ":": async () => 0,
    ".": runFile,
    break: async ({ values }) => {
      throw new BreakLoop(count(values, 1), false);
    },
    cd: changeDirectory,
    command,
    continue: async ({ values }) => {
      throw new BreakLoop(count(values, 1), true);
    },
    eval: async ({ shell, values }) => shell.runInPlace(values.join(" ")),
    exec: execute,
    exit: async ({ shell, values }) => {
      throw new ExitShell(count(values, shell.state.lastStatus) & 255);
    },
    export: assign((shell, name) => shell.state.export(name)),
    kill,
    local,
    read,
    readonly: assign((shell, name) => shell.state.fix(name)),
    return: async ({ shell, values }) => {
      throw new ReturnFromFunction(count(values, shell.state.lastStatus) & 255);
    },
    set: setOptions,
    shift: async ({ shell, values }) => {
      const by = count(values, 1);
      if (by > shell.parameters.length) {
        await shell.complain("shift: can't shift that many");
        throw new ExitShell(2);
      }
      shell.state.parameters = shell.parameters.slice(by);
      return 0;
    },
    trap,
    type,
    umask,
    unset,
    wait,
  }),
);
