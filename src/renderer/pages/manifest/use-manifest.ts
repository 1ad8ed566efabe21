import { useCallback, useEffect, useRef, useState } from "react";
import type { WireError } from "../../../shared/errors.ts";
import type { Manifest } from "../../../shared/manifest.ts";
import { useClient } from "../../state/live.ts";
import { toWireError } from "../../state/wire-error.ts";

/** The object behind a resource as it was last read. */
export interface ReadManifest {
  manifest: Manifest | null;
  error: WireError | null;
  reading: boolean;
  /** Reads it anew; null when that failed, and then `error` says why. */
  read: () => Promise<Manifest | null>;
}

/** Reads the object behind a resource, at first and whenever asked to. */
export function useManifest(id: string): ReadManifest {
  const client = useClient();
  const [state, setState] = useState<Omit<ReadManifest, "read">>({
    manifest: null,
    error: null,
    reading: true,
  });
  const asking = useRef<AbortController | null>(null);
  const read = useCallback(async () => {
    asking.current?.abort();
    const controller = new AbortController();
    asking.current = controller;
    setState((before) => ({ ...before, error: null, reading: true }));
    try {
      const manifest = await client.manifests.read({ id }, { signal: controller.signal });
      if (controller.signal.aborted) return null;
      setState({ manifest, error: null, reading: false });
      return manifest;
    } catch (thrown) {
      if (!controller.signal.aborted) {
        setState((before) => ({ ...before, error: toWireError(thrown), reading: false }));
      }
      return null;
    }
  }, [client, id]);
  useEffect(() => {
    void read();
    return () => asking.current?.abort();
  }, [read]);
  return { ...state, read };
}
