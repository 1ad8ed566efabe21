import { bytesInWords, figure, ratioInWords } from "../../shared/amount-words.ts";
import type { CapacityFigure, CapacityVerdict } from "../../shared/capacity.ts";
import { type LocalText, text } from "../../shared/text.ts";
import type { ClusterLoad } from "./cluster-load.ts";

/** From this share of a ceiling on, a figure is near it. */
const near = 0.9;

/** vCPUs of the VMs that are on, for the physical cores of the hosts that serve. */
export function processorsOf(load: ClusterLoad): CapacityFigure {
  const { used, whole } = sums(load, "vcpus", "cores");
  const ceiling = load.limits.vcpuPerCore;
  const words = text(
    `${figure(used).en} vCPUs for ${figure(whole).en} cores`,
    `${figure(used).fr} vCPU pour ${figure(whole).fr} cœurs`,
  );
  return judged(load, used, whole, ceiling, words);
}

/** Memory assigned to the VMs that are on, for that of the hosts that serve; bytes. */
export function memoryOf(load: ClusterLoad): CapacityFigure {
  const { used, whole } = sums(load, "memory", "memory");
  const [assigned, there] = [bytesInWords(used), bytesInWords(whole)];
  const words = text(`${assigned.en} assigned of ${there.en}`, `${assigned.fr} attribués sur ${there.fr}`);
  return judged(load, used, whole, load.limits.memoryRatio, words);
}

function judged(
  { unknown }: ClusterLoad,
  used: number,
  whole: number,
  ceiling: number | null,
  words: LocalText,
): CapacityFigure {
  if (unknown !== null) {
    return { used: null, whole: null, ratio: null, ceiling, verdict: "unknown", text: unknown };
  }
  const ratio = whole > 0 ? used / whole : null;
  const told = ratio === null ? null : ratioInWords(ratio);
  const most = ceiling === null ? null : ratioInWords(ceiling);
  const here = told === null ? words : text(`${words.en}, 1:${told.en}`, `${words.fr}, 1:${told.fr}`);
  const sentence =
    most === null
      ? text(`${here.en}; no ceiling is set.`, `${here.fr} ; aucun plafond n'est fixé.`)
      : text(`${here.en}; the ceiling is 1:${most.en}.`, `${here.fr} ; le plafond est de 1:${most.fr}.`);
  return { used, whole, ratio, ceiling, verdict: verdictOf(used, whole, ceiling), text: sentence };
}

function verdictOf(used: number, whole: number, ceiling: number | null): CapacityVerdict {
  if (whole === 0) return used > 0 ? "exceeded" : "ok";
  if (ceiling === null) return "ok";
  if (used > whole * ceiling) return "exceeded";
  return used > whole * ceiling * near ? "warning" : "ok";
}

function sums(load: ClusterLoad, of: "vcpus" | "memory", have: "cores" | "memory") {
  const whole = load.rooms.reduce((sum, room) => sum + room[have], 0);
  const serving = load.rooms.reduce(
    (sum, room) => sum + (of === "vcpus" ? room.vcpusUsed : room.memoryUsed),
    0,
  );
  return { whole, used: serving + load.stranded.reduce((sum, guest) => sum + guest[of], 0) };
}
