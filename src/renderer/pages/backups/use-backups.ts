import { useCallback } from "react";
import type { ProtectionQuery } from "../../../shared/protection.ts";
import type { Client } from "../../state/client.ts";
import { useKept, windowSize } from "../../widgets/list/use-kept.ts";

/** What a person has chosen to see. */
export type BackupsView = Pick<ProtectionQuery, "text" | "facets" | "sort">;

/** The time zone of this workstation, in which days and hours are told. */
export const localZone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

/** The live window of the list at `offset`. */
export function useBackups({ text, facets, sort }: BackupsView, offset: number) {
  return useKept(
    useCallback(
      (client: Client, signal: AbortSignal) =>
        client.protection.watch(
          { text, facets, sort, offset, limit: windowSize, zone: localZone },
          { signal },
        ),
      [text, facets, sort, offset],
    ),
  );
}
