import type { Happening } from "../../../shared/happenings.ts";
import { hasWords } from "./typed-words.ts";

/** Whether what happened has every typed word in its reason, its subject or its sentence; case and accents aside. */
export function isShown(happening: Happening, typed: string, graveOnly: boolean): boolean {
  if (graveOnly && !happening.grave) return false;
  return hasWords(`${happening.reason}\n${happening.subject}\n${happening.text}`, typed);
}
