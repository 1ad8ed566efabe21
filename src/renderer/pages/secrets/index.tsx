import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { SecretsState } from "../../../shared/secrets-state.ts";
import { useLocalText } from "../../i18n/index.ts";
import type { Client } from "../../state/client.ts";
import { useLive } from "../../state/live.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { ChangeDialog, type SecretChange } from "./ChangeDialog.tsx";
import { type Result, ResultNotice } from "./ResultNotice.tsx";
import { SecretTable } from "./SecretTable.tsx";
import { Unlock } from "./Unlock.tsx";

const open = (client: Client, signal: AbortSignal) => client.secrets.watch(undefined, { signal });

/** The secrets that the estate names: whether each is stored, who uses it, and storing, trying, rotating, forgetting. */
export default function Secrets() {
  const { t } = useTranslation(["secrets", "common"]);
  const { value, error, retry } = useLive(open);
  return (
    <div className="page">
      <h1>{t("title")}</h1>
      <p className="quiet">{t("intro")}</p>
      {error && <ErrorNotice error={error} retry={retry} />}
      {value ? <Opened state={value} /> : !error && <p className="quiet">{t("common:loading")}</p>}
    </div>
  );
}

function Opened({ state }: { state: SecretsState }) {
  const { t } = useTranslation("secrets");
  const local = useLocalText();
  const [change, setChange] = useState<SecretChange | null>(null);
  const [result, setResult] = useState<Result | null>(null);
  return (
    <>
      <p>{local(state.text)}</p>
      {(state.locked || state.provider === "none") && (
        <Unlock exists={state.passphraseFileExists} onResult={setResult} />
      )}
      <div aria-live="polite">{result && <ResultNotice result={result} />}</div>
      {state.secrets.length === 0 ? (
        <p className="quiet">{t("empty")}</p>
      ) : (
        <SecretTable
          secrets={state.secrets}
          locked={state.locked}
          onChange={setChange}
          onResult={setResult}
        />
      )}
      {change && <ChangeDialog change={change} onClose={() => setChange(null)} onResult={setResult} />}
    </>
  );
}
