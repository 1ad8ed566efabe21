import { useCallback, useEffect, useState } from "react";
import type { WireError } from "../../../shared/errors.ts";
import type { Plan } from "../../../shared/plan.ts";
import { useClient, usePhase } from "../../state/live.ts";
import { toWireError } from "../../state/wire-error.ts";

/** The plan of a run, asked for again when its edition has changed; the one before is kept until it is there. */
export function useRunPlan(run: string, edition: number | null) {
  const client = useClient();
  const { generation } = usePhase();
  const [plan, setPlan] = useState<Plan | null>(null);
  const [error, setError] = useState<WireError | null>(null);
  const load = useCallback(
    (signal: AbortSignal) => {
      client.procedures.planOf({ id: run }, { signal }).then(
        (answer) => {
          setPlan(answer);
          setError(null);
        },
        (thrown: unknown) => {
          if (!signal.aborted) setError(toWireError(thrown));
        },
      );
    },
    [client, run],
  );
  useEffect(() => {
    if (edition === null || generation === 0) return;
    const controller = new AbortController();
    load(controller.signal);
    return () => controller.abort();
  }, [load, edition, generation]);
  return { plan, error, retry: () => load(new AbortController().signal) };
}
