import { z } from "zod";
import { localTextSchema } from "./text.ts";

/*
 * The provider's allowlists as a page shows them. Moments are epoch milliseconds.
 */

/** One network that a list lets in. */
export const listedNetworkSchema = z.object({
  id: z.string(),
  network: z.string(),
  /** As the provider calls it; `other` for what is not known here. */
  state: z.enum(["allowed", "toUpdate", "toDelete", "other"]),
  note: z.string().nullable(),
  by: z.string().nullable(),
  /** Null: it has no end. */
  ends: z.number().nullable(),
  /** Whether its end has come by the provider's clock. */
  isDue: z.boolean(),
  declared: z.enum(["declared", "temporary", "undeclared", "unknown"]),
  /** From where those who work here come in by it. */
  letsIn: z.array(z.string()),
  problems: z.array(localTextSchema),
});
export type ListedNetwork = z.infer<typeof listedNetworkSchema>;

export const providerListSchema = z.object({
  id: z.string(),
  name: z.string(),
  service: z.string().nullable(),
  /** `open`: everybody is let in; null: not read yet. */
  policy: z.string().nullable(),
  /** Ranges of the estate that no lasting entry lets in. */
  missing: z.array(z.string()),
  /** From where those who work here are known not to come in. */
  shut: z.array(z.string()),
  readAt: z.number().nullable(),
  stale: z.boolean(),
  /** Why it cannot be read. */
  error: localTextSchema.nullable(),
  problems: z.array(localTextSchema),
  networks: z.array(listedNetworkSchema),
});
export type ProviderListView = z.infer<typeof providerListSchema>;

export const allowlistsSchema = z.object({ lists: z.array(providerListSchema) });
export type AllowlistsView = z.infer<typeof allowlistsSchema>;
