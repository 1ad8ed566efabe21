import type { z } from "zod";

const prefix = "passerelle.";

/** Reads what was remembered on this workstation; anything missing or of another shape gives `otherwise`. */
export function readStored<Value>(key: string, schema: z.ZodType<Value>, otherwise: Value): Value {
  try {
    const words = window.localStorage.getItem(prefix + key);
    if (words === null) return otherwise;
    const parsed = schema.safeParse(JSON.parse(words));
    return parsed.success ? parsed.data : otherwise;
  } catch {
    return otherwise;
  }
}

/** Remembers a value; without storage (private window, full) the choice holds until the window closes. */
export function writeStored(key: string, value: unknown): void {
  try {
    window.localStorage.setItem(prefix + key, JSON.stringify(value));
  } catch {
    return;
  }
}
