import type { MachineView } from "../world/view.ts";

/** A line of a start: what share of the time until the log-in prompt has gone when it appears, and its words. */
export interface StartLine {
  at: number;
  words: string;
}

const green = "\u001b[32m";
const red = "\u001b[31m";
const yellow = "\u001b[33m";
const usual = "\u001b[0m";
/** The share of the time that the kernel takes; services take the rest. */
const kernelShare = 0.55;
/** Seconds that a kernel's own clock shows at the end of its share. */
const kernelSeconds = 2.4;

/** The kernel's lines, without their time stamps. */
function kernelWords({ machine }: MachineView): string[] {
  const kernel = machine.installedKernel;
  const root = machine.fileSystems[0];
  const isVm = machine.role === "vm";
  const gibibytes = Math.round(machine.memoryBytes / 1024 ** 3);
  const lines = [
    `Linux version ${kernel} (lab@${machine.id}) #1 SMP PREEMPT_DYNAMIC`,
    `Command line: BOOT_IMAGE=/boot/vmlinuz-${kernel} root=${root?.source} ro`,
    "BIOS-provided physical RAM map:",
    "BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable",
    `BIOS-e820: [mem 0x0000000000100000-0x${(machine.memoryBytes - 1).toString(16).padStart(16, "0")}] usable`,
    "NX (Execute Disable) protection: active",
    isVm ? "Hypervisor detected: KVM" : "DMI: Lab Tower, firmware 1.14",
    "tsc: Fast TSC calibration using PIT",
    "ACPI: Early table checksum verification disabled",
    `smpboot: CPU0: ${machine.processorModel}`,
    `smp: Bringing up secondary CPUs ... 1-${machine.processors - 1}`,
    `smp: Brought up 1 node, ${machine.processors} CPUs`,
    `Memory: ${gibibytes * 1024 * 1024 - 421_384}K/${gibibytes * 1024 * 1024}K available`,
    "devtmpfs: initialized",
    "clocksource: jiffies: mask: 0xffffffff max_cycles: 0xffffffff",
    "NET: Registered PF_NETLINK/PF_ROUTE protocol family",
    "PCI: Using configuration type 1 for base access",
    "ACPI: Interpreter enabled",
    "pci 0000:00:00.0: [8086:1237] type 00 class 0x060000",
    "SCSI subsystem initialized",
    "NET: Registered PF_INET protocol family",
    "TCP: Hash tables configured (established 65536 bind 65536)",
    "Trying to unpack rootfs image as initramfs...",
    "Serial: 8250/16550 driver, 4 ports, IRQ sharing enabled",
    "fbcon: Deferring console take-over",
    "rtc_cmos 00:00: registered as rtc0",
    "NET: Registered PF_INET6 protocol family",
    "Freeing unused kernel image (initmem) memory: 2796K",
    "Run /init as init process",
  ];
  for (const disk of machine.disks) {
    const sectors = Math.floor(disk.bytes / 512);
    if (disk.device.startsWith("nvme"))
      lines.push(`nvme nvme0: ${machine.processors}/0/0 default/read/poll queues`);
    lines.push(`${disk.device}: [${disk.device}] ${sectors} 512-byte logical blocks, ${disk.model}`);
  }
  for (const array of machine.arrays) {
    lines.push(
      `md/${array.level}:${array.device}: active with ${array.members.length} out of ${array.members.length} mirrors`,
    );
  }
  for (const system of machine.fileSystems) {
    if (system.type === "ext4")
      lines.push(`EXT4-fs (${system.source.slice(5)}): mounted filesystem with ordered data mode`);
    if (system.type === "xfs") lines.push(`XFS (${system.source.slice(5)}): Mounting V5 Filesystem`);
  }
  lines.push(
    `e1000e 0000:00:1f.6 eno1: NIC Link is Up 1000 Mbps Full Duplex`,
    "systemd[1]: systemd running in system mode (default-hierarchy=unified)",
    `systemd[1]: Hostname set to <${machine.id}>.`,
  );
  return isVm ? lines.map((line) => line.replace(/^e1000e .* eno1/, "virtio_net virtio0 ens3")) : lines;
}

function result(words: string, isGood: boolean): string {
  return isGood ? `[${green}  OK  ${usual}] ${words}` : `[${red}FAILED${usual}] ${words}`;
}

function serviceWords(view: MachineView): string[] {
  const lines = [
    `Welcome to ${view.machine.system.name} ${view.machine.system.version} (${view.machine.system.codename})!`,
    "",
    result("Created slice user.slice - User and Session Slice.", true),
    result("Reached target swap.target - Swaps.", true),
    result("Listening on systemd-journald.socket - Journal Socket.", true),
    result("Mounted dev-hugepages.mount - Huge Pages File System.", true),
    result("Finished systemd-modules-load.service - Load Kernel Modules.", true),
  ];
  for (const system of view.machine.fileSystems)
    lines.push(result(`Mounted ${system.mountedOn} on ${system.source}.`, true));
  lines.push(result("Reached target local-fs.target - Local File Systems.", true));
  lines.push(result("Reached target network.target - Network.", true));
  for (const unit of view.units()) {
    const isGood = unit.state !== "failed";
    lines.push(
      result(`${isGood ? "Started" : "Failed to start"} ${unit.name} - ${unit.description}.`, isGood),
    );
    if (!isGood) lines.push(`See '${yellow}systemctl status ${unit.name}${usual}' for details.`);
  }
  lines.push(result("Reached target multi-user.target - Multi-User System.", true));
  return lines;
}

/** What a starting system writes on its console, from the kernel's first line to the last service. */
export function startLines(view: MachineView): StartLine[] {
  const kernel = kernelWords(view);
  const services = serviceWords(view);
  return [
    ...kernel.map((words, index) => {
      const share = index / kernel.length;
      // The first lines of a kernel come at once, before its clock runs.
      const seconds = index < 6 ? 0 : kernelSeconds * share ** 2;
      return { at: kernelShare * share, words: `[${seconds.toFixed(6).padStart(12)}] ${words}` };
    }),
    ...services.map((words, index) => ({
      at: kernelShare + ((1 - kernelShare) * index) / services.length,
      words,
    })),
  ];
}

/** What a system writes on its console as it goes down in order. */
export function stopLines(view: MachineView): StartLine[] {
  const lines = [
    ...view
      .units()
      .filter((unit) => unit.state === "running")
      .map((unit) => result(`Stopped ${unit.name} - ${unit.description}.`, true)),
    result("Reached target umount.target - Unmount All Filesystems.", true),
    result("Reached target shutdown.target - System Shutdown.", true),
    "systemd-shutdown[1]: Syncing filesystems and block devices.",
    "systemd-shutdown[1]: Sending SIGTERM to remaining processes...",
    "systemd-shutdown[1]: All filesystems unmounted.",
  ];
  return lines.map((words, index) => ({ at: index / lines.length, words }));
}
