import { z } from "zod";
import { durationSchema, identifierSchema } from "./estate-words.ts";
import { signingWaySchema } from "./people.ts";
import { grantSchema, grantStandings, roleNames } from "./roles.ts";
import { localTextSchema } from "./text.ts";

/** How people sign in, under the estate's key `signIn`. */
export const signInSettingsSchema = z.strictObject({
  /** A window where nobody has typed or clicked for this long is locked. */
  idleLock: durationSchema.optional(),
  /** The account of the workstation alone signs its operator in: for labs, where nothing is real. */
  byAccount: z.boolean().optional(),
  /** OpenID Connect: the provider that people sign in with, and the claim that names them. */
  oidc: z
    .strictObject({
      /** Its issuer, exactly as its discovery document has it; `http` is for loopback alone. */
      issuer: z.url({ protocol: /^https?$/ }),
      clientId: z.string().min(1).max(200),
      claim: z.string().min(1).max(100).default("email"),
      scopes: z.array(z.string().min(1).max(100)).max(20).default(["openid", "email"]),
      /** A port of its own for the browser to come back to, where the provider asks for one. */
      port: z.int().min(1024).max(65_535).optional(),
    })
    .optional(),
});
export type SignInSettings = z.infer<typeof signInSettingsSchema>;

/** Milliseconds without input after which a window is locked, where the estate says nothing. */
export const usualIdleLock = 900_000;

/** Whether an operator may take rights that they do not have, under the estate's key `breakGlass`. */
export const breakGlassSchema = z.strictObject({
  allowed: z.boolean().default(true),
  minutes: z.int().min(1).max(480).default(30),
  /** The `webhook` system that it is announced by. */
  announce: identifierSchema.optional(),
});
export type BreakGlassSettings = z.infer<typeof breakGlassSchema>;

const words = z.string().trim().min(10).max(1000);
const passId = z.string().max(100);

/** How somebody proves who they are. `signature`: of a challenge, made elsewhere; `keychain`: by the key that is kept there. */
export const proofSchema = z.discriminatedUnion("kind", [
  ...signingWaySchema.options,
  z.object({ kind: z.literal("keychain") }),
  z.object({ kind: z.literal("signature"), signature: z.string().max(20_000) }),
]);
export type Proof = z.infer<typeof proofSchema>;

/** What is signed to sign in: the canonical JSON of this. Times are epoch milliseconds. */
export const challengeSchema = z.object({
  version: z.literal(1),
  purpose: z.literal("sign-in"),
  operator: z.string(),
  /** The workstation of the console, and the SHA-256 of its data folder's path. */
  workstation: z.string(),
  folder: z.string(),
  at: z.number(),
  nonce: z.string(),
});
export type Challenge = z.infer<typeof challengeSchema>;

/** What is signed to take rights for a while. */
export const passRequestSchema = challengeSchema.extend({
  purpose: z.literal("break-glass"),
  reason: z.string(),
  until: z.number(),
});
export type PassRequest = z.infer<typeof passRequestSchema>;

export const signInRequestSchema = z.object({ operator: identifierSchema, proof: proofSchema });
export const passAskedSchema = z.object({ reason: words, proof: proofSchema });
export const passReviewSchema = z.object({ id: passId, words });
export const passNamedSchema = z.object({ id: passId });

/** Rights that somebody took. */
export const passSchema = z.object({
  id: z.string(),
  operator: z.string(),
  reason: z.string(),
  from: z.number(),
  /** When it ends by itself, or was ended. */
  until: z.number(),
  active: z.boolean(),
  /** What was done under it: runs and tasks. */
  touched: z.array(z.string()),
  review: z.object({ by: z.string(), at: z.number(), words: z.string() }).nullable(),
});
export type Pass = z.infer<typeof passSchema>;

/** How the telling of others stands. `uncertain`: it was sent, and no answer came; it is not sent again. */
export const passAnnouncedSchema = z.object({
  state: z.enum(["pending", "announced", "uncertain", "given-up", "nowhere"]),
  /** Tries that have failed; the last one, when and why. */
  attempts: z.int(),
  at: z.number().nullable(),
  why: localTextSchema.nullable(),
});
export type PassAnnounced = z.infer<typeof passAnnouncedSchema>;

export const peopleViewSchema = z.object({
  /** The operator that this window acts for; null: nobody, or an account that is nobody's. */
  me: z.string().nullable(),
  account: z.string(),
  /** Whether rights are told by roles, so that one must sign in to do anything. */
  roles: z.boolean(),
  /** Who has signed in at this window, how and when; null: nobody has, or the account alone says it. */
  signedIn: z.object({ operator: z.string(), way: z.string(), at: z.number() }).nullable(),
  locked: z.boolean(),
  /** Why whoever had signed in has not any more. */
  ended: localTextSchema.nullable(),
  /** Milliseconds without input after which this window is locked; null: it is not. */
  idleLock: z.number().nullable(),
  /** The identity provider's host; null without one. */
  provider: z.string().nullable(),
  /** Whether rights can be taken, and for how many minutes. */
  breakGlass: z.object({ minutes: z.number() }).nullable(),
  passes: z.array(passSchema.extend({ announced: passAnnouncedSchema })),
  operators: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      keys: z.array(z.object({ type: z.string(), fingerprint: z.string(), comment: z.string() })),
      /** Whether this console keeps a key of theirs, closed by their passphrase. */
      kept: z.boolean(),
      /** Whether a key of theirs may be in the keychain here. */
      keychain: z.boolean(),
      roles: z.array(grantSchema.extend({ standing: z.enum(grantStandings) })),
    }),
  ),
});
export type PeopleView = z.infer<typeof peopleViewSchema>;

/** What whoever works at this window may do with one resource, and who else may. */
export const mayDoSchema = z.object({
  roles: z.array(
    z.object({
      role: z.enum(roleNames),
      allowed: z.boolean(),
      /** Everybody who has it there now, by their roles or by break-glass. */
      holders: z.array(z.object({ id: z.string(), name: z.string() })),
    }),
  ),
  text: localTextSchema,
});
export type MayDo = z.infer<typeof mayDoSchema>;

const namedSchema = z.object({ id: z.string(), name: z.string() });

/** All that whoever works at a window may do, and where that comes from. */
export const ownRightsSchema = z.object({
  /** The operator; null: nobody has signed in, or an account that is nobody's. */
  operator: z.string().nullable(),
  /** `everything`: no operator has a role. `nothing`: nobody has signed in, so that the window may only look. */
  extent: z.enum(["everything", "nothing", "by-roles"]),
  /** Their roles, each with its place in the estate file; the line counts from 1, and is null where the file cannot say. */
  held: z.array(
    z.object({
      grant: grantSchema,
      standing: z.enum(grantStandings),
      file: z.string().nullable(),
      line: z.int().nullable(),
    }),
  ),
  /** Rights that they have taken for a while: all of them, until this moment in epoch milliseconds. */
  taken: z.object({ until: z.number(), reason: z.string() }).nullable(),
  /** The places that rights are told by. */
  sites: z.array(namedSchema),
  environments: z.array(namedSchema),
});
export type OwnRights = z.infer<typeof ownRightsSchema>;
