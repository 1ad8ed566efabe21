import { Button } from "@patternfly/react-core";
import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Preview } from "../../../shared/action.ts";
import type { WireError } from "../../../shared/errors.ts";
import type { PlannedAction } from "../../../shared/plan.ts";
import { useLocalText } from "../../i18n/index.ts";
import { useClient } from "../../state/live.ts";
import { toWireError } from "../../state/wire-error.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";

/** What the probe of a step's action says now; asked when it is shown, and again on demand. Nothing is changed by it. */
export function ProbeNow({ action }: { action: PlannedAction }) {
  const { t } = useTranslation(["runs", "actions"]);
  const local = useLocalText();
  const client = useClient();
  const [preview, setPreview] = useState<Preview | null>(null);
  const [error, setError] = useState<WireError | null>(null);
  const { id, target } = action;
  const input = JSON.stringify(action.input);
  const ask = useCallback(
    (signal: AbortSignal) => {
      setPreview(null);
      setError(null);
      client.actions
        .preview({ action: id, resources: [target.id], input: JSON.parse(input) }, { signal })
        .then(
          ([answer]) => setPreview(answer ?? null),
          (thrown: unknown) => {
            if (!signal.aborted) setError(toWireError(thrown));
          },
        );
    },
    [client, id, target.id, input],
  );
  useEffect(() => {
    const controller = new AbortController();
    ask(controller.signal);
    return () => controller.abort();
  }, [ask]);
  return (
    <>
      <h3>{t("probe")}</h3>
      <div aria-live="polite">
        {error && <ErrorNotice error={error} />}
        {!error && !preview && <p className="quiet">{t("probing")}</p>}
        {preview && (
          <p className={`probe probe-${preview.probe.state}`}>
            <strong>{t(`actions:state.${preview.probe.state}`)}</strong> {local(preview.probe.text)}
          </p>
        )}
      </div>
      <Button variant="link" size="sm" isInline onClick={() => ask(new AbortController().signal)}>
        {t("askAgain")}
      </Button>
    </>
  );
}
