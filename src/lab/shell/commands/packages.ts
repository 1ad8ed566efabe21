import type { Machine, Package } from "../../world/machine.ts";
import type { Process, ProgramTable } from "../process.ts";
import { table } from "./figures.ts";
import { readOptions, UsageError, withUsage } from "./options.ts";

/** Machines on which a package manager is at work: there can be only one. */
const locked = new WeakSet<Machine>();

function pending(process: Process): Package[] {
  return process.view.machine.packages.filter((entry) => entry.candidate !== null);
}

function origin(process: Process, entry: Package): string {
  const { system } = process.view.machine;
  if (system.id === "ubuntu")
    return `Ubuntu:${system.version}/${system.codename}-${entry.security ? "security" : "updates"}`;
  return entry.security
    ? `Debian-Security:${system.version}/stable-security`
    : `Debian:${system.version}.9/stable`;
}

async function upgrade(process: Process, simulate: boolean): Promise<number> {
  const { machine, world } = process.view;
  const waiting = pending(process);
  await process.print(
    "Reading package lists...\nBuilding dependency tree...\nReading state information...\nCalculating upgrade...\n",
  );
  if (waiting.length > 0) {
    await process.print(
      `The following packages will be upgraded:\n  ${waiting.map((entry) => entry.name).join(" ")}\n`,
    );
  }
  await process.print(`${waiting.length} upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n`);
  if (simulate) {
    for (const entry of waiting) {
      await process.print(
        `Inst ${entry.name} [${entry.installed}] (${entry.candidate} ${origin(process, entry)} [amd64])\n`,
      );
    }
    for (const entry of waiting) {
      await process.print(`Conf ${entry.name} (${entry.candidate} ${origin(process, entry)} [amd64])\n`);
    }
    return 0;
  }
  if (process.view.diskIsFull() && waiting.length > 0) {
    await process.error.write(
      new TextEncoder().encode("E: You don't have enough free space in /var/cache/apt/archives/.\n"),
    );
    return 100;
  }
  await world.upgrade(machine.id, process.signal, async (name) => {
    const entry = machine.packages.find((one) => one.name === name);
    await process.print(`Setting up ${name} (${entry?.installed ?? ""}) ...\n`);
  });
  return 0;
}

async function aptGet(process: Process): Promise<number> {
  const options = readOptions(process.arguments, "syqo:fut:", [
    "simulate",
    "dry-run",
    "just-print",
    "yes",
    "assume-yes",
    "quiet",
    "with-new-pkgs",
    "no-install-recommends",
    "upgradable",
  ]);
  const [verb = "", ...names] = options.operands;
  const simulate = ["s", "simulate", "dry-run", "just-print"].some((name) => options.has(name));
  const fail = async (...lines: string[]) => {
    await process.error.write(new TextEncoder().encode(lines.map((line) => `E: ${line}\n`).join("")));
    return 100;
  };
  if (verb === "list") {
    await process.print("Listing...\n");
    for (const entry of pending(process)) {
      await process.print(
        `${entry.name}/${origin(process, entry)} ${entry.candidate} amd64 [upgradable from: ${entry.installed}]\n`,
      );
    }
    return 0;
  }
  if (verb === "check" || verb === "clean" || verb === "autoclean" || verb === "autoremove") return 0;
  if (!["update", "upgrade", "dist-upgrade", "full-upgrade", "install"].includes(verb)) {
    throw new UsageError(`Invalid operation ${verb}`);
  }
  if (!simulate && process.user.id !== 0) {
    return fail(
      "Could not open lock file /var/lib/dpkg/lock-frontend - open (13: Permission denied)",
      "Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), are you root?",
    );
  }
  const { machine } = process.view;
  if (!simulate && locked.has(machine)) {
    return fail("Could not get lock /var/lib/dpkg/lock-frontend. It is held by another process (apt-get)");
  }
  if (verb === "install") {
    const unknown = names.find((name) => !machine.packages.some((entry) => entry.name === name));
    if (unknown !== undefined) return fail(`Unable to locate package ${unknown}`);
    await process.print("0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n");
    return 0;
  }
  if (!simulate) locked.add(machine);
  try {
    if (verb === "update") {
      await process.sleep(1);
      await process.print(
        `Hit:1 http://packages.example/${machine.system.id} ${machine.system.codename} InRelease\nReading package lists...\n`,
      );
      return 0;
    }
    const agreed = ["y", "yes", "assume-yes"].some((name) => options.has(name));
    if (!simulate && !agreed && pending(process).length > 0) {
      await process.print("Do you want to continue? [Y/n] Abort.\n");
      return 1;
    }
    return await upgrade(process, simulate);
  } finally {
    if (!simulate) locked.delete(machine);
  }
}

/** update-notifier's helper: `updates;security` on the standard error. */
async function aptCheck(process: Process): Promise<number> {
  const waiting = pending(process);
  const security = waiting.filter((entry) => entry.security).length;
  const words = process.arguments.includes("--human-readable")
    ? `${waiting.length} updates can be applied immediately.\n${security} of these updates are standard security updates.\n`
    : `${waiting.length};${security}`;
  await process.error.write(new TextEncoder().encode(words));
  return 0;
}

async function dpkg(process: Process): Promise<number> {
  const options = readOptions(process.arguments, "lWf:s:L:S:", [
    "list",
    "show",
    "showformat=",
    "print-architecture",
  ]);
  if (options.has("print-architecture")) {
    await process.print("amd64\n");
    return 0;
  }
  const packages = process.view.machine.packages.filter(
    (entry) => options.operands.length === 0 || options.operands.includes(entry.name),
  );
  const one = options.value("s");
  const shown = one === null ? packages : process.view.machine.packages.filter((entry) => entry.name === one);
  if (shown.length === 0) {
    await process.complain(`no packages found matching ${one ?? options.operands.join(" ")}`);
    return 1;
  }
  if (process.name === "dpkg-query") {
    for (const entry of shown) await process.print(`${entry.name}\t${entry.installed}\n`);
  } else await process.print(table(shown.map((entry) => ["ii ", entry.name, entry.installed, "amd64"])));
  return 0;
}

export const packagePrograms: ProgramTable = {
  apt: withUsage(aptGet, 100),
  "apt-check": aptCheck,
  "apt-get": withUsage(aptGet, 100),
  dpkg: withUsage(dpkg),
  "dpkg-query": withUsage(dpkg),
};
