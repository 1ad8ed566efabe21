import { firstLines, plainNumber, plainWords } from "./words.ts";

/** How a software RAID array stands; null where the kernel's words do not say. */
export interface RaidArray {
  name: string;
  level: string | null;
  state: "clean" | "degraded" | "rebuilding" | "checking" | "inactive" | null;
  /** Members that the array wants and that work; null for levels without redundancy. */
  wanted: number | null;
  working: number | null;
  members: string[];
  failed: string[];
  /** What it is doing (recovery, resync, reshape, check, repair) and how far, 0 to 100; null percent: waiting. */
  activity: { kind: string; percent: number | null } | null;
}

/**
 * Reads /proc/mdstat as the kernel's md driver writes it (md_seq_show, status of each personality). Null when it is
 * not that file; an empty list when there is no array.
 */
export function parseMdstat(body: string): RaidArray[] | null {
  const lines = firstLines(body);
  if (!lines.some((line) => /^(Personalities|unused devices) ?:/.test(line))) return null;
  const arrays: RaidArray[] = [];
  let block: string[] = [];
  for (const line of [...lines, "unused devices:"]) {
    if (!/^\S/.test(line)) {
      block.push(line);
      continue;
    }
    const array = readArray(block);
    if (array && arrays.length < 200) arrays.push(array);
    block = [line];
  }
  return arrays;
}

function readArray(block: readonly string[]): RaidArray | null {
  const [head = "", ...rest] = block;
  const match = /^([A-Za-z0-9_.-]{1,64}) : (active|inactive)\b(.*)$/.exec(head.slice(0, 20_000));
  const name = match?.[1];
  if (name === undefined || name === "Personalities") return null;
  const words = (match?.[3] ?? "").split(/\s+/).filter((word) => word !== "" && !/^\(.*\)$/.test(word));
  const isMember = (word: string) => /^[^[\]]+\[\d+\](\([A-Z]\))*$/.test(word);
  const level = words.find((word) => !isMember(word)) ?? null;
  const devices = words.filter(isMember);
  const details = rest.join("\n");
  const counts = /\[(\d{1,4})\/(\d{1,4})\](?:\s+\[[U_]+\])?/.exec(details);
  const array: RaidArray = {
    name,
    level: level === null ? null : plainWords(level, 20),
    state: null,
    wanted: plainNumber(counts?.[1]),
    working: plainNumber(counts?.[2]),
    members: devices.map(deviceName),
    failed: devices.filter((device) => device.includes("(F)")).map(deviceName),
    activity: readActivity(details),
  };
  return { ...array, state: judgeState(array, match?.[2] === "inactive", /\bblocks\b/.test(details)) };
}

function deviceName(member: string): string {
  return plainWords(member.replace(/\[.*$/, ""), 64) ?? member.slice(0, 0);
}

function readActivity(details: string): RaidArray["activity"] {
  const running = /\b(recovery|resync|reshape|check|repair)\s*=\s*(\d{1,3}\.\d)%/.exec(details);
  if (running?.[1] !== undefined) {
    const percent = plainNumber(running[2]);
    return { kind: running[1], percent: percent === null || percent > 100 ? null : percent };
  }
  const waiting = /\b(recovery|resync|reshape|check|repair)\s*=\s*(DELAYED|PENDING|REMOTE)/.exec(details);
  return waiting?.[1] === undefined ? null : { kind: waiting[1], percent: null };
}

function judgeState(array: RaidArray, inactive: boolean, described: boolean): RaidArray["state"] {
  if (inactive) return "inactive";
  if (!described) return null;
  if (array.wanted === null || array.working === null) {
    const redundant = /^raid([1456]|10)$/.test(array.level ?? "");
    if (redundant) return null;
    return array.failed.length > 0 ? "degraded" : "clean";
  }
  if (array.working < array.wanted) {
    return array.activity?.kind === "recovery" ? "rebuilding" : "degraded";
  }
  return array.activity ? "checking" : "clean";
}
