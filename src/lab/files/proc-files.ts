import type { MachineView } from "../world/view.ts";
import type { GivenFile } from "./machine-files.ts";

/** What the kernel shows under /proc and /sys (proc(5), sysfs(5)), made at every reading. */
export function procFiles(view: MachineView): Record<string, GivenFile> {
  const { machine } = view;
  const made = (content: () => string): GivenFile => ({ content });
  const files: Record<string, GivenFile> = {
    "/proc/sys/kernel/random/boot_id": made(() => `${machine.bootId}\n`),
    "/proc/sys/kernel/hostname": made(() => `${machine.id}\n`),
    "/proc/sys/kernel/osrelease": made(() => `${machine.kernel}\n`),
    "/proc/sys/kernel/ostype": made(() => "Linux\n"),
    "/proc/version": made(() => `Linux version ${machine.kernel} (lab@${machine.id}) #1 SMP\n`),
    "/proc/uptime": made(() => {
      const seconds = view.uptimeSeconds();
      return `${seconds.toFixed(2)} ${(seconds * machine.processors * 0.93).toFixed(2)}\n`;
    }),
    "/proc/loadavg": made(
      () =>
        `${view
          .load()
          .map((value) => value.toFixed(2))
          .join(" ")} 1/312 ${4000 + Math.floor(view.uptimeSeconds() % 20_000)}\n`,
    ),
    "/proc/meminfo": made(() => memoryInformation(view)),
    "/proc/cpuinfo": made(() => processorInformation(view)),
    "/proc/stat": made(() => `cpu  0 0 0 0 0 0 0 0 0 0\nbtime ${Math.floor(machine.bootedAt / 1000)}\n`),
    "/proc/mounts": made(() => mountLines(view)),
    "/proc/self/mounts": made(() => mountLines(view)),
    "/proc/filesystems": made(() => "nodev\tproc\nnodev\ttmpfs\n\text4\n\txfs\n"),
    "/proc/cmdline": made(
      () => `BOOT_IMAGE=/boot/vmlinuz-${machine.kernel} root=${machine.fileSystems[0]?.source} ro quiet\n`,
    ),
    "/proc/partitions": made(() =>
      [
        "major minor  #blocks  name\n",
        ...machine.disks.map(
          (disk, index) => `   8 ${String(index * 16).padStart(8)} ${disk.bytes / 1024} ${disk.device}`,
        ),
        "",
      ].join("\n"),
    ),
    "/proc/1/comm": made(() => "systemd\n"),
    "/proc/mdstat": made(() => arrayStatus(view)),
    "/sys/class/dmi/id/product_name": made(() =>
      machine.role === "vm" ? "Virtual Machine\n" : "Lab Tower\n",
    ),
  };
  for (const disk of machine.disks) {
    files[`/sys/block/${disk.device}/size`] = made(() => `${disk.bytes / 512}\n`);
    files[`/sys/block/${disk.device}/queue/rotational`] = made(() => `${disk.rotational ? 1 : 0}\n`);
    files[`/sys/block/${disk.device}/device/model`] = made(() => `${disk.model}\n`);
  }
  for (const array of machine.arrays) {
    files[`/sys/block/${array.device}/size`] = made(() => `${array.blocks * 2}\n`);
    files[`/sys/block/${array.device}/md/level`] = made(() => `${array.level}\n`);
    files[`/sys/block/${array.device}/md/degraded`] = made(
      () => `${array.members.filter((member) => view.failedMembers().includes(member)).length}\n`,
    );
  }
  return files;
}

function memoryInformation(view: MachineView): string {
  const { machine } = view;
  const available = view.memoryAvailable();
  const rows: [string, number][] = [
    ["MemTotal", machine.memoryBytes],
    ["MemFree", available * 0.35],
    ["MemAvailable", available],
    ["Buffers", machine.memoryBytes * 0.02],
    ["Cached", available * 0.6],
    ["SwapCached", 0],
    ["SwapTotal", machine.swapBytes],
    ["SwapFree", machine.swapBytes - view.swapUsed()],
  ];
  return rows
    .map(([name, bytes]) => `${`${name}:`.padEnd(16)}${String(Math.round(bytes / 1024)).padStart(8)} kB\n`)
    .join("");
}

function processorInformation(view: MachineView): string {
  return Array.from(
    { length: view.machine.processors },
    (_, index) =>
      `processor\t: ${index}\nvendor_id\t: Lab\nmodel name\t: ${view.machine.processorModel}\ncpu MHz\t\t: 2900.000\n\n`,
  ).join("");
}

function mountLines(view: MachineView): string {
  return [
    "sysfs /sys sysfs rw,nosuid,nodev,noexec,relatime 0 0",
    "proc /proc proc rw,nosuid,nodev,noexec,relatime 0 0",
    ...view
      .fileSystems()
      .map((entry) => `${entry.source} ${entry.mountedOn} ${entry.type} rw,relatime,errors=remount-ro 0 0`),
    "tmpfs /run tmpfs rw,nosuid,nodev,noexec,relatime 0 0",
    "",
  ].join("\n");
}

/** /proc/mdstat as md(4) and the kernel's drivers/md print it. */
function arrayStatus(view: MachineView): string {
  const { arrays } = view.machine;
  if (arrays.length === 0) return "Personalities : \nunused devices: <none>\n";
  const failed = view.failedMembers();
  const blocks = arrays.map((array) => {
    const members = array.members.map(
      (member, index) => `${member}[${index}]${failed.includes(member) ? "(F)" : ""}`,
    );
    const map = array.members.map((member) => (failed.includes(member) ? "_" : "U")).join("");
    const active = array.members.filter((member) => !failed.includes(member)).length;
    return [
      `${array.device} : active ${array.level} ${members.toReversed().join(" ")}`,
      `      ${array.blocks} blocks super 1.2 [${array.members.length}/${active}] [${map}]`,
      ...(array.blocks > 10_000_000 ? ["      bitmap: 3/30 pages [12KB], 65536KB chunk"] : []),
      "      ",
    ].join("\n");
  });
  return `Personalities : [raid1] [raid10] \n${blocks.join("\n")}\nunused devices: <none>\n`;
}
