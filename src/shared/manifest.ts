import { z } from "zod";
import { localTextSchema } from "./text.ts";

const mostYaml = 4_000_000;

/** An object as its API server has it, as YAML to be edited; what only the server writes is left out. */
export const manifestSchema = z.object({
  yaml: z.string(),
  /** The version that was read: an edit of another one is refused. */
  version: z.string(),
  /** Why it cannot be changed; null when it can. */
  locked: localTextSchema.nullable(),
});
export type Manifest = z.infer<typeof manifestSchema>;

export const manifestEditSchema = z.object({
  resource: z.string().max(700),
  yaml: z.string().max(mostYaml),
  version: z.string().max(200),
});
export type ManifestEdit = z.infer<typeof manifestEditSchema>;

/** A mistake in what was written; line and column count from 1, null where the server named no place. */
export const manifestFaultSchema = z.object({
  line: z.int().nullable(),
  column: z.int().nullable(),
  text: localTextSchema,
});
export type ManifestFault = z.infer<typeof manifestFaultSchema>;

/** What the API server would make of an edit, by its own dry run; nothing is changed. */
export const manifestCheckSchema = z.object({
  outcome: z.enum(["unchanged", "changed", "refused", "outdated"]),
  /** The object now and as it would be, with what the server's defaults and admission add. */
  before: z.string(),
  after: z.string(),
  faults: z.array(manifestFaultSchema),
  /** The server's own warnings, in its words. */
  warnings: z.array(z.string()),
});
export type ManifestCheck = z.infer<typeof manifestCheckSchema>;
