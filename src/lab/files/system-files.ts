import type { MachineView } from "../world/view.ts";
import type { GivenFile } from "./machine-files.ts";

/** What the distribution and the administrator put under /etc, /boot, /usr and /var. */
export function systemFiles(view: MachineView): Record<string, GivenFile> {
  const { machine } = view;
  const { system } = machine;
  const made = (content: () => string | null): GivenFile => ({ content });
  const files: Record<string, GivenFile> = {
    "/usr/lib/os-release": made(() =>
      [
        `PRETTY_NAME="${system.name} ${system.version} (${system.codename})"`,
        `NAME="${system.name}"`,
        `VERSION_ID="${system.version}"`,
        `VERSION="${system.version} (${system.codename})"`,
        `VERSION_CODENAME=${system.codename}`,
        `ID=${system.id}`,
        ...(system.id === "ubuntu" ? ["ID_LIKE=debian"] : []),
        "",
      ].join("\n"),
    ),
    "/etc/debian_version": { content: system.id === "debian" ? "12.8\n" : "trixie/sid\n" },
    "/etc/hostname": { content: `${machine.id}\n` },
    "/etc/machine-id": { content: `${machine.machineId}\n` },
    "/etc/hosts": made(() =>
      [
        "127.0.0.1\tlocalhost",
        ...[...view.world.machines.values()]
          .slice(0, 20)
          .map((other) => `${other.address}\t${other.hostname} ${other.id}`),
        "",
      ].join("\n"),
    ),
    "/etc/passwd": {
      content:
        "root:x:0:0:root:/root:/bin/sh\nsshd:x:105:65534::/run/sshd:/usr/sbin/nologin\nops:x:1000:1000:Operations:/home/ops:/bin/sh\n",
    },
    "/etc/shadow": { content: "root:*:20000:0:99999:7:::\nops:!:20000:0:99999:7:::\n", mode: 0o600 },
    "/etc/group": { content: "root:x:0:\nadm:x:4:ops\nsudo:x:27:ops\nops:x:1000:\n" },
    "/etc/fstab": made(() =>
      machine.fileSystems
        .map((entry) => `${entry.source} ${entry.mountedOn} ${entry.type} defaults 0 1\n`)
        .join(""),
    ),
    "/etc/apt/sources.list": {
      content: `deb http://packages.example/${system.id} ${system.codename} main\n`,
    },
    "/etc/ssh/sshd_config": { content: "PermitRootLogin no\nMaxSessions 10\nMaxAuthTries 6\n" },
    "/etc/sudoers.d/ops": { content: "ops ALL=(ALL) NOPASSWD: ALL\n", mode: 0o440 },
    "/etc/motd": { content: `${machine.hostname}: a machine of the lab. Nothing you do here is real.\n` },
    "/home/ops/.profile": { content: "# nothing is set here\n" },
    "/var/log/syslog": {
      content: () =>
        machine.log
          .map(
            (line) =>
              `${new Date(line.at).toISOString().slice(0, 19)} ${machine.id} ${line.unit}: ${line.text}\n`,
          )
          .join(""),
      mode: 0o640,
    },
    "/var/lib/dpkg/status": made(() =>
      machine.packages
        .map(
          (entry) =>
            `Package: ${entry.name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${entry.installed}\n\n`,
        )
        .join(""),
    ),
    "/run/reboot-required": made(() => (view.rebootNeeded() ? "*** System restart required ***\n" : null)),
    "/run/reboot-required.pkgs": made(() =>
      view.rebootNeeded() ? `linux-image-${machine.installedKernel}\n` : null,
    ),
  };
  for (const kernel of kernelsOf(view)) {
    files[`/boot/vmlinuz-${kernel}`] = made(() => (isOnDisk(view, kernel) ? "kernel\n" : null));
    files[`/usr/lib/modules/${kernel}/modules.dep`] = { content: "" };
  }
  if (system.id === "ubuntu") {
    files["/var/lib/update-notifier/updates-available"] = made(() => {
      const pending = machine.packages.filter((entry) => entry.candidate !== null);
      const security = pending.filter((entry) => entry.security);
      return `\n${pending.length} updates can be applied immediately.\n${security.length} of these updates are standard security updates.\n`;
    });
  }
  if (machine.arrays.length > 0) {
    files["/etc/mdadm/mdadm.conf"] = {
      content: machine.arrays
        .map((array) => `ARRAY /dev/${array.device} metadata=1.2 name=${machine.id}:${array.device}\n`)
        .join(""),
    };
  }
  return files;
}

/** Whether a kernel and its modules are installed. */
export function isOnDisk(view: MachineView, kernel: string): boolean {
  return kernel === view.machine.kernel || kernel === view.machine.installedKernel;
}

/** Every kernel that the machine has or may get. */
export function kernelsOf(view: MachineView): Set<string> {
  const kernel = view.machine.packages.find((entry) => entry.name.startsWith("linux-image"));
  return new Set([
    view.machine.kernel,
    view.machine.installedKernel,
    kernel?.candidate ?? view.machine.kernel,
  ]);
}
