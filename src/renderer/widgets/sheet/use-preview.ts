import { useCallback, useEffect, useRef, useState } from "react";
import type { Preview } from "../../../shared/action.ts";
import type { WireError } from "../../../shared/errors.ts";
import type { Client } from "../../state/client.ts";
import { useClient } from "../../state/live.ts";
import type { SheetRequest } from "../../state/overlays.ts";
import { toWireError } from "../../state/wire-error.ts";
import { isHeldUp } from "./verdict.ts";

/** Milliseconds of rest after a change of the input before main probes again. */
const rest = 400;
/** Milliseconds until main is asked again while something stands in the way: what stops it may pass by itself. */
const lookAgain = 2500;
/** As many resources as main is asked about at once; what it says of them is shown before the next ones. */
const pieceSize = 48;
/** With more resources than these nothing is asked again by itself: each of them is a question to a far side. */
const mostWatched = 16;

type Input = Record<string, string | number | boolean>;

interface PreviewState {
  /** What is known so far, in the order of the request; null before the first answer. */
  previews: readonly Preview[] | null;
  /** Whether no further answer is waited for. */
  settled: boolean;
  error: WireError | null;
}

const nothing: PreviewState = { previews: null, settled: false, error: null };

/**
 * What main says would happen with this input (null: not complete yet), of many resources piece by piece. Asked anew when
 * the input has rested; an answer to an older input is dropped. While every one of a few resources is held up they are
 * asked again quietly, so that a sheet opened too early (before the first reading, during a cut) opens by itself.
 * `skip` leaves the rest of many unasked: main probes each of them once more before it does anything.
 */
export function usePreview(request: SheetRequest, input: Input | null) {
  const client = useClient();
  const [state, setState] = useState<PreviewState>(nothing);
  const [round, setRound] = useState(0);
  const stop = useRef<AbortController | null>(null);
  const words = input === null ? null : JSON.stringify(input);
  useEffect(() => {
    setState(nothing);
    if (words === null) return;
    const controller = new AbortController();
    stop.current = controller;
    const { signal } = controller;
    let timer: ReturnType<typeof setTimeout>;
    const ask = async () => {
      try {
        const show = (previews: Preview[], settled: boolean) =>
          // Asked again, a whole answer takes the place of the one before.
          setState((before) => (settled || !before.settled ? { previews, settled, error: null } : before));
        const previews = await askInPieces(client, request, JSON.parse(words), signal, show);
        if (signal.aborted) return;
        if (previews.length <= mostWatched && isHeldUp(previews)) timer = setTimeout(ask, lookAgain);
      } catch (thrown) {
        if (!signal.aborted) setState({ previews: null, settled: false, error: toWireError(thrown) });
      }
    };
    timer = setTimeout(ask, round === 0 && request.offer.fields.length === 0 ? 0 : rest);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [client, request, words, round]);
  const again = useCallback(() => setRound((value) => value + 1), []);
  const skip = useCallback(() => {
    stop.current?.abort();
    setState((before) => (before.previews === null ? before : { ...before, settled: true }));
  }, []);
  return { ...state, again, skip };
}

/** Asks about a few resources at a time and shows what is known after each answer. */
async function askInPieces(
  client: Client,
  { offer, resources }: SheetRequest,
  input: Input,
  signal: AbortSignal,
  show: (previews: Preview[], settled: boolean) => void,
): Promise<Preview[]> {
  const previews: Preview[] = [];
  for (let from = 0; from < resources.length && !signal.aborted; from += pieceSize) {
    const piece = resources.slice(from, from + pieceSize);
    const answer = await client.actions.preview({ action: offer.id, resources: piece, input }, { signal });
    if (signal.aborted) break;
    previews.push(...answer.map((preview) => ofMany(preview, resources.length)));
    show([...previews], from + pieceSize >= resources.length);
  }
  return previews;
}

/** Main knows of one piece only; what is to be typed for several is how many they are. */
function ofMany(preview: Preview, count: number): Preview {
  return preview.typeToConfirm === null || count === 1
    ? preview
    : { ...preview, typeToConfirm: String(count) };
}
