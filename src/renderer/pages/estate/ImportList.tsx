import { Button } from "@patternfly/react-core";
import { type ChangeEvent, type FormEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { WireError } from "../../../shared/errors.ts";
import type { MachineListAnswer } from "../../../shared/estate-state.ts";
import { useLocalText } from "../../i18n/index.ts";
import { useClient } from "../../state/live.ts";
import { toWireError } from "../../state/wire-error.ts";
import { CopyButton } from "../../widgets/CopyButton.tsx";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { Notice } from "../../widgets/Notice.tsx";

/** Turns a list of AMT machines, pasted or from a file, into words for the estate file, which stays the users' own. */
export function ImportList() {
  const { t } = useTranslation("estate");
  const client = useClient();
  const id = useId();
  const [words, setWords] = useState("");
  const [system, setSystem] = useState("remote-hands");
  const [via, setVia] = useState("");
  const [storeSecrets, setStoreSecrets] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<WireError | null>(null);
  const [list, setList] = useState<MachineListAnswer | null>(null);
  const read = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || words.trim() === "") return;
    setBusy(true);
    setError(null);
    try {
      setList(await client.estate.readList({ words, system, via: via || null, site: null, storeSecrets }));
    } catch (thrown) {
      setList(null);
      setError(toWireError(thrown));
    } finally {
      setBusy(false);
    }
  };
  const choose = async ({ target }: ChangeEvent<HTMLInputElement>) => {
    const file = target.files?.[0];
    if (file && file.size <= 1_000_000) setWords(await file.text());
    target.value = "";
  };
  return (
    <section className="panel" aria-labelledby="import-list">
      <h2 id="import-list">{t("import.title")}</h2>
      <p className="quiet">{t("import.meaning")}</p>
      <form className="sheet-form" onSubmit={read}>
        <div className="field">
          <label htmlFor={`${id}-words`}>{t("import.list")}</label>
          <textarea
            id={`${id}-words`}
            rows={5}
            spellCheck={false}
            maxLength={1_000_000}
            value={words}
            onChange={(event) => setWords(event.target.value)}
          />
        </div>
        <div className="field-row">
          <Field id={`${id}-system`} label={t("import.system")} value={system} onChange={setSystem} />
          <Field id={`${id}-via`} label={t("import.via")} value={via} onChange={setVia} />
          <div className="field">
            <label htmlFor={`${id}-file`}>{t("import.file")}</label>
            <input id={`${id}-file`} type="file" accept=".csv,.tsv,.txt,.json" onChange={choose} />
          </div>
        </div>
        <label>
          <input
            type="checkbox"
            checked={storeSecrets}
            onChange={(event) => setStoreSecrets(event.target.checked)}
          />{" "}
          {t("import.store")}
        </label>
        {error && <ErrorNotice error={error} />}
        <div className="button-row">
          <Button type="submit" variant="secondary" size="sm" isDisabled={busy || words.trim() === ""}>
            {t("import.read")}
          </Button>
        </div>
      </form>
      {list && <Outcome list={list} />}
    </section>
  );
}

function Outcome({ list }: { list: MachineListAnswer }) {
  const { t } = useTranslation("estate");
  const local = useLocalText();
  const { machines, faults, secrets, stored, yaml } = list;
  return (
    <div aria-live="polite">
      <p>
        {t("import.taken", { count: machines.length })}{" "}
        {secrets.length > 0 && t("import.secrets", { count: secrets.length, stored })}
      </p>
      {faults.length > 0 && (
        <Notice tone="warning" title={t("import.left", { count: faults.length })}>
          <ul>
            {faults.map((fault) => (
              <li key={`${fault.line} ${fault.text.en}`}>
                {t("import.line", { line: fault.line })} {local(fault.text)}
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {yaml !== "" && (
        <>
          <p className="quiet">{t("import.paste")}</p>
          <textarea className="code-block" readOnly rows={12} aria-label={t("import.words")} value={yaml} />
          <CopyButton words={() => yaml} />
        </>
      )}
    </div>
  );
}

function Field({
  id,
  label,
  value,
  onChange,
}: {
  id: string;
  label: string;
  value: string;
  onChange: (value: string) => void;
}) {
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="text"
        autoComplete="off"
        spellCheck={false}
        maxLength={63}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}
