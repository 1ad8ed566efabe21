import { useCallback, useEffect, useState } from "react";
import type { Preview } from "../../../shared/action.ts";
import type { WireError } from "../../../shared/errors.ts";
import { useClient } from "../../state/live.ts";
import type { SheetRequest } from "../../state/overlays.ts";
import { toWireError } from "../../state/wire-error.ts";
import { isHeldUp } from "./verdict.ts";

/** Milliseconds of rest after a change of the input before main probes again. */
const rest = 400;
/** Milliseconds until main is asked again while something stands in the way: what stops it may pass by itself. */
const lookAgain = 2500;

interface PreviewState {
  previews: Preview[] | null;
  error: WireError | null;
}

/**
 * What main says would happen with this input (null: not complete yet). Asked anew when the input has rested;
 * an answer to an older input is dropped. While every resource is held up it is asked again quietly, so that a sheet
 * opened too early (before the first reading, during a cut) opens by itself.
 */
export function usePreview(request: SheetRequest, input: Record<string, string | number | boolean> | null) {
  const client = useClient();
  const [state, setState] = useState<PreviewState>({ previews: null, error: null });
  const [round, setRound] = useState(0);
  const words = input === null ? null : JSON.stringify(input);
  useEffect(() => {
    setState({ previews: null, error: null });
    if (words === null) return;
    const controller = new AbortController();
    const { signal } = controller;
    let timer: ReturnType<typeof setTimeout>;
    const ask = async () => {
      try {
        const asked = {
          action: request.offer.id,
          resources: [...request.resources],
          input: JSON.parse(words),
        };
        const previews = await client.actions.preview(asked, { signal });
        if (signal.aborted) return;
        setState({ previews, error: null });
        if (isHeldUp(previews)) timer = setTimeout(ask, lookAgain);
      } catch (thrown) {
        if (!signal.aborted) setState({ previews: null, error: toWireError(thrown) });
      }
    };
    timer = setTimeout(ask, round === 0 && request.offer.fields.length === 0 ? 0 : rest);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [client, request, words, round]);
  const again = useCallback(() => setRound((value) => value + 1), []);
  return { ...state, again };
}
