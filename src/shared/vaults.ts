import { z } from "zod";
import { wireErrorSchema } from "./errors.ts";

/** The resource that a Vault as a whole is, by its system. */
export function wholeVault(system: string): string {
  return `${system}/cluster`;
}

/** How the console stands with one Vault; never its token. Times in epoch milliseconds, by this workstation's clock. */
export const vaultStandingSchema = z.object({
  /** Of the system in the estate. */
  id: z.string(),
  name: z.string(),
  /** As the estate names it (`oidc`, `appRole` …); null where it names no log-in. */
  method: z.string().nullable(),
  /** Whether signing in wants a person. */
  needsPerson: z.boolean(),
  /** Whether the estate's `vault:` references are read here. */
  references: z.boolean(),
  state: z.enum(["signed-out", "signing-in", "signed-in"]),
  /** As Vault calls whoever is signed in. */
  who: z.string().nullable(),
  policies: z.array(z.string()),
  since: z.number().nullable(),
  /** When the token ends unless it is renewed; null for one without an end. */
  expiresAt: z.number().nullable(),
  /** When it ends whatever is done (its maximum life), where that is known. */
  endsAt: z.number().nullable(),
  renewable: z.boolean(),
  /** Why nobody is signed in, or why the token could not be renewed. */
  error: wireErrorSchema.nullable(),
});
export type VaultStanding = z.infer<typeof vaultStandingSchema>;

/** The same, with the state in which the Vault itself was found last; null where that is not known any more, or not yet. */
export const vaultSeenSchema = vaultStandingSchema.extend({
  found: z.enum(["open", "sealed", "no-active-node", "not-initialised", "away"]).nullable(),
});
export type VaultSeen = z.infer<typeof vaultSeenSchema>;
