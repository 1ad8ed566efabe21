import { useEffect, useState } from "react";
import type { WireError } from "../../../shared/errors.ts";
import type { LogRequest } from "../../../shared/logs.ts";
import { useClient } from "../../state/live.ts";
import { toWireError } from "../../state/wire-error.ts";

/** One log as main holds it. */
export interface OpenLog {
  /** Main's name for it; null until it is open. */
  id: string | null;
  error: WireError | null;
}

/** Opens logs in main and closes them when nobody looks any more. `request` must be stable: a new one opens anew. */
export function useLog(request: LogRequest): OpenLog {
  const client = useClient();
  const [state, setState] = useState<OpenLog>({ id: null, error: null });
  useEffect(() => {
    let wanted = true;
    setState({ id: null, error: null });
    const opening = client.logs.open(request);
    opening.then(
      ({ log }) => wanted && setState({ id: log, error: null }),
      (thrown: unknown) => wanted && setState({ id: null, error: toWireError(thrown) }),
    );
    return () => {
      wanted = false;
      opening
        .then(({ log }) => client.logs.close({ log }))
        .catch(() => {
          // Main forgets by itself what nobody looks at, should this not reach it.
        });
    };
  }, [client, request]);
  return state;
}
