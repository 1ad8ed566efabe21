import { z } from "zod";
import { liveHeader } from "../../shared/channel.ts";

const noticeSchema = z.strictObject({ live: z.string(), read: z.int().positive() });

/** How many frames a message reports as taken; null when it is a call. */
export function readNotice(message: string): number | null {
  if (!message.startsWith(`{"${liveHeader}":`)) return null;
  return noticeSchema.parse(JSON.parse(message)).read;
}
