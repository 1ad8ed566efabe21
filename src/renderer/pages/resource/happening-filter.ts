import type { Happening } from "../../../shared/happenings.ts";

/** Whether what happened has every typed word in its reason, its subject or its sentence; case and accents aside. */
export function isShown(happening: Happening, typed: string, graveOnly: boolean): boolean {
  if (graveOnly && !happening.grave) return false;
  const words = folded(typed).split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const searched = folded(`${happening.reason}\n${happening.subject}\n${happening.text}`);
  return words.every((word) => searched.includes(word));
}

function folded(words: string): string {
  return words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
