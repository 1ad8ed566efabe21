import type { Process, ProgramTable } from "../process.ts";
import { readOptions, UsageError, withUsage } from "./options.ts";

type ShownDisk = ReturnType<Process["view"]["disks"]>[number];

function attribute(id: number, name: string, value: number, raw: number, failing = false) {
  return {
    id,
    name,
    value,
    worst: value,
    thresh: 10,
    when_failed: failing ? "now" : "",
    raw: { value: raw, string: String(raw) },
  };
}

/** The answer of `smartctl --json -i -H -A` (smartctl(8), smartmontools' JSON format 1.0). */
function report(disk: ShownDisk): object {
  const isNvme = disk.device.startsWith("nvme");
  const common = {
    json_format_version: [1, 0],
    smartctl: { version: [7, 3], exit_status: disk.failing ? 8 : 0 },
    device: {
      name: `/dev/${disk.device}`,
      type: isNvme ? "nvme" : "sat",
      protocol: isNvme ? "NVMe" : "ATA",
    },
    model_name: disk.model,
    serial_number: disk.serial,
    user_capacity: { blocks: disk.bytes / 512, bytes: disk.bytes },
    rotation_rate: disk.rotational ? 7200 : 0,
    smart_support: { available: true, enabled: true },
    smart_status: { passed: !disk.failing },
    temperature: { current: disk.celsius },
    power_on_time: { hours: disk.powerOnHours },
  };
  if (isNvme) {
    return {
      ...common,
      nvme_smart_health_information_log: {
        critical_warning: 0,
        temperature: disk.celsius,
        available_spare: 100,
        percentage_used: Math.min(100, Math.floor(disk.powerOnHours / 1500)),
        media_errors: 0,
        power_on_hours: disk.powerOnHours,
      },
    };
  }
  return {
    ...common,
    ata_smart_attributes: {
      revision: 16,
      table: [
        attribute(5, "Reallocated_Sector_Ct", disk.failing ? 1 : 100, disk.failing ? 2048 : 0, disk.failing),
        attribute(9, "Power_On_Hours", 80, disk.powerOnHours),
        attribute(194, "Temperature_Celsius", 110, disk.celsius),
        attribute(197, "Current_Pending_Sector", 100, disk.pendingSectors),
        attribute(198, "Offline_Uncorrectable", 100, disk.failing ? 12 : 0),
      ],
    },
  };
}

async function smartctl(process: Process): Promise<number> {
  const options = readOptions(
    process.arguments.map((word) => (word.startsWith("--json") ? "--json" : word)),
    "iHAaxn:d:l:q:jV",
    ["json", "scan", "scan-open", "version", "info", "health", "attributes", "all", "device=", "nocheck="],
  );
  if (options.has("version") || options.has("V")) {
    await process.print("smartctl 7.3 (lab)\n");
    return 0;
  }
  const disks = process.view.disks().filter((disk) => !disk.device.startsWith("vd"));
  const typeOf = (disk: ShownDisk) => (disk.device.startsWith("nvme") ? "nvme" : "scsi");
  if (options.has("scan") || options.has("scan-open")) {
    for (const disk of disks) {
      await process.print(`/dev/${disk.device} -d ${typeOf(disk)} # /dev/${disk.device}, device\n`);
    }
    return 0;
  }
  const name = options.operands[0];
  if (name === undefined)
    throw new UsageError("ERROR: smartctl requires a device name as the final command-line argument.");
  const json = options.has("json") || options.has("j");
  const refuse = async (words: string) => {
    const message = { string: `${name}: ${words}`, severity: "error" };
    await process.print(
      json
        ? `${JSON.stringify({ json_format_version: [1, 0], smartctl: { version: [7, 3], messages: [message], exit_status: 2 } })}\n`
        : `Smartctl open device: ${name} failed: ${words}\n`,
    );
    return 2;
  };
  const disk = disks.find((entry) => `/dev/${entry.device}` === name);
  if (!disk) return refuse("No such device");
  if (process.user.id !== 0) return refuse("Permission denied");
  if (json) await process.print(`${JSON.stringify(report(disk))}\n`);
  else {
    await process.print(
      [
        `Device Model:     ${disk.model}`,
        `Serial Number:    ${disk.serial}`,
        `SMART overall-health self-assessment test result: ${disk.failing ? "FAILED!" : "PASSED"}`,
        `  9 Power_On_Hours          ${disk.powerOnHours}`,
        `194 Temperature_Celsius     ${disk.celsius}`,
        `197 Current_Pending_Sector  ${disk.pendingSectors}`,
        "",
      ].join("\n"),
    );
  }
  return disk.failing ? 8 : 0;
}

export const smartPrograms: ProgramTable = { smartctl: withUsage(smartctl, 1) };
