import { useCallback, useState } from "react";
import type { ProtectionFrame, ProtectionQuery } from "../../../shared/protection.ts";
import type { Client } from "../../state/client.ts";
import { useLive } from "../../state/live.ts";

/** What a person has chosen to see. */
export type BackupsView = Pick<ProtectionQuery, "text" | "facets" | "sort">;

/** Rows that are asked for at once. */
export const windowSize = 100;

/** The time zone of this workstation, in which days and hours are told. */
export const localZone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

/** The live window at `offset`. While main answers for another, what was there stays on the screen. */
export function useBackups({ text, facets, sort }: BackupsView, offset: number) {
  const open = useCallback(
    (client: Client, signal: AbortSignal) =>
      client.protection.watch({ text, facets, sort, offset, limit: windowSize, zone: localZone }, { signal }),
    [text, facets, sort, offset],
  );
  const live = useLive(open);
  const [kept, setKept] = useState<ProtectionFrame | null>(null);
  if (live.value !== null && live.value !== kept) setKept(live.value);
  return { ...live, value: live.value ?? kept };
}
