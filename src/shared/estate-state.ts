import { z } from "zod";
import { estateFaultSchema } from "./estate.ts";
import { localTextSchema } from "./text.ts";

export const estateStateSchema = z.object({
  name: z.string(),
  file: z.string(),
  valid: z.boolean(),
  loadedAt: z.number().nullable(),
  /** True when the file in force is the last good copy and not what is on disk now. */
  fromLastGood: z.boolean(),
  faults: z.array(estateFaultSchema),
  /** What is advised of an estate that has no fault. */
  advice: z.array(estateFaultSchema).optional(),
  contents: z.array(z.object({ kind: z.string(), id: z.string(), name: z.string(), detail: z.string() })),
});
export type EstateState = z.infer<typeof estateStateSchema>;

/** A list of machines that was read: the estate's words for it, what was left out and why; lines count from 1. */
export const machineListSchema = z.object({
  yaml: z.string(),
  machines: z.array(z.object({ id: z.string(), line: z.int(), address: z.string() })),
  faults: z.array(z.object({ line: z.int(), text: localTextSchema })),
  /** Secrets that the list carried, by name, and how many of them were stored. */
  secrets: z.array(z.string()),
  stored: z.int(),
});
export type MachineListAnswer = z.infer<typeof machineListSchema>;
