import type { Process, ProgramTable } from "../process.ts";
import { formatDate } from "./dates.ts";
import { humanBytes, table, uptimeWords } from "./figures.ts";
import { readOptions, UsageError, withUsage } from "./options.ts";

async function uname(process: Process): Promise<number> {
  const options = readOptions(process.arguments, "asnrvmpio");
  const { machine } = process.view;
  const all = options.has("a");
  const fields: [letter: string, value: string][] = [
    ["s", "Linux"],
    ["n", machine.id],
    ["r", machine.kernel],
    ["v", "#1 SMP PREEMPT_DYNAMIC"],
    ["m", machine.system.architecture],
    ["o", "GNU/Linux"],
  ];
  const shown = fields.filter(([letter]) => all || options.has(letter)).map(([, value]) => value);
  await process.print(`${shown.length > 0 ? shown.join(" ") : "Linux"}\n`);
  return 0;
}

async function hostname(process: Process): Promise<number> {
  const options = readOptions(process.arguments, "fsiId");
  const { machine } = process.view;
  const shown = options.has("f")
    ? machine.hostname
    : options.has("i") || options.has("I")
      ? machine.address
      : options.has("d")
        ? machine.hostname.slice(machine.id.length + 1)
        : machine.id;
  await process.print(`${shown}\n`);
  return 0;
}

async function uptime(process: Process): Promise<number> {
  const options = readOptions(process.arguments, "ps");
  const { view } = process;
  if (options.has("s")) await process.print(`${formatDate("%F %T", new Date(view.machine.bootedAt))}\n`);
  else if (options.has("p")) await process.print(`up ${uptimeWords(view.uptimeSeconds())}\n`);
  else {
    const load = view.load().map((value) => value.toFixed(2));
    await process.print(
      ` ${formatDate("%T", new Date(view.now()))} up ${uptimeWords(view.uptimeSeconds())},  1 user,  load average: ${load.join(", ")}\n`,
    );
  }
  return 0;
}

async function free(process: Process): Promise<number> {
  const options = readOptions(process.arguments, "bkmghw", ["human", "bytes", "mebi"]);
  const { view } = process;
  const { machine } = view;
  const available = view.memoryAvailable();
  const show = (bytes: number) => {
    if (options.has("h") || options.has("human")) return `${humanBytes(bytes)}i`;
    const unit = options.has("b") ? 1 : options.has("m") ? 1024 ** 2 : options.has("g") ? 1024 ** 3 : 1024;
    return String(Math.floor(bytes / unit));
  };
  const cache = available * 0.62;
  const unused = available * 0.35;
  const used = machine.memoryBytes - cache - unused;
  const rows = [
    ["", "total", "used", "free", "shared", "buff/cache", "available"],
    ["Mem:", ...[machine.memoryBytes, used, unused, 0, cache, available].map(show)],
    [
      "Swap:",
      ...[machine.swapBytes, view.swapUsed(), machine.swapBytes - view.swapUsed()].map(show),
      "",
      "",
      "",
    ],
  ];
  await process.print(
    table(
      rows.map((row) => row.map((cell, index) => (index === 0 ? cell.padEnd(7) : cell.padStart(11)))),
      [1, 2, 3, 4, 5, 6],
    ),
  );
  return 0;
}

async function date(process: Process): Promise<number> {
  const options = readOptions(process.arguments, "uRId:", ["date=", "utc", "iso-8601"]);
  const given = options.value("d") ?? options.value("date");
  const seconds = given === null ? null : /^@(\d{1,12})$/.exec(given)?.[1];
  if (given !== null && !seconds) throw new UsageError(`invalid date '${given}'`);
  const at = new Date(seconds ? Number(seconds) * 1000 : process.view.now());
  const format = options.operands.find((word) => word.startsWith("+"))?.slice(1);
  const usual = options.has("I") || options.has("iso-8601") ? "%F" : "%a %b %e %H:%M:%S UTC %Y";
  await process.print(`${formatDate(format ?? usual, at)}\n`);
  return 0;
}

async function id(process: Process): Promise<number> {
  const options = readOptions(process.arguments, "unGgr");
  const { user } = process;
  const groups =
    user.id === 0
      ? [[0, "root"]]
      : [
          [user.id, user.name],
          [27, "sudo"],
        ];
  const shown = options.has("u")
    ? options.has("n")
      ? user.name
      : String(user.id)
    : options.has("g") || options.has("G")
      ? groups.map(([number, name]) => (options.has("n") ? name : number)).join(" ")
      : `uid=${user.id}(${user.name}) gid=${user.id}(${user.name}) groups=${groups.map(([number, name]) => `${number}(${name})`).join(",")}`;
  await process.print(`${shown}\n`);
  return 0;
}

/** The visitor is the only one whom the lab knows to be logged in. */
async function who(process: Process): Promise<number> {
  const from = process.variables.get("SSH_CONNECTION")?.split(" ")[0] ?? "";
  const now = new Date(process.view.now());
  if (process.name === "w") {
    await uptime({ ...process, arguments: [] });
    await process.print(
      `USER     TTY      FROM             LOGIN@   IDLE   JCPU   PCPU WHAT\n${process.user.name.padEnd(8)} pts/0    ${from.padEnd(16)} ${formatDate("%R", now)}    0.00s  0.01s  0.00s w\n`,
    );
  } else if (process.terminal) {
    await process.print(
      `${process.user.name.padEnd(8)} pts/0        ${formatDate("%F %R", now)} (${from})\n`,
    );
  }
  return 0;
}

async function getent(process: Process): Promise<number> {
  const [database = "", key] = process.arguments;
  const paths = new Map([
    ["passwd", "/etc/passwd"],
    ["group", "/etc/group"],
    ["hosts", "/etc/hosts"],
  ]);
  const path = paths.get(database);
  if (!path) throw new UsageError(`Unknown database: ${database}`);
  const content = process.files.open(path, process.user);
  const lines = (typeof content === "string" ? "" : new TextDecoder().decode(content)).trim().split("\n");
  const found = lines.filter((line) => key === undefined || line.split(/[:\s]+/).includes(key));
  if (found.length > 0) await process.print(`${found.join("\n")}\n`);
  return found.length > 0 ? 0 : 2;
}

const fixed = (words: (process: Process) => string) => async (process: Process) => {
  await process.print(`${words(process)}\n`);
  return 0;
};

export const systemPrograms: ProgramTable = {
  arch: fixed(({ view }) => view.machine.system.architecture),
  date: withUsage(date, 1),
  free: withUsage(free, 1),
  getconf: fixed(({ view, arguments: [name] }) =>
    name === "_NPROCESSORS_ONLN"
      ? String(view.machine.processors)
      : name === "PAGESIZE"
        ? "4096"
        : "undefined",
  ),
  getent: withUsage(getent),
  hostname: withUsage(hostname, 1),
  id: withUsage(id, 1),
  nproc: fixed(({ view }) => String(view.machine.processors)),
  tty: async (process) => {
    await process.print(process.terminal ? "/dev/pts/0\n" : "not a tty\n");
    return process.terminal ? 0 : 1;
  },
  uname: withUsage(uname, 1),
  uptime: withUsage(uptime, 1),
  w: who,
  who,
  whoami: fixed(({ user }) => user.name),
};
