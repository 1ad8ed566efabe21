import { z } from "zod";
import { localTextSchema } from "./text.ts";

/**
 * The protocol of a terminal session on its own channel. Main sends the shell's bytes as binary messages and
 * `terminalEvent` as text; the renderer sends `terminalCommand` as text. The renderer acknowledges bytes once
 * they are painted; main stops reading from the host while more than `terminalWindow` bytes are unacknowledged.
 */
export const terminalWindow = 256 * 1024;

export const terminalCommandSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("input"), data: z.string().max(1 << 20) }),
  z.object({ type: z.literal("resize"), columns: z.int().min(1).max(1000), rows: z.int().min(1).max(1000) }),
  z.object({ type: z.literal("acknowledge"), bytes: z.int().min(0) }),
]);
export type TerminalCommand = z.infer<typeof terminalCommandSchema>;

export const terminalEventSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("opened") }),
  z.object({
    type: z.literal("ended"),
    exitCode: z.number().nullable(),
    reason: localTextSchema,
    /** What can be done about it; null where nothing went wrong. */
    hint: localTextSchema.nullable(),
  }),
]);
export type TerminalEvent = z.infer<typeof terminalEventSchema>;
