import { z } from "zod";
import { plainWords } from "./words.ts";

/**
 * What a disk says of itself. `failing`: its own judgement (or an NVMe critical warning) is bad; `worn`: sectors wait
 * to be moved, could not be read, or the rated endurance is used up; null: it did not say (asleep, no rights, no SMART).
 */
export interface Disk {
  device: string;
  model: string | null;
  state: "passed" | "worn" | "failing" | null;
  /** Degrees Celsius. */
  temperature: number | null;
  hours: number | null;
  pendingSectors: number | null;
  uncorrectableSectors: number | null;
  /** Percent of the rated endurance that is used (NVMe); may pass 100. */
  enduranceUsed: number | null;
}

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
/** What does not fit is taken as not said, without losing the rest of the answer. */
const lenient = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined);

const attributeSchema = z.object({
  id: count,
  when_failed: lenient(z.string()),
  raw: z.object({ value: count }),
});
const smartSchema = z.object({
  model_name: lenient(z.string()),
  scsi_model_name: lenient(z.string()),
  smart_status: lenient(z.object({ passed: z.boolean() })),
  temperature: lenient(z.object({ current: z.number().int().min(-100).max(200) })),
  power_on_time: lenient(z.object({ hours: count })),
  ata_smart_attributes: lenient(
    z.object({ table: z.array(attributeSchema.catch({ id: 0, raw: { value: 0 } })) }),
  ),
  nvme_smart_health_information_log: lenient(
    z.object({
      critical_warning: lenient(count),
      percentage_used: lenient(count),
      media_errors: lenient(count),
    }),
  ),
});

/** Current_Pending_Sector and Offline_Uncorrectable of the ATA attribute table. */
const pendingSectorAttribute = 197;
const uncorrectableSectorAttribute = 198;

/** Reads one answer of `smartctl --json -i -H -A` (smartctl(8)); null when it is not one. */
export function parseSmart(device: string, body: string): Disk | null {
  const name = plainWords(device, 64);
  const answer = smartSchema.safeParse(parseJson(body));
  if (name === null || !answer.success) return null;
  const smart = answer.data;
  const raw = (id: number) =>
    smart.ata_smart_attributes?.table.find((attribute) => attribute.id === id)?.raw.value ?? null;
  const disk: Disk = {
    device: name,
    model: plainWords(smart.model_name ?? smart.scsi_model_name ?? "", 80),
    state: null,
    temperature: smart.temperature?.current ?? null,
    hours: smart.power_on_time?.hours ?? null,
    pendingSectors: raw(pendingSectorAttribute),
    uncorrectableSectors: raw(uncorrectableSectorAttribute),
    enduranceUsed: smart.nvme_smart_health_information_log?.percentage_used ?? null,
  };
  const failingNow = smart.ata_smart_attributes?.table.some((each) => each.when_failed === "now") ?? false;
  const criticalWarning = (smart.nvme_smart_health_information_log?.critical_warning ?? 0) > 0;
  return { ...disk, state: judgeState(disk, smart.smart_status?.passed, failingNow || criticalWarning) };
}

function judgeState(disk: Disk, passed: boolean | undefined, alarmed: boolean): Disk["state"] {
  if (passed === false || alarmed) return "failing";
  const worn =
    (disk.pendingSectors ?? 0) > 0 ||
    (disk.uncorrectableSectors ?? 0) > 0 ||
    (disk.enduranceUsed ?? 0) >= 100;
  if (worn) return "worn";
  return passed === true ? "passed" : null;
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
