import { z } from "zod";
import { localTextSchema } from "./text.ts";

/** Something the console must ask before it goes on: an unknown host key, a log-in prompt. */
export const questionSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("host-key"),
    id: z.string(),
    at: z.number(),
    target: z.string(),
    address: z.string(),
    algorithm: z.string(),
    fingerprint: z.string(),
  }),
  z.object({
    kind: z.literal("prompts"),
    id: z.string(),
    at: z.number(),
    target: z.string(),
    instructions: z.string(),
    prompts: z.array(z.object({ text: z.string(), echo: z.boolean() })),
  }),
  /** A code that somebody at the machine reads off its screen: digits only, `digits` of them, until `expiresAt`. */
  z.object({
    kind: z.literal("consent"),
    id: z.string(),
    at: z.number(),
    target: z.string(),
    resource: z.string(),
    digits: z.int().min(1).max(12),
    expiresAt: z.number(),
    instructions: localTextSchema,
  }),
  /** What a service wants of whoever signs in: fields to fill in, or a page to open in the browser (`url`). */
  z.object({
    kind: z.literal("sign-in"),
    id: z.string(),
    at: z.number(),
    target: z.string(),
    instructions: localTextSchema,
    fields: z.array(z.object({ label: localTextSchema, echo: z.boolean() })).max(10),
    url: z.string().nullable(),
    /** True where nobody signs in: a value or a share is entered for what `target` names. */
    enters: z.boolean().optional(),
    expiresAt: z.number(),
  }),
]);
export type Question = z.infer<typeof questionSchema>;
