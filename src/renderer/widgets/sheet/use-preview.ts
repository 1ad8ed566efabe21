import { useCallback, useEffect, useState } from "react";
import type { Preview } from "../../../shared/action.ts";
import type { WireError } from "../../../shared/errors.ts";
import { useClient } from "../../state/live.ts";
import type { SheetRequest } from "../../state/overlays.ts";
import { toWireError } from "../../state/wire-error.ts";

/** Milliseconds of rest after a change of the input before main probes again. */
const rest = 400;

interface PreviewState {
  previews: Preview[] | null;
  error: WireError | null;
}

/**
 * What main says would happen with this input (null: not complete yet). Asked anew when the input has rested;
 * an answer to an older input is dropped.
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
    const timer = setTimeout(
      () => {
        client.actions
          .preview(
            { action: request.offer.id, resources: [...request.resources], input: JSON.parse(words) },
            { signal: controller.signal },
          )
          .then(
            (previews) => setState({ previews, error: null }),
            (thrown: unknown) => {
              if (!controller.signal.aborted) setState({ previews: null, error: toWireError(thrown) });
            },
          );
      },
      round === 0 && request.offer.fields.length === 0 ? 0 : rest,
    );
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [client, request, words, round]);
  const again = useCallback(() => setRound((value) => value + 1), []);
  return { ...state, again };
}
