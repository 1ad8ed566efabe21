import { useCallback, useEffect, useMemo, useState } from "react";
import type { WireError } from "../../shared/errors.ts";
import type { Client } from "./client.ts";
import { useClient } from "./live.ts";
import { toWireError } from "./wire-error.ts";

/** What was answered to one question; while it is asked again, the former answer stays. */
export interface Answer<Value> {
  value: Value | null;
  error: WireError | null;
  reading: boolean;
  again: () => void;
}

/** Asks main once, and again when told to or when `since` changes. `ask` must be stable: a new one is another question. */
export function useAnswer<Value>(
  ask: (client: Client, signal: AbortSignal) => Promise<Value>,
  since: number,
): Answer<Value> {
  const client = useClient();
  const [turn, setTurn] = useState(0);
  const asked = useMemo(() => ({ ask, since, turn }), [ask, since, turn]);
  const [state, setState] = useState<{ of: typeof ask } & Omit<Answer<Value>, "again">>({
    of: ask,
    value: null,
    error: null,
    reading: true,
  });
  useEffect(() => {
    const { ask: question } = asked;
    const controller = new AbortController();
    setState((before) => ({
      of: question,
      value: before.of === question ? before.value : null,
      error: null,
      reading: true,
    }));
    question(client, controller.signal).then(
      (value) => {
        if (!controller.signal.aborted) setState({ of: question, value, error: null, reading: false });
      },
      (thrown: unknown) => {
        if (controller.signal.aborted) return;
        setState((before) => ({ ...before, error: toWireError(thrown), reading: false }));
      },
    );
    return () => controller.abort();
  }, [client, asked]);
  const again = useCallback(() => setTurn((before) => before + 1), []);
  // The answer to the question before is none to this one.
  return state.of === ask ? { ...state, again } : { value: null, error: null, reading: true, again };
}
