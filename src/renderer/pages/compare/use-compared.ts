import { useCallback } from "react";
import type { ResourceDetail } from "../../../shared/resource-detail.ts";
import type { Client } from "../../state/client.ts";
import { useLiveFold } from "../../state/live.ts";
import { merged } from "../../state/merged.ts";

interface Told {
  id: string;
  detail: ResourceDetail;
}

/** What is known of each resource, by its identifier, as it changes. `ids` must stay the same array. */
export function useCompared(ids: readonly string[]) {
  const open = useCallback(
    async (client: Client, signal: AbortSignal) => {
      const streams = await Promise.all(
        ids.map(async (id) => tagged(id, await client.resources.watch({ id }, { signal }))),
      );
      return merged(streams);
    },
    [ids],
  );
  return useLiveFold(open, fold);
}

async function* tagged(id: string, details: AsyncIterable<ResourceDetail>): AsyncGenerator<Told> {
  for await (const detail of details) yield { id, detail };
}

function fold(known: ReadonlyMap<string, ResourceDetail> | null, { id, detail }: Told) {
  return new Map(known ?? []).set(id, detail);
}
