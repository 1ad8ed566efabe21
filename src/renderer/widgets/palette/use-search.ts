import { useEffect, useState } from "react";
import type { WireError } from "../../../shared/errors.ts";
import type { ListRow } from "../../../shared/live.ts";
import { useClient } from "../../state/live.ts";
import { toWireError } from "../../state/wire-error.ts";

const rest = 80;
/** Characters that main looks for. */
const longestText = 200;

/** Resources that main finds for what was typed; the last answer stays until the next one is there. */
export function useSearch(text: string) {
  const client = useClient();
  const [rows, setRows] = useState<readonly ListRow[]>([]);
  const [error, setError] = useState<WireError | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (text.trim() === "") {
      setRows([]);
      setBusy(false);
      return;
    }
    const controller = new AbortController();
    setBusy(true);
    const timer = setTimeout(() => {
      client
        .search({ text: text.trim().slice(0, longestText), limit: 12 }, { signal: controller.signal })
        .then(
          (found) => {
            setRows(found.rows);
            setError(null);
            setBusy(false);
          },
          (thrown: unknown) => {
            if (controller.signal.aborted) return;
            setError(toWireError(thrown));
            setBusy(false);
          },
        );
    }, rest);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [client, text]);
  return { rows, error, busy };
}
