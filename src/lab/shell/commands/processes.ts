import { rootUser, type User } from "../../files/node.ts";
import { pause } from "../../world/clock.ts";
import { isUnfinished } from "../parser.ts";
import { Interrupted, type Process, type ProgramTable } from "../process.ts";
import { readLine } from "../read-line.ts";
import { linesOf } from "../streams.ts";
import { table } from "./figures.ts";
import { readCount, readOptions, UsageError, withUsage } from "./options.ts";

async function sleep(process: Process): Promise<number> {
  const units = { s: 1, m: 60, h: 3600, d: 86_400 } as const;
  const seconds = process.arguments.map((word) => {
    const match = /^(\d*\.?\d+)([smhd]?)$/.exec(word);
    if (!match) throw new UsageError(`invalid time interval '${word}'`);
    return Number(match[1]) * units[(match[2] || "s") as keyof typeof units];
  });
  if (seconds.length === 0) throw new UsageError("missing operand");
  await process.sleep(seconds.reduce((sum, value) => sum + value, 0));
  return 0;
}

/** Splits the words of a program that runs another one: its own options, and the command from the first operand on. */
function commandAfter(words: readonly string[], valued: string): { own: string[]; command: string[] } {
  let index = 0;
  while (index < words.length && /^-./.test(words[index] ?? "")) {
    const word = words[index] ?? "";
    index += 1;
    if (word === "--") break;
    if (word.length === 2 && valued.includes(word[1] ?? " ")) index += 1;
  }
  return { own: words.slice(0, index), command: words.slice(index) };
}

/** timeout(1). The limit is in world time, as everything that waits in the lab is. */
async function timeout(process: Process): Promise<number> {
  const { own, command } = commandAfter(process.arguments, "sk");
  const [limit = "", ...words] = command;
  const match = /^(\d*\.?\d+)([smhd]?)$/.exec(limit);
  if (!match || words.length === 0) throw new UsageError(`invalid time interval '${limit}'`);
  const seconds = Number(match[1]) * ({ s: 1, m: 60, h: 3600, d: 86_400 }[match[2] || "s"] ?? 1);
  const killed = own.some((word, index) => /KILL|9/.test(word) && (word !== "-k" || index === 0));
  const stop = new AbortController();
  const done = new AbortController();
  let late = false;
  const onAbort = () => stop.abort(process.signal.reason);
  process.signal.addEventListener("abort", onAbort, { once: true });
  if (seconds > 0) {
    pause(process.view.world.clock, seconds * 1000, done.signal).then(
      () => {
        late = true;
        stop.abort(new Interrupted(124));
      },
      () => {},
    );
  }
  try {
    return await process.run(words, { signal: stop.signal });
  } catch (error) {
    if (late && error instanceof Interrupted) return killed ? 137 : 124;
    throw error;
  } finally {
    done.abort(new Interrupted(0));
    process.signal.removeEventListener("abort", onAbort);
  }
}

async function env(process: Process): Promise<number> {
  const variables = new Map(process.arguments[0] === "-i" ? [] : process.variables);
  const words = process.arguments.filter((word, index) => index > 0 || word !== "-i");
  while (words[0] !== undefined) {
    const match = /^([A-Za-z_]\w*)=(.*)$/s.exec(words[0]);
    if (words[0] === "-u") {
      words.shift();
      variables.delete(words.shift() ?? "");
    } else if (match?.[1] !== undefined) {
      variables.set(match[1], match[2] ?? "");
      words.shift();
    } else break;
  }
  if (words.length > 0) return process.run(words, { variables });
  const name = process.name === "printenv" ? process.arguments[0] : undefined;
  for (const [variable, value] of variables) {
    if (name === undefined) await process.print(`${variable}=${value}\n`);
  }
  return 0;
}

async function printenv(process: Process): Promise<number> {
  const [name] = process.arguments;
  if (name === undefined) return env(process);
  const value = process.variables.get(name);
  if (value !== undefined) await process.print(`${value}\n`);
  return value === undefined ? 1 : 0;
}

/** sudo(8): the account `ops` may do everything without a password, any other nothing. */
async function sudo(process: Process): Promise<number> {
  const { own, command } = commandAfter(process.arguments, "uggp");
  const flags = own.join(" ");
  if (process.user.id !== 0 && process.user.name !== "ops") {
    await process.complain(
      flags.includes("n") ? "a password is required" : "a terminal is required to read the password",
    );
    return 1;
  }
  if (/(^| )-\w*l/.test(flags)) {
    const [name] = command;
    const path = name === undefined ? "(ALL) NOPASSWD: ALL" : process.locate(name);
    if (path === null) return 1;
    await process.print(`${path}${command.length > 1 ? ` ${command.slice(1).join(" ")}` : ""}\n`);
    return 0;
  }
  if (/(^| )-\w*[vkK]/.test(flags)) return 0;
  const user: User = rootUser;
  const variables = new Map(process.variables)
    .set("USER", "root")
    .set("LOGNAME", "root")
    .set("SUDO_USER", process.user.name);
  if (/(^| )-\w*[si]/.test(flags) && command.length === 0) return process.run(["sh"], { user, variables });
  if (command.length === 0) throw new UsageError("usage: sudo [-n] command");
  const given = command.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
  for (const word of command.slice(0, given))
    variables.set(word.split("=")[0] ?? "", word.slice(word.indexOf("=") + 1));
  return process.run(command.slice(Math.max(0, given)), { user, variables });
}

async function xargs(process: Process): Promise<number> {
  const { own, command: given } = commandAfter(process.arguments, "nIPdL");
  const options = readOptions(own, "0rtn:I:P:d:L:", ["no-run-if-empty", "null"]);
  const mark = options.value("I");
  const most = readCount(options.value("n") ?? options.value("L") ?? "1000");
  if (most < 1) throw new UsageError("value for -n option should be >= 1");
  const items: string[] = [];
  for await (const line of linesOf(process.input)) {
    const separator = options.has("0") || options.has("null") ? "\0" : mark === null ? /\s+/ : "\n";
    items.push(...line.split(separator).filter((item) => item !== ""));
    if (items.length > 100_000) throw new UsageError("argument list too long");
  }
  const command = given.length > 0 ? given : ["echo"];
  if (items.length === 0 && (options.has("r") || options.has("no-run-if-empty"))) return 0;
  const batches =
    mark === null
      ? Array.from({ length: Math.max(1, Math.ceil(items.length / most)) }, (_, index) => [
          ...command,
          ...items.slice(index * most, (index + 1) * most),
        ])
      : items.map((item) => command.map((word) => word.replaceAll(mark, item)));
  let status = 0;
  for (const batch of batches) if ((await process.run(batch)) !== 0) status = 123;
  return status;
}

/** `sh`: -c, -s, a file, or whatever comes on the standard input, command after command. */
async function sh(process: Process): Promise<number> {
  const words = [...process.arguments];
  let letters = "";
  while (words[0] !== undefined && /^[-+]./.test(words[0])) {
    const word = words.shift() ?? "";
    if (word === "--") break;
    if (word.startsWith("-")) letters += word.slice(1);
  }
  const set = [...letters].filter((letter) => "eux".includes(letter)).join("");
  const preamble = set === "" ? "" : `set -${set}\n`;
  if (letters.includes("c")) {
    const [source = "", name = "sh", ...parameters] = words;
    return process.script(preamble + source, name, parameters);
  }
  const [file] = words;
  if (file !== undefined && !letters.includes("s")) {
    const content = process.files.open(process.path(file), process.user);
    const source = typeof content === "string" ? "" : new TextDecoder().decode(content);
    return process.script(preamble + source, file, words.slice(1));
  }
  return process.session(words, preamble, () => nextCommand(process));
}

const commandLimit = 4 * 1024 * 1024;
const reparseLimit = 64 * 1024;

/** The next whole command of the standard input; null at its end. */
async function nextCommand(process: Process): Promise<string | null> {
  let source = "";
  let parsedAt = 0;
  for (;;) {
    const line = await readLine(process.input, true, process.signal);
    source += line.ended ? `${line.words}\n` : line.words;
    if (!line.ended) return source === "" ? null : source;
    if (source.length > commandLimit) throw new UsageError("command too long");
    // A very long command is looked at again only after it has grown by a part, or it would take for ever.
    if (source.length > reparseLimit && source.length < parsedAt * 1.25) continue;
    parsedAt = source.length;
    if (!isUnfinished(source)) return source;
  }
}

async function ps(process: Process): Promise<number> {
  const { view, processes } = process;
  const all = /[aexA]/.test(process.arguments.join(""));
  const standing = [
    "systemd",
    "kthreadd",
    ...view
      .units()
      .filter((unit) => unit.state === "running")
      .map((unit) => unit.name.replace(/\.service$/, "")),
  ];
  const rows = all
    ? standing.map((name, index) => [
        String(index < 2 ? index + 1 : 300 + index * 7),
        "?",
        "00:00:01",
        "root",
        name,
      ])
    : [];
  for (const entry of processes.running.values()) {
    rows.push([String(entry.number), "pts/0", "00:00:00", entry.user, entry.words.join(" ").slice(0, 100)]);
  }
  const format = process.arguments.some((word) => /f|u/.test(word));
  const shown = rows.map(([number = "", terminal = "", time = "", user = "", words = ""]) =>
    format ? [user, number, terminal, time, words] : [number, terminal, time, words],
  );
  const heading = format ? ["USER", "PID", "TTY", "TIME", "CMD"] : ["PID", "TTY", "TIME", "CMD"];
  await process.print(table([heading, ...shown], [format ? 1 : 0]));
  return 0;
}

async function pgrep(process: Process): Promise<number> {
  const { operands } = readOptions(process.arguments, "flxau:");
  const [wanted = ""] = operands;
  const found = [...process.processes.running.values()].filter(
    (entry) => entry.name.includes(wanted) && entry.name !== "pgrep",
  );
  for (const entry of found) await process.print(`${entry.number}\n`);
  return found.length > 0 ? 0 : 1;
}

/** Programs that only start another one: nice(1), nohup(1), setsid(1), ionice(1), stdbuf(1). */
const through = (valued: string) => async (process: Process) => {
  const { command } = commandAfter(process.arguments, valued);
  if (command.length === 0) throw new UsageError("missing operand");
  return process.run(command);
};

export const processPrograms: ProgramTable = {
  env: withUsage(env, 125),
  ionice: withUsage(through("cnp"), 1),
  nice: withUsage(through("n"), 125),
  nohup: withUsage(through(""), 125),
  pgrep: withUsage(pgrep),
  printenv,
  ps,
  setsid: withUsage(through(""), 1),
  sh: withUsage(sh),
  sleep: withUsage(sleep, 1),
  stdbuf: withUsage(through("ioe"), 125),
  sudo: withUsage(sudo, 1),
  sync: async () => 0,
  timeout: withUsage(timeout, 125),
  xargs: withUsage(xargs, 1),
};
