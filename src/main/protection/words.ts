import type { Protection } from "../../shared/protection.ts";
import { type LocalText, text } from "../../shared/text.ts";

const units = [
  { size: 86_400_000, least: 2 * 86_400_000, en: "d", fr: "j" },
  { size: 3_600_000, least: 3_600_000, en: "h", fr: "h" },
  { size: 60_000, least: 60_000, en: "min", fr: "min" },
] as const;

/** A duration in words, its two largest parts from hours down: `3 h 10 min`, `5 d`. */
export function durationInWords(milliseconds: number): LocalText {
  const unit = units.find(({ least }) => milliseconds >= least);
  if (!unit) return text("less than a minute", "moins d'une minute");
  const whole = Math.floor(milliseconds / unit.size);
  const minutes = unit.size === 3_600_000 ? Math.floor((milliseconds % unit.size) / 60_000) : 0;
  const rest = minutes > 0 ? ` ${minutes} min` : "";
  return text(`${whole} ${unit.en}${rest}`, `${whole} ${unit.fr}${rest}`);
}

type Judged = Pick<Protection, "state" | "rpo"> & {
  age: number | null;
  /** Since when nothing of it was read. */
  unread: number | null;
  /** What became of the last slot, where that makes it late. */
  lastSlot: "failed" | "missed" | null;
};

/** Why a thing stands as it does, with its figures. */
export function protectionWords({ state, rpo, age, unread, lastSlot }: Judged): LocalText {
  const old = age === null ? null : durationInWords(age);
  const most = rpo === null ? null : durationInWords(rpo);
  switch (state) {
    case "never":
      return text(
        "There is no good restore point of it.",
        "Il n'en existe aucun point de restauration valable.",
      );
    case "unprotected":
      return text(
        "Its environment has an RPO, but no system that makes backups knows it.",
        "Son environnement a un PDMA, mais aucun système de sauvegarde ne le connaît.",
      );
    case "late":
      return lateWords(old, most, rpo !== null && age !== null && age > rpo, lastSlot);
    case "unknown": {
      const since = unread === null ? null : durationInWords(unread);
      return since === null
        ? text("Its backups were never read.", "Ses sauvegardes n'ont jamais été lues.")
        : text(
            `Its backups were not read for ${since.en}${old ? `; the last one known is ${old.en} old` : ""}.`,
            `Ses sauvegardes n'ont pas été lues depuis ${since.fr}${old ? ` ; la dernière connue a ${old.fr}` : ""}.`,
          );
    }
    case "due":
      return text(
        `The last good one is ${old?.en} old, and the next is being made or about to be.`,
        `La dernière valable a ${old?.fr}, et la suivante est en cours ou imminente.`,
      );
    default:
      return most === null
        ? text(
            `The last good one is ${old?.en} old; nothing says how old it may be.`,
            `La dernière valable a ${old?.fr} ; rien n'indique quel âge elle peut avoir.`,
          )
        : text(
            `The last good one is ${old?.en} old, of ${most.en} that it may be.`,
            `La dernière valable a ${old?.fr}, pour ${most.fr} admis.`,
          );
  }
}

function lateWords(
  old: LocalText | null,
  most: LocalText | null,
  isTooOld: boolean,
  lastSlot: Judged["lastSlot"],
): LocalText {
  const slot =
    lastSlot === "failed"
      ? text("The last scheduled backup failed", "La dernière sauvegarde planifiée a échoué")
      : text("The last scheduled backup was missed", "La dernière sauvegarde planifiée n'a pas eu lieu");
  if (isTooOld && old && most) {
    const why = lastSlot === null ? text("", "") : text(` ${slot.en}.`, ` ${slot.fr}.`);
    return text(
      `The last good one is ${old.en} old, of ${most.en} that it may be.${why.en}`,
      `La dernière valable a ${old.fr}, pour ${most.fr} admis.${why.fr}`,
    );
  }
  return text(
    `${slot.en}; the last good one is ${old?.en} old.`,
    `${slot.fr} ; la dernière valable a ${old?.fr}.`,
  );
}
