import { Button } from "@patternfly/react-core";
import { useCallback, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { RunNote } from "../../../shared/people.ts";
import { useLanguage } from "../../i18n/index.ts";
import type { Client } from "../../state/client.ts";
import { useLive } from "../../state/live.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { formatMoment } from "../../widgets/format.ts";
import { saveFile } from "../hands/save-file.ts";
import { fetchFile, sendFile } from "./send-file.ts";
import { useDecision } from "./use-decision.ts";

/** What people wrote down about a run, with the files that they attached, and a line to write more. */
export function RunNotes({ id: run }: { id: string }) {
  const { t } = useTranslation("people");
  const id = useId();
  const open = useCallback(
    (client: Client, signal: AbortSignal) => client.procedures.notes({ id: run }, { signal }),
    [run],
  );
  const { value, error, retry } = useLive(open);
  return (
    <section className="panel" aria-labelledby={id}>
      <h2 id={id}>{t("notes")}</h2>
      {error && <ErrorNotice error={error} retry={retry} />}
      {value?.notes.length === 0 && <p className="quiet">{t("noNotes")}</p>}
      {value && value.notes.length > 0 && <NoteList run={run} notes={value.notes} />}
      <NewNote run={run} />
    </section>
  );
}

function NoteList({ run, notes }: { run: string; notes: readonly RunNote[] }) {
  const language = useLanguage();
  const { busy, error, decide } = useDecision();
  const save = ({ sha256, name }: NonNullable<RunNote["attachment"]>) =>
    decide(async (client) => saveFile(await fetchFile(client, { id: run, sha256 }), name));
  return (
    <>
      <ul className="run-notes">
        {notes.map(({ at, by, node, text, attachment }) => (
          <li key={`${at} ${by} ${text}`}>
            <p className="quiet">
              {formatMoment(at, language)} · {by}
              {node !== null && ` · ${node}`}
            </p>
            <p>{text}</p>
            {attachment && (
              <Button variant="link" size="sm" isInline isDisabled={busy} onClick={() => save(attachment)}>
                {attachment.name}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {error && <ErrorNotice error={error} />}
    </>
  );
}

function NewNote({ run }: { run: string }) {
  const { t } = useTranslation("people");
  const id = useId();
  const [words, setWords] = useState("");
  const file = useRef<HTMLInputElement>(null);
  const { busy, error, decide } = useDecision();
  return (
    <form
      className="procedure-form"
      onSubmit={async (event) => {
        event.preventDefault();
        const chosen = file.current?.files?.[0];
        const done = await decide(async (client) => {
          const attachment = chosen ? { upload: await sendFile(client, chosen), name: chosen.name } : null;
          await client.procedures.note({ id: run, text: words, attachment });
        });
        if (!done) return;
        setWords("");
        if (file.current) file.current.value = "";
      }}
    >
      <div className="field">
        <label htmlFor={id}>{t("note")}</label>
        <textarea
          id={id}
          rows={2}
          maxLength={4000}
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
        <label htmlFor={`${id}-file`}>{t("attach")}</label>
        <input id={`${id}-file`} type="file" ref={file} />
      </div>
      {error && <ErrorNotice error={error} />}
      <Button type="submit" variant="secondary" size="sm" isDisabled={busy || words.trim() === ""}>
        {busy ? t("sending") : t("addNote")}
      </Button>
    </form>
  );
}
