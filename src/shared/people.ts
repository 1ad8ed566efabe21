import { z } from "zod";
import { identifierSchema } from "./estate-words.ts";
import { grantSchema } from "./roles.ts";
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
  /** What they may do, and where. While no operator has any, everybody may do everything. */
  roles: z.array(grantSchema).max(100).optional(),
  /** What the identity provider calls them, in the claim that `signIn.oidc` names. */
  identities: z.array(z.string().min(1).max(300)).max(20).optional(),
});
export const operatorsSchema = z.record(identifierSchema, operatorSchema);
export type Operators = z.infer<typeof operatorsSchema>;

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

/** An approval, or a refusal, as the journal keeps it: with all that it takes to check it without the estate. */
export const signedApprovalSchema = z.object({
  request: approvalRequestSchema,
  /** The file that `ssh-keygen -Y sign` makes. */
  signature: z.string().max(20_000),
  operator: z.string(),
  /** The signer's public key as in authorized_keys. */
  key: z.string().max(8000),
  fingerprint: z.string(),
});
export type SignedApproval = z.infer<typeof signedApprovalSchema>;

/** What somebody wrote down about a run, with a file or without. Times are epoch milliseconds, sizes bytes. */
export const runNoteSchema = z.object({
  at: z.number(),
  by: z.string(),
  /** The step that it is about; null: the whole run. */
  node: z.string().nullable(),
  text: z.string(),
  attachment: z.object({ name: z.string(), sha256: z.string(), size: z.int() }).nullable(),
});
export type RunNote = z.infer<typeof runNoteSchema>;

/** The largest file that may be attached to a note, in bytes, and the most of it that is sent at once. */
export const largestAttachment = 10 * 1024 * 1024;
export const largestPiece = 1024 * 1024;

const runId = z.string().max(300);
const stepId = z.string().max(1000);
const secretWords = z.string().max(1024);

/** How somebody signs: with the key that this console keeps of them, one that is handed in, or by ssh-agent. */
export const signingWaySchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("kept"), passphrase: secretWords }),
  z.object({ kind: z.literal("key"), key: z.string().max(20_000), passphrase: secretWords.default("") }),
  z.object({ kind: z.literal("agent") }),
]);
export type SigningWay = z.infer<typeof signingWaySchema>;

export const askApprovalSchema = z.object({
  run: runId,
  node: stepId,
  /** The operator who is asked; null: whoever may. */
  to: identifierSchema.nullable().default(null),
});
export const signRequestSchema = z.object({
  request: z.string().max(70_000),
  operator: identifierSchema,
  verdict: z.enum(["approve", "refuse"]),
  way: signingWaySchema,
});
export const noteRequestSchema = z.object({
  id: runId,
  node: stepId.nullable().default(null),
  text: z.string().trim().min(1).max(4000),
  /** A file that was sent piece by piece before. */
  attachment: z
    .object({ upload: z.string().max(100), name: z.string().min(1).max(200) })
    .nullable()
    .default(null),
});
export const handOverSchema = z.object({ id: runId, to: identifierSchema, reason: z.string().max(1000) });
