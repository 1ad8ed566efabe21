import { z } from "zod";
import { identifierSchema } from "./estate-words.ts";
import { localTextSchema } from "./text.ts";

/*
 * Operators are people who can prove who they are by a key of their own. An approval that asks for another person is a
 * signature over what was approved, in the format of OpenSSH (PROTOCOL.sshsig), so that it can be made at any console,
 * by an agent or a hardware key, and checked by anybody with `ssh-keygen -Y verify`.
 */

/** One operator, under the estate's key `operators`. */
export const operatorSchema = z.strictObject({
  name: z.string().min(1).max(100),
  /** Public keys as in authorized_keys: `ssh-ed25519 AAAA… comment`. */
  keys: z.array(z.string().min(20).max(4000)).max(20).default([]),
  /** Names of accounts at workstations; whoever is logged in to one of them is this operator. */
  accounts: z.array(z.string().min(1).max(100)).max(20).default([]),
});
export const operatorsSchema = z.record(identifierSchema, operatorSchema);
export type Operators = z.infer<typeof operatorsSchema>;

export const peopleViewSchema = z.object({
  /** The operator that this console acts for, by the account it runs under; null: the account is nobody's. */
  me: z.string().nullable(),
  account: z.string(),
  operators: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      keys: z.array(z.object({ type: z.string(), fingerprint: z.string(), comment: z.string() })),
      /** Whether this console keeps a key of theirs, closed by their passphrase. */
      kept: z.boolean(),
    }),
  ),
});
export type PeopleView = z.infer<typeof peopleViewSchema>;

/** What an approval is bound to. Its canonical JSON is what is signed. */
export const approvalRequestSchema = z.object({
  version: z.literal(1),
  run: z.string().max(300),
  procedure: z.string().max(100),
  node: z.string().max(1000),
  /** What is approved, as it stands at the gate. */
  text: localTextSchema,
  planHash: z.string().max(200),
  /** SHA-256 over what was observed and shown at the gate; empty where a gate shows nothing. */
  observed: z.string().max(200),
  requestedBy: z.string().max(200),
  requestedAt: z.number(),
  expiresAt: z.number(),
});
export type ApprovalRequest = z.infer<typeof approvalRequestSchema>;
