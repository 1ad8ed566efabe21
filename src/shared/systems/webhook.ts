import { z } from "zod";
import { certificatePinSchema, secretReferenceSchema } from "../estate-access.ts";
import { durationSchema, expectations, identifierSchema } from "../estate-words.ts";

/** What stands for the announcement in a body of one's own. */
export const textMark = `\${text}`;

const channelSchema = z.strictObject({
  name: z.string().min(1).max(100).optional(),
  site: identifierSchema.optional(),
  environment: identifierSchema.optional(),
  via: identifierSchema.optional(),
  allowlist: identifierSchema.optional(),
  /** The whole URL, which is a secret: whoever has it may post. */
  url: secretReferenceSchema,
  /** Of a chat: who posts, and where, in place of what the hook is set up for. */
  username: z.string().min(1).max(64).optional(),
  channel: z.string().min(1).max(100).optional(),
  /** What is posted instead of a chat's message: any JSON with `${text}` in its words. */
  body: z
    .record(z.string(), z.json())
    .refine((body) => JSON.stringify(body).includes(textMark), expectations.webhookBody.en)
    .optional(),
  certificateAuthority: z.string().min(1).max(400).optional(),
  pin: certificatePinSchema.optional(),
});
export type WebhookChannel = z.infer<typeof channelSchema>;

/** The config of a system of type `webhook`: where people are told what happens. */
export const webhookSystemSchema = z.strictObject({
  type: z.literal("webhook"),
  name: z.string().min(1).max(100).optional(),
  site: identifierSchema.optional(),
  environment: identifierSchema.optional(),
  via: identifierSchema.optional(),
  allowlist: identifierSchema.optional(),
  /** How often it is seen whether they can be reached; nothing is posted by that. */
  every: durationSchema.default("5m"),
  channels: z.record(identifierSchema, channelSchema),
});
export type WebhookSystemConfig = z.infer<typeof webhookSystemSchema>;
