import { afterEach, describe, expect, it } from "vitest";
import { readSections, type Sections } from "../host-sections.ts";
import { factsScript } from "./facts-script.ts";
import { readMaintenance, readQuick, saysSomething } from "./reading.ts";
import { FakeCommands } from "./testing/fake-commands.ts";
import { localShell } from "./testing/fake-reach.ts";
import { shells, shellsWithPath } from "./testing/shells.ts";

const mark = "passerelle-00112233445566778899aabbccddeeff";
const target = {
  id: "here",
  name: "here",
  address: "127.0.0.1",
  port: 22,
  user: "operator",
  authentication: [],
  via: null,
  allowlist: null,
  hostKey: null,
};
let commands: FakeCommands | null = null;
afterEach(() => {
  commands?.remove();
  commands = null;
});

async function run(shell: string[], fakes: Record<string, string>, maintenance = true): Promise<Sections> {
  commands = new FakeCommands(fakes);
  const answer = await localShell(shell, commands.environment)(target, "sh -s", {
    signal: AbortSignal.timeout(15_000),
    deadline: 15_000,
    input: factsScript({ mark, maintenance, sudo: true }),
  });
  return readSections(answer.output, mark);
}

const smart = JSON.stringify({ model_name: "Example", smart_status: { passed: false } });
const asRoot = { id: "echo 0" };

const named = (list: string[][]) => list.map((shell) => ({ shell, name: shell.join(" ") }));

describe.each(named(shells))("facts script in $name", ({ shell }) => {
  it("runs to its end on this machine and is understood", async () => {
    const sections = await run(shell, {}, false);
    expect(sections.complete).toBe(true);
    const reading = readQuick(sections, null);
    expect(saysSomething(reading)).toBe(true);
    expect(reading.kernel?.kernel).toMatch(/^\d/);
    expect(reading.fileSystems?.some(({ place }) => place === "/")).toBe(true);
  });
});

describe.each(named(shellsWithPath))("facts script in $name among stand-ins", ({ shell }) => {
  it("reads SMART, units and updates as the host's commands give them", async () => {
    const sections = await run(shell, {
      ...asRoot,
      systemctl: 'echo "backup.service loaded failed failed Nightly backup"',
      smartctl: `case $1 in --scan) echo "/dev/sda -d sat # /dev/sda [SAT], ATA device"; echo "/dev/nvme0 -d nvme # x";;\n*) echo '${smart}'; exit 8;; esac`,
      "apt-get":
        'echo "Inst libc6 [1] (2 Debian-Security:12/stable-security [amd64])"; echo "1 upgraded, 0 newly installed, 0 to remove and 0 not upgraded."',
    });
    expect(sections.complete).toBe(true);
    expect(readQuick(sections, null)).toMatchObject({
      failedUnits: ["backup.service"],
      packageManager: "apt",
    });
    expect(readMaintenance(sections)).toMatchObject({
      updates: { pending: 1, security: 1 },
      disks: [
        { device: "/dev/sda", state: "failing" },
        { device: "/dev/nvme0", state: "failing" },
      ],
      sudoRefused: false,
    });
  });

  it("uses sudo without a password for SMART, and says when that is refused", async () => {
    const lent = await run(shell, {
      id: "echo 1000",
      sudo: 'if [ "$1" = -n ]; then shift; exec "$@"; fi; exit 1',
      smartctl: `case $1 in --scan) echo "/dev/sda -d sat";; --version) ;; *) echo '${smart}';; esac`,
    });
    expect(readMaintenance(lent).disks).toMatchObject([{ device: "/dev/sda", state: "failing" }]);
    commands?.remove();
    const refused = await run(shell, { id: "echo 1000", sudo: "exit 1" });
    expect(refused.complete).toBe(true);
    expect(readMaintenance(refused)).toMatchObject({ disks: null, sudoRefused: true });
  });

  it("cuts endless output off and goes on with the rest", async () => {
    const sections = await run(shell, { ...asRoot, nproc: "yes 1", "apt-get": "yes 'Inst a [1] (2 x)'" });
    expect(sections.complete).toBe(true);
    expect(sections.whole("nproc")).toBeUndefined();
    expect(sections.whole("updates-apt")).toBeUndefined();
    expect(sections.whole("loadavg") === undefined).toBe(!saysLoad());
    expect(readMaintenance(sections).updates).toBeNull();
  });

  it("survives commands that print garbage or are killed", async () => {
    const garbage = "printf '\\377\\376\\001 \\033]0;title\\007 \\200\\n\\303(\\n'";
    const sections = await run(shell, {
      ...asRoot,
      uname: garbage,
      df: garbage,
      nproc: "kill -9 $$",
      systemctl: garbage,
      smartctl: garbage,
      "apt-get": garbage,
    });
    expect(sections.complete).toBe(true);
    const reading = readQuick(sections, null);
    expect(reading).toMatchObject({ kernel: null, fileSystems: null, processors: null, failedUnits: [] });
    expect(readMaintenance(sections)).toMatchObject({ updates: null, disks: null });
  });

  it("leaves out what could hang where the host has no usable timeout", async () => {
    const sections = await run(shell, { timeout: "exit 1", df: "sleep 100", "apt-get": "sleep 100" });
    expect(sections.complete).toBe(true);
    expect(sections.whole("df")).toBeUndefined();
    expect(sections.whole("updates-apt")).toBeUndefined();
    expect(sections.whole("uname")).toBeDefined();
  });

  it("ends what hangs", async () => {
    const timeout = 'shift 2; seconds=$1; shift; case $1 in df) exit 137;; *) exec "$@";; esac';
    const sections = await run(shell, { timeout, df: "sleep 100" });
    expect(sections.whole("df")?.status).toBe(137);
    expect(sections.complete).toBe(true);
  });
});

/** /proc is Linux's. */
function saysLoad(): boolean {
  return process.platform === "linux";
}
