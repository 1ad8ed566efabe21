import { useCallback, useEffect, useRef, useState } from "react";
import type { WireError } from "../../../shared/errors.ts";
import type { ManifestCheck, ManifestEdit } from "../../../shared/manifest.ts";
import { useClient } from "../../state/live.ts";
import { toWireError } from "../../state/wire-error.ts";

/** What the API server last said of an edit. */
interface Checked {
  /** The text that it said it of. */
  yaml: string;
  check: ManifestCheck;
}

/** Asks the API server what it would make of an edit, by its own dry run. */
export function useCheck() {
  const client = useClient();
  const [checked, setChecked] = useState<Checked | null>(null);
  const [error, setError] = useState<WireError | null>(null);
  const [checking, setChecking] = useState(false);
  const asking = useRef<AbortController | null>(null);
  useEffect(() => () => asking.current?.abort(), []);
  const forget = useCallback(() => {
    asking.current?.abort();
    setChecked(null);
    setError(null);
    setChecking(false);
  }, []);
  const check = useCallback(
    async (edit: ManifestEdit) => {
      asking.current?.abort();
      const controller = new AbortController();
      asking.current = controller;
      setChecking(true);
      setError(null);
      try {
        const answer = await client.manifests.check(edit, { signal: controller.signal });
        if (!controller.signal.aborted) setChecked({ yaml: edit.yaml, check: answer });
      } catch (thrown) {
        if (!controller.signal.aborted) setError(toWireError(thrown));
      } finally {
        if (asking.current === controller) setChecking(false);
      }
    },
    [client],
  );
  return { checked, checking, error, check, forget };
}
