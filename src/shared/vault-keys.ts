import { oc } from "@orpc/contract";
import { z } from "zod";
import { wireErrorSchema } from "./errors.ts";
import { identifierSchema } from "./estate-words.ts";
import { vaultTokensSchema } from "./vault-tokens.ts";

/** Somebody who gets a share of a Vault's key when the shares are made anew. */
export const shareHolderSchema = z.object({
  /** As the estate names them. */
  id: z.string(),
  /** Of their OpenPGP key; null where it cannot be read. */
  fingerprint: z.string().nullable(),
  /** Their new share as an OpenPGP message that they alone can open; null while there is none. */
  sealed: z.string().nullable(),
});

/** How the making of new shares stands. Times in epoch milliseconds. */
export const rekeyViewSchema = z.object({
  state: z.enum(["none", "old-shares", "new-shares"]),
  /** What the shares are of: the key that opens it, or, where it opens by itself, a recovery key. */
  held: z.enum(["unseal", "recovery"]),
  /** The same at every console; "" while nothing is under way. */
  attempt: z.string(),
  entered: z.int().nonnegative(),
  needed: z.int().nonnegative(),
  /** Of the new shares: how many open it, and how many there are. */
  threshold: z.int().nonnegative(),
  shares: z.int().nonnegative(),
  holders: z.array(shareHolderSchema),
  /** Keys that new shares are made for, or were, and that the estate does not name. */
  strangers: z.array(z.string()),
  /** Why the keys of the holders are not known. */
  error: wireErrorSchema.nullable(),
  readAt: z.number(),
});
export type RekeyView = z.infer<typeof rekeyViewSchema>;

const wanted = z.object({ vault: identifierSchema });

/** The calls about the shares of a Vault's key and its tokens; no share and no token is ever told. */
export const vaultKeyCalls = {
  /** How the making of new shares stands, and what is sealed for whom. */
  rekey: oc.input(wanted).output(rekeyViewSchema),
  /** The tokens that live, by their accessors. */
  tokens: oc.input(wanted).output(vaultTokensSchema),
};
