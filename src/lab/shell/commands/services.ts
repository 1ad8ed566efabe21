import { nextTrigger, startJob } from "../../world/jobs.ts";
import type { Unit } from "../../world/machine.ts";
import type { Process, ProgramTable } from "../process.ts";
import { formatDate } from "./dates.ts";
import { table } from "./figures.ts";
import { readOptions, UsageError, withUsage } from "./options.ts";
import { goDown } from "./power.ts";

const longOptions = [
  "failed",
  "no-legend",
  "no-pager",
  "plain",
  "all",
  "type=",
  "state=",
  "now",
  "quiet",
  "force",
  "legend=",
  "property=",
  "value",
  "no-block",
  "full",
];

function activity(unit: Unit): { active: string; sub: string } {
  if (unit.state === "failed") return { active: "failed", sub: "failed" };
  if (unit.state === "dead") return { active: "inactive", sub: "dead" };
  if (unit.timer) return { active: "active", sub: "waiting" };
  if (unit.job && unit.state === "running") return { active: "activating", sub: "start" };
  return { active: "active", sub: unit.state };
}

function unitNamed(process: Process, name: string): Unit | undefined {
  const full = name.includes(".") ? name : `${name}.service`;
  return process.view.units().find((unit) => unit.name === full);
}

async function listUnits(
  process: Process,
  units: readonly Unit[],
  legend: boolean,
  plain: boolean,
): Promise<number> {
  const rows = units.map((unit) => {
    const { active, sub } = activity(unit);
    const mark = plain ? "" : unit.state === "failed" ? "● " : "  ";
    return [`${mark}${unit.name}`, "loaded", active, sub, unit.description];
  });
  const heading =
    legend && rows.length > 0 ? [[plain ? "UNIT" : "  UNIT", "LOAD", "ACTIVE", "SUB", "DESCRIPTION"]] : [];
  await process.print(table([...heading, ...rows]));
  if (legend) await process.print(`${rows.length > 0 ? "\n" : ""}${rows.length} loaded units listed.\n`);
  return 0;
}

async function statusOf(process: Process, names: readonly string[]): Promise<number> {
  let status = 0;
  for (const name of names) {
    const unit = unitNamed(process, name);
    if (!unit) {
      await process.complain(`Unit ${name} could not be found.`);
      status = 4;
      continue;
    }
    const { active, sub } = activity(unit);
    const since = formatDate("%a %F %T UTC", new Date(process.view.machine.bootedAt));
    await process.print(
      `● ${unit.name} - ${unit.description}\n     Loaded: loaded (/lib/systemd/system/${unit.name}; enabled)\n     Active: ${active} (${sub}) since ${since}\n`,
    );
    if (unit.state === "failed") status = 3;
  }
  return status;
}

/** Starts or stops a unit; a fault that is laid over it fails it again at once. */
async function change(process: Process, verb: string, names: readonly string[]): Promise<number> {
  if (process.user.id !== 0) {
    await process.complain(`Failed to ${verb} ${names.join(" ")}: Interactive authentication required.`);
    return 1;
  }
  for (const name of names) {
    const { machine, world } = process.view;
    const unit = unitNamed(process, name);
    if (!unit) {
      await process.complain(`Failed to ${verb} ${name}: Unit ${name} not found.`);
      return 5;
    }
    await process.sleep(0.3);
    world.write(machine, "systemd", `${verb} of ${unit.name}`);
    if (unit.state === "failed" && verb !== "stop") {
      await process.complain(
        `Job for ${unit.name} failed because the control process exited with error code.`,
      );
      return 1;
    }
    const own = machine.units.find((entry) => entry.name === unit.name);
    if (own?.job && verb !== "stop") {
      const { ended } = startJob(world, machine, own);
      if (!readOptions(process.arguments, "laqt:p:n:", longOptions).has("no-block")) await ended;
      if (stateOf(own) === "failed") return 1;
      continue;
    }
    if (own) own.state = verb !== "stop" ? "running" : own.job || own.timer ? "dead" : "exited";
    world.announce(machine, "units");
  }
  return 0;
}

/** Read anew: it may have changed while something else was waited for. */
const stateOf = ({ state }: Unit) => state;

/** Says whether units start with the machine; `--now` starts or stops them as well. */
async function setEnabled(
  process: Process,
  verb: "enable" | "disable",
  names: readonly string[],
  now: boolean,
): Promise<number> {
  if (process.user.id !== 0) {
    await process.complain(`Failed to ${verb} unit: Interactive authentication required.`);
    return 1;
  }
  const { machine, world } = process.view;
  for (const name of names) {
    const own = machine.units.find((entry) => entry.name === unitNamed(process, name)?.name);
    if (!own) {
      await process.complain(`Failed to ${verb} unit: Unit file ${name} does not exist.`);
      return 1;
    }
    own.enabled = verb === "enable";
    world.announce(machine, "units");
  }
  return now ? change(process, verb === "enable" ? "start" : "stop", names) : 0;
}

/** The properties of units (systemctl(1), `show`): those that are asked for, in the order of systemd's own. */
async function show(
  process: Process,
  names: readonly string[],
  wanted: readonly string[] | null,
): Promise<number> {
  for (const [index, name] of names.entries()) {
    const properties = propertiesOf(process, name);
    const lines = Object.entries(properties).filter(([key]) => wanted === null || wanted.includes(key));
    await process.print(
      `${index > 0 ? "\n" : ""}${lines.map(([key, value]) => `${key}=${value}\n`).join("")}`,
    );
  }
  return 0;
}

function propertiesOf(process: Process, name: string): Record<string, string> {
  const unit = unitNamed(process, name);
  const id = name.includes(".") ? name : `${name}.service`;
  if (!unit)
    return { Id: id, LoadState: "not-found", ActiveState: "inactive", SubState: "dead", Result: "success" };
  const { active, sub } = activity(unit);
  const last = unit.job?.last ?? null;
  const now = process.view.world.clock.now();
  const isBad = unit.state === "failed" || (last !== null && last.endedAt !== null && !last.isGood);
  return {
    Result: isBad ? "exit-code" : "success",
    ...(unit.timer && {
      NextElapseUSecRealtime: moment(nextTrigger(unit, now)),
      LastTriggerUSec: moment(unit.timer.lastTriggeredAt),
    }),
    ...(unit.job && {
      ExecMainStartTimestamp: moment(last?.startedAt ?? null),
      ExecMainExitTimestamp: moment(last?.endedAt ?? null),
      ExecMainStatus: isBad ? "1" : "0",
    }),
    Id: unit.name,
    Description: unit.description,
    LoadState: "loaded",
    ActiveState: active,
    SubState: sub,
    UnitFileState: unit.job ? "static" : (unit.enabled ?? true) ? "enabled" : "disabled",
    InvocationID: last?.invocation ?? "",
  };
}

function moment(at: number | null): string {
  return at === null ? "" : formatDate("%a %F %T UTC", new Date(at));
}

async function systemctl(process: Process): Promise<number> {
  const options = readOptions(process.arguments, "laqt:p:n:", longOptions);
  const [verb = "list-units", ...names] = options.operands;
  const { view } = process;
  const stopping = view.machine.power === "stopping";
  const units = view.units();
  const failed = units.filter((unit) => unit.state === "failed");
  switch (verb) {
    case "list-units":
    case "list-unit-files": {
      const onlyFailed = options.has("failed") || options.value("state") === "failed";
      const wanted = onlyFailed ? failed : units;
      return listUnits(
        process,
        wanted,
        !options.has("no-legend") && options.value("legend") !== "false",
        options.has("plain"),
      );
    }
    case "list-jobs":
      if (stopping) await process.print("1201 reboot.target start waiting\n");
      else if (!options.has("no-legend")) await process.print("No jobs running.\n");
      return 0;
    case "is-system-running": {
      const state = stopping ? "stopping" : failed.length > 0 ? "degraded" : "running";
      await process.print(`${state}\n`);
      return state === "running" ? 0 : 1;
    }
    case "status":
      if (names.length > 0) return statusOf(process, names);
      await process.print(
        `● ${view.machine.id}\n    State: ${failed.length > 0 ? "degraded" : "running"}\n   Failed: ${failed.length} units\n`,
      );
      return 0;
    case "is-active":
    case "is-failed": {
      const states = names.map((name) => {
        const unit = unitNamed(process, name);
        return unit ? activity(unit).active : "inactive";
      });
      if (!options.has("quiet") && !options.has("q")) await process.print(`${states.join("\n")}\n`);
      return states.includes(verb === "is-active" ? "active" : "failed") ? 0 : verb === "is-active" ? 3 : 1;
    }
    case "is-enabled": {
      const states = names.map((name) => propertiesOf(process, name).UnitFileState ?? "not-found");
      await process.print(`${states.join("\n")}\n`);
      return states.every((state) => state === "enabled" || state === "static") ? 0 : 1;
    }
    case "enable":
    case "disable":
      return setEnabled(process, verb, names, options.has("now"));
    case "show": {
      const asked = options.value("p") ?? options.value("property");
      return show(process, names, asked === null ? null : asked.split(","));
    }
    case "start":
    case "stop":
    case "restart":
    case "reload":
      return change(process, verb, names);
    case "daemon-reload":
      return 0;
    case "reboot":
    case "kexec":
    case "soft-reboot":
      return goDown(process, "reboot");
    case "poweroff":
    case "halt":
      return goDown(process, "off");
    default:
      throw new UsageError(`Unknown command verb '${verb}'.`);
  }
}

async function journalctl(process: Process): Promise<number> {
  const options = readOptions(process.arguments, "n:u:bkfrxep:o:S:", [
    "no-pager",
    "lines=",
    "unit=",
    "since=",
    "until=",
    "disk-usage",
    "dmesg",
  ]);
  const { machine } = process.view;
  if (options.has("disk-usage")) {
    await process.print("Archived and active journals take up 48.0M in the file system.\n");
    return 0;
  }
  const unit = options.value("u") ?? options.value("unit");
  const kernel = options.has("k") || options.has("dmesg");
  const count = Number(options.value("n") ?? options.value("lines") ?? 500);
  const lines = machine.log
    .filter((line) => !options.has("b") || line.at >= machine.bootedAt)
    .filter((line) =>
      kernel ? line.unit === "kernel" : unit === null || line.text.includes(unit) || line.unit === unit,
    )
    .slice(-count)
    .map((line) => `${formatDate("%b %d %T", new Date(line.at))} ${machine.id} ${line.unit}: ${line.text}`);
  await process.print(lines.length > 0 ? `${lines.join("\n")}\n` : "-- No entries --\n");
  return 0;
}

async function dmesg(process: Process): Promise<number> {
  const { machine } = process.view;
  if (process.user.id !== 0) {
    await process.complain("read kernel buffer failed: Operation not permitted");
    return 1;
  }
  for (const line of machine.log.filter((entry) => entry.unit === "kernel" && entry.at >= machine.bootedAt)) {
    await process.print(`[${((line.at - machine.bootedAt) / 1000).toFixed(6).padStart(12)}] ${line.text}\n`);
  }
  return 0;
}

export const servicePrograms: ProgramTable = {
  systemctl: withUsage(systemctl, 1),
  journalctl: withUsage(journalctl, 1),
  dmesg,
};
