import { useCallback } from "react";
import type { CertificateQuery } from "../../../shared/certificates.ts";
import type { Client } from "../../state/client.ts";
import { useKept, windowSize } from "../../widgets/list/use-kept.ts";

/** What a person has chosen to see. */
export type CertificatesView = Pick<CertificateQuery, "text" | "facets" | "sort">;

/** The live window of the list at `offset`. */
export function useCertificates({ text, facets, sort }: CertificatesView, offset: number) {
  return useKept(
    useCallback(
      (client: Client, signal: AbortSignal) =>
        client.certificates.watch({ text, facets, sort, offset, limit: windowSize }, { signal }),
      [text, facets, sort, offset],
    ),
  );
}
