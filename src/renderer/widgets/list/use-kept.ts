import { useState } from "react";
import type { Client } from "../../state/client.ts";
import { useLive } from "../../state/live.ts";

/** Rows of a list that are asked for at once. */
export const windowSize = 100;

/** A live window of a list. While main answers for another one, what was there stays on the screen. */
export function useKept<Frame>(open: (client: Client, signal: AbortSignal) => Promise<AsyncIterable<Frame>>) {
  const live = useLive(open);
  const [kept, setKept] = useState<Frame | null>(null);
  if (live.value !== null && live.value !== kept) setKept(live.value);
  return { ...live, value: live.value ?? kept };
}
