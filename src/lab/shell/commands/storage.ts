import type { FileSystem } from "../../world/machine.ts";
import type { Process, ProgramTable } from "../process.ts";
import { humanBytes, table } from "./figures.ts";
import { readOptions, UsageError, withUsage } from "./options.ts";

/** The file system that a path is on. */
function holding(path: string, mounted: readonly FileSystem[]): FileSystem | undefined {
  return [...mounted]
    .sort((left, right) => right.mountedOn.length - left.mountedOn.length)
    .find(
      (entry) =>
        entry.mountedOn === "/" || path === entry.mountedOn || path.startsWith(`${entry.mountedOn}/`),
    );
}

async function df(process: Process): Promise<number> {
  const options = readOptions(process.arguments, "PkhTlamix:t:B:H", ["total", "local", "human-readable"]);
  const human = ["h", "H", "human-readable"].some((name) => options.has(name));
  const memory = process.view.machine.memoryBytes;
  const mounted: FileSystem[] = [
    ...process.view.fileSystems(),
    { source: "tmpfs", type: "tmpfs", mountedOn: "/run", bytes: memory / 10, usedBytes: 1_100_000 },
  ];
  let status = 0;
  const asked = options.operands.flatMap((name) => {
    const there = process.files.status(process.path(name), process.user);
    const found = there ? holding(process.path(name), mounted) : undefined;
    if (!found) status = 1;
    return found ? [found] : [];
  });
  if (status !== 0) await process.complain(`${options.operands.join(" ")}: No such file or directory`);
  const excluded = options.values("x");
  const wanted = options.values("t");
  const shown = (options.operands.length > 0 ? asked : mounted).filter(
    (entry) => !excluded.includes(entry.type) && (wanted.length === 0 || wanted.includes(entry.type)),
  );
  const typed = options.has("T");
  const size = (bytes: number) => (human ? humanBytes(bytes) : String(Math.floor(bytes / 1024)));
  const heading = options.has("i")
    ? ["Filesystem", "Inodes", "IUsed", "IFree", "IUse%", "Mounted on"]
    : [
        "Filesystem",
        ...(typed ? ["Type"] : []),
        human ? "Size" : options.has("P") ? "1024-blocks" : "1K-blocks",
        "Used",
        human ? "Avail" : "Available",
        options.has("P") ? "Capacity" : "Use%",
        "Mounted on",
      ];
  const rows = shown.map((entry) => {
    if (options.has("i")) {
      const inodes = Math.floor(entry.bytes / 16_384);
      const used = Math.floor(entry.usedBytes / 65_536);
      return [
        entry.source,
        String(inodes),
        String(used),
        String(inodes - used),
        `${Math.ceil((used / inodes) * 100)}%`,
        entry.mountedOn,
      ];
    }
    // An ext4 file system keeps five per cent back for root; `df` counts it as neither used nor available.
    const kept = entry.type === "ext4" ? entry.bytes * 0.05 : 0;
    const available = Math.max(0, entry.bytes - entry.usedBytes - kept);
    const share = Math.ceil((entry.usedBytes / (entry.usedBytes + available)) * 100);
    return [
      entry.source,
      ...(typed ? [entry.type] : []),
      size(entry.bytes),
      size(entry.usedBytes),
      size(available),
      `${share}%`,
      entry.mountedOn,
    ];
  });
  const right = heading
    .map((_, index) => index)
    .filter((index) => index >= (typed ? 2 : 1) && index < heading.length - 1);
  await process.print(table([heading, ...rows], right));
  return status;
}

async function lsblk(process: Process): Promise<number> {
  const options = readOptions(process.arguments, "dnbfo:lpJ", ["nodeps", "noheadings", "output=", "bytes"]);
  const { machine } = process.view;
  const rows: string[][] = [];
  for (const disk of machine.disks) {
    rows.push([disk.device, "disk", humanBytes(disk.bytes), "", disk.model, disk.rotational ? "1" : "0"]);
    if (options.has("d") || options.has("nodeps")) continue;
    const parts = machine.fileSystems.filter((entry) => entry.source.startsWith(`/dev/${disk.device}`));
    for (const part of parts) {
      rows.push([`└─${part.source.slice(5)}`, "part", humanBytes(part.bytes), part.mountedOn, "", ""]);
    }
    for (const array of machine.arrays) {
      const member = array.members.find((name) => name.startsWith(disk.device));
      if (!member) continue;
      const mount = machine.fileSystems.find((entry) => entry.source === `/dev/${array.device}`);
      rows.push([`├─${member}`, "part", humanBytes(array.blocks * 1024), "", "", ""]);
      rows.push([
        `│ └─${array.device}`,
        array.level,
        humanBytes(array.blocks * 1024),
        mount?.mountedOn ?? "",
        "",
        "",
      ]);
    }
  }
  const names = ["NAME", "TYPE", "SIZE", "MOUNTPOINT", "MODEL", "ROTA"];
  const wished = options.value("o") ?? options.value("output") ?? "NAME,SIZE,TYPE,MOUNTPOINT";
  const columns = wished
    .toUpperCase()
    .split(",")
    .map((name) => names.indexOf(name.replace("MOUNTPOINTS", "MOUNTPOINT")));
  if (columns.includes(-1)) throw new UsageError(`unknown column: ${wished}`);
  const heading = options.has("n") || options.has("noheadings") ? [] : [names];
  const picked = [...heading, ...rows].map((row) => columns.map((column) => row[column] ?? ""));
  await process.print(table(picked));
  return 0;
}

async function mount(process: Process): Promise<number> {
  if (process.arguments.length > 0) throw new UsageError("only root can do that");
  for (const entry of process.view.fileSystems()) {
    await process.print(`${entry.source} on ${entry.mountedOn} type ${entry.type} (rw,relatime)\n`);
  }
  return 0;
}

async function mdadm(process: Process): Promise<number> {
  const detail = process.arguments.some((word) => word === "--detail" || word === "-D");
  const { view } = process;
  if (process.arguments.includes("--scan")) {
    for (const array of view.machine.arrays) await process.print(`ARRAY /dev/${array.device} metadata=1.2\n`);
    return 0;
  }
  const name = process.arguments.find((word) => word.startsWith("/dev/"));
  if (!detail || !name) throw new UsageError("use --detail /dev/mdN or --detail --scan");
  if (process.user.id !== 0) {
    await process.complain("must be super-user to perform this action");
    return 1;
  }
  const array = view.machine.arrays.find((entry) => `/dev/${entry.device}` === name);
  if (!array) {
    await process.complain(`cannot open ${name}: No such file or directory`);
    return 4;
  }
  const failed = view.failedMembers().filter((member) => array.members.includes(member));
  const active = array.members.length - failed.length;
  const members = array.members.map((member, index) =>
    failed.includes(member)
      ? `       -       8       ${index}        -      faulty   /dev/${member}`
      : `       ${index}       8       ${index}        ${index}      active sync   /dev/${member}`,
  );
  await process.print(
    [
      `${name}:`,
      "           Version : 1.2",
      `        Raid Level : ${array.level}`,
      `        Array Size : ${array.blocks} (${humanBytes(array.blocks * 1024)})`,
      `      Raid Devices : ${array.members.length}`,
      `             State : ${failed.length > 0 ? "clean, degraded" : "clean"}`,
      `    Active Devices : ${active}`,
      `    Failed Devices : ${failed.length}`,
      "",
      "    Number   Major   Minor   RaidDevice State",
      ...members,
      "",
    ].join("\n"),
  );
  return 0;
}

export const storagePrograms: ProgramTable = {
  df: withUsage(df, 1),
  lsblk: withUsage(lsblk, 1),
  mount: withUsage(mount, 1),
  mdadm: withUsage(mdadm, 2),
};
