import { Button } from "@patternfly/react-core";
import { type FormEvent, useCallback, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { DrillRequest } from "../../../shared/drill.ts";
import { faultOf } from "../../../shared/drill-faults.ts";
import type { WireError } from "../../../shared/errors.ts";
import type { Client } from "../../state/client.ts";
import { useClient, useLive } from "../../state/live.ts";
import { toWireError } from "../../state/wire-error.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { saveFile } from "../hands/save-file.ts";
import { DrillRow } from "./DrillRow.tsx";

/**
 * Drills of a plan on a copy of the estate: servers of the lab that show what stands here, and a console of their own.
 * Faults are scripted beforehand, one a line, in the words of the lab.
 */
export function Drills({ plan }: { plan: string }) {
  const { t } = useTranslation("pra");
  const client = useClient();
  const id = useId();
  const open = useCallback((from: Client, signal: AbortSignal) => from.pra.drills({}, { signal }), []);
  const { value } = useLive(open);
  const [faults, setFaults] = useState("");
  const [busy, setBusy] = useState(false);
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<WireError | null>(null);
  const drills = value?.drills.filter((drill) => drill.plan === plan) ?? [];
  const start = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      await client.pra.drill({ plan, on: "copy", faults: faultsIn(faults) });
    } catch (thrown) {
      setError(toWireError(thrown));
    }
    setBusy(false);
  };
  const save = async () => {
    if (saving) return;
    setSaving(true);
    setError(null);
    try {
      const { name, content } = await client.pra.copy({ anonymous: true });
      saveFile(new Blob([content], { type: "application/json" }), name);
    } catch (thrown) {
      setError(toWireError(thrown));
    }
    setSaving(false);
  };
  return (
    <section className="panel" aria-labelledby="pra-drills">
      <h2 id="pra-drills">{t("drills.title")}</h2>
      <p className="quiet">{t("drills.hint")}</p>
      <form className="sheet-form" onSubmit={start}>
        <div className="field">
          <label htmlFor={id}>{t("drills.faults")}</label>
          <textarea
            id={id}
            rows={3}
            spellCheck={false}
            maxLength={10_000}
            value={faults}
            aria-describedby={`${id}-hint`}
            onChange={(event) => setFaults(event.target.value)}
          />
          <p id={`${id}-hint`} className="quiet">
            {t("drills.faultsHint")}
          </p>
        </div>
        {error && <ErrorNotice error={error} />}
        <Button type="submit" variant="secondary" isLoading={busy} isDisabled={busy}>
          {t("drills.start")}
        </Button>
      </form>
      <p className="quiet">{t("drills.anonymousHint")}</p>
      <Button variant="link" isInline isLoading={saving} isDisabled={saving} onClick={save}>
        {t("drills.anonymous")}
      </Button>
      {drills.length > 0 && (
        <ul>
          {drills.map((drill) => (
            <DrillRow key={drill.id} drill={drill} />
          ))}
        </ul>
      )}
    </section>
  );
}

/** The faults that were typed, one a line. Throws OpsError `drill.wrong-fault`. */
function faultsIn(words: string): DrillRequest["faults"] {
  const lines = words.split("\n").filter((line) => line.trim() !== "");
  return lines.map(faultOf);
}
