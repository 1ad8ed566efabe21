import { useCallback, useState } from "react";
import type { CertificateFrame, CertificateQuery } from "../../../shared/certificates.ts";
import type { Client } from "../../state/client.ts";
import { useLive } from "../../state/live.ts";

/** What a person has chosen to see. */
export type CertificatesView = Pick<CertificateQuery, "text" | "facets" | "sort">;

/** Rows that are asked for at once. */
export const windowSize = 100;

/** The live window at `offset`. While main answers for another, what was there stays on the screen. */
export function useCertificates({ text, facets, sort }: CertificatesView, offset: number) {
  const open = useCallback(
    (client: Client, signal: AbortSignal) =>
      client.certificates.watch({ text, facets, sort, offset, limit: windowSize }, { signal }),
    [text, facets, sort, offset],
  );
  const live = useLive(open);
  const [kept, setKept] = useState<CertificateFrame | null>(null);
  if (live.value !== null && live.value !== kept) setKept(live.value);
  return { ...live, value: live.value ?? kept };
}
