import { z } from "zod";

/** One token of a Vault, by its accessor: it can be looked up and revoked with that, and nothing be read. */
export const vaultTokenSchema = z.object({
  accessor: z.string(),
  /** As Vault calls whoever has it. */
  name: z.string(),
  /** What gave it, such as `auth/approle/login`. */
  path: z.string(),
  policies: z.array(z.string()),
  /** Epoch milliseconds by Vault's clock; `expiresAt` null for one without an end. */
  createdAt: z.number().nullable(),
  expiresAt: z.number().nullable(),
  /** How often it may still be used; 0 for as often as wanted. */
  uses: z.number(),
  orphan: z.boolean(),
  renewable: z.boolean(),
  /** Whether it is the console's own. */
  own: z.boolean(),
});
export type VaultToken = z.infer<typeof vaultTokenSchema>;

export const vaultTokensSchema = z.object({
  tokens: z.array(vaultTokenSchema),
  /** How many there are, read or not. */
  total: z.int().nonnegative(),
  readAt: z.number(),
});
export type VaultTokens = z.infer<typeof vaultTokensSchema>;
