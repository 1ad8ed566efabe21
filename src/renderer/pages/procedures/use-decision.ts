import { useCallback, useState } from "react";
import type { WireError } from "../../../shared/errors.ts";
import type { Client } from "../../state/client.ts";
import { useClient } from "../../state/live.ts";
import { toWireError } from "../../state/wire-error.ts";

/** Sends a person's decision, one at a time, and keeps what went wrong with it to be shown beside the buttons. */
export function useDecision() {
  const client = useClient();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<WireError | null>(null);
  const decide = useCallback(
    async (call: (client: Client) => Promise<unknown>) => {
      setBusy(true);
      setError(null);
      try {
        await call(client);
        return true;
      } catch (thrown) {
        setError(toWireError(thrown));
        return false;
      } finally {
        setBusy(false);
      }
    },
    [client],
  );
  return { busy, error, decide };
}
