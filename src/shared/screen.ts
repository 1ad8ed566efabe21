import { z } from "zod";
import { localTextSchema } from "./text.ts";

/**
 * The protocol of a screen session on its own channel. Binary messages are the bytes of RFB 3.8 (RFC 6143) in both
 * directions, beginning with the server's version; main has logged in already and offers security type None, so that
 * no secret reaches the renderer. Text messages are `screenEvent` from main and `screenCommand` from the renderer. The
 * renderer acknowledges bytes once it has handed them to the painter; main stops reading from the far side while more
 * than `screenWindow` bytes are unacknowledged.
 */
export const screenWindow = 4 * 1024 * 1024;
/** Bytes that the renderer gathers before it acknowledges them: a quarter of the window, so that nothing ever waits. */
export const screenAcknowledgement = screenWindow / 4;

export const screenCommandSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("acknowledge"), bytes: z.int().min(0) }),
]);
export type ScreenCommand = z.infer<typeof screenCommandSchema>;

/** A recording under way or kept; times in epoch milliseconds, `bytes` of the file so far. */
export const recordingSchema = z.object({
  id: z.string(),
  resource: z.string(),
  resourceName: z.string(),
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  bytes: z.int(),
  width: z.int(),
  height: z.int(),
  /** Why it ended early or cannot be replayed; null when it is whole or still being written. */
  trouble: localTextSchema.nullable(),
});
export type Recording = z.infer<typeof recordingSchema>;

export const screenEventSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("opened"),
    name: z.string(),
    width: z.int(),
    height: z.int(),
    /** How the bytes come: AMT's redirection over its web port, or a plain RFB port. */
    route: z.enum(["amt-redirection", "rfb", "recording"]),
    /** The recording that is being made of it, or that is replayed. */
    recording: recordingSchema.nullable(),
  }),
  z.object({ type: z.literal("first-pixels"), at: z.number() }),
  /** The recording has ended before the screen, with why in its `trouble`; the screen goes on. */
  z.object({ type: z.literal("recording-ended"), recording: recordingSchema }),
  /**
   * The session is over. `returns` says that the far side closed it for a change of power or a move, and that it can
   * be opened again at once: main then waits for the right moment by itself.
   */
  z.object({
    type: z.literal("ended"),
    reason: localTextSchema,
    hint: localTextSchema.nullable(),
    returns: z.boolean(),
  }),
]);
export type ScreenEvent = z.infer<typeof screenEventSchema>;
