import { Button } from "@patternfly/react-core";
import { type FormEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { useClient } from "../../state/live.ts";
import { toWireError } from "../../state/wire-error.ts";
import type { Result } from "./ResultNotice.tsx";

const shortest = 12;

/** Opens the passphrase file, or creates it: then the passphrase is asked for twice. */
export function Unlock({ exists, onResult }: { exists: boolean; onResult: (result: Result) => void }) {
  const { t } = useTranslation("secrets");
  const client = useClient();
  const id = useId();
  const [passphrase, setPassphrase] = useState("");
  const [again, setAgain] = useState("");
  const [busy, setBusy] = useState(false);
  const short = !exists && passphrase.length < shortest;
  const differs = !exists && again !== "" && again !== passphrase;
  const ready = passphrase !== "" && (exists || (!short && again === passphrase));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!ready || busy) return;
    setBusy(true);
    try {
      const { created } = await client.secrets.unlock({ passphrase });
      onResult({ kind: "said", words: created ? t("created") : t("unlocked") });
    } catch (thrown) {
      onResult({ kind: "failed", error: toWireError(thrown) });
    } finally {
      setPassphrase("");
      setAgain("");
      setBusy(false);
    }
  };
  return (
    <form className="panel unlock" onSubmit={submit}>
      <p>{exists ? t("unlockHint") : t("createHint")}</p>
      <div className="field">
        <label htmlFor={id}>{t("passphrase")}</label>
        <input
          id={id}
          type="password"
          autoComplete="off"
          maxLength={1024}
          value={passphrase}
          aria-describedby={`${id}-hint`}
          onChange={(event) => setPassphrase(event.target.value)}
        />
      </div>
      {!exists && (
        <div className="field">
          <label htmlFor={`${id}-again`}>{t("passphraseAgain")}</label>
          <input
            id={`${id}-again`}
            type="password"
            autoComplete="off"
            maxLength={1024}
            value={again}
            aria-invalid={differs}
            onChange={(event) => setAgain(event.target.value)}
          />
        </div>
      )}
      <p id={`${id}-hint`} className="quiet" aria-live="polite">
        {differs ? t("passphraseDiffers") : short ? t("passphraseShort") : ""}
      </p>
      <Button type="submit" variant="primary" isDisabled={!ready || busy}>
        {exists ? t("unlock") : t("create")}
      </Button>
    </form>
  );
}
