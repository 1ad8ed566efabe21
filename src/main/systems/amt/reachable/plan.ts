import { type LocalText, text } from "../../../../shared/text.ts";
import { isAtLeast } from "../firmware.ts";
import * as words from "./obstacles.ts";
import type { ReachReading } from "./reading.ts";
import { type SettingId, settings } from "./settings.ts";

/** What the estate wants of a machine's screen. */
export interface ReachWants {
  screen: "redirection" | "port-5900" | "none";
  /** Why the password of port 5900 cannot be used; null when it can, or none is wanted. */
  passwordProblem: LocalText | null;
}

export interface PlannedChange {
  id: SettingId;
  from: string;
  to: string;
}

export interface ReachPlan {
  /** In the order in which they are made. */
  changes: PlannedChange[];
  /** What cannot be had, each with its reason. */
  obstacles: LocalText[];
  /** What stays as it is and is good to know. */
  notes: LocalText[];
}

/** What must be changed for a machine to be reachable, and what stands in the way. Only looks. */
export function planReach(reading: ReachReading, wants: ReachWants): ReachPlan {
  if (reading.controlMode === "none" || reading.setUp === false) {
    return { changes: [], obstacles: [words.notSetUp], notes: [] };
  }
  const barred = barriers(reading, wants);
  const changes: PlannedChange[] = [];
  const obstacles = new Map<string, LocalText>();
  const notes: LocalText[] = [];
  for (const { id, wanted } of settings) {
    const found = reading.values[id];
    const bar = barred[id];
    if (bar === "unwanted") continue;
    if (bar) obstacles.set(bar.en, bar);
    else if ("value" in found) {
      const to = wanted(found.value);
      if (to !== found.value) changes.push({ id, from: found.value, to });
    } else if (id === "link-policy") notes.push(words.linkUnknown(found.lack));
    else {
      const lack = words.lacking(id, found.lack);
      obstacles.set(lack.en, lack);
    }
  }
  const consent = wants.screen === "none" ? null : words.consentNote(reading.consent, reading.controlMode);
  if (consent && !barred.kvm) notes.push(consent);
  return { changes, obstacles: [...obstacles.values()], notes };
}

/** Settings that are not to be touched: because nobody wants them, or because it cannot work. */
function barriers(
  reading: ReachReading,
  wants: ReachWants,
): Partial<Record<SettingId, "unwanted" | LocalText>> {
  const { kvm } = reading.values;
  const screen =
    wants.screen === "none"
      ? "unwanted"
      : reading.firmware.edition === "standard"
        ? words.standardManageability
        : reading.allowedByBios === false
          ? words.barredByBios
          : ("value" in kvm && kvm.value === "not-applicable") || ("lack" in kvm && kvm.lack === "absent")
            ? words.noGraphics
            : undefined;
  const classic =
    wants.screen !== "port-5900"
      ? "unwanted"
      : (screen ??
        (isAtLeast(reading.firmware.version, 16, 1)
          ? words.noClassicPort
          : isOpen(reading)
            ? undefined
            : (wants.passwordProblem ?? undefined)));
  return { ...(screen && { kvm: screen }), ...(classic && { "port-5900": classic }) };
}

function isOpen({ values }: ReachReading): boolean {
  const port = values["port-5900"];
  return "value" in port && port.value === "on";
}

/** "Switch on …: from off to on", in the order of the changes, then what cannot be had and what is good to know. */
export function stepsOf(plan: ReachPlan): LocalText[] {
  return [...plan.changes.map(stepOf), ...plan.obstacles, ...plan.notes];
}

function stepOf({ id, from, to }: PlannedChange): LocalText {
  const setting = settings.find((each) => each.id === id);
  if (!setting) return text(id, id);
  const { name } = setting;
  const before = setting.words(from);
  const after = setting.words(to);
  return text(`${name.en}: from ${before.en} to ${after.en}.`, `${name.fr} : de ${before.fr} à ${after.fr}.`);
}

/** Several sentences as one text. */
export function joined(sentences: readonly LocalText[]): LocalText {
  return text(sentences.map(({ en }) => en).join(" "), sentences.map(({ fr }) => fr).join(" "));
}
