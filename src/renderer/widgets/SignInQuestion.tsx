import { Button } from "@patternfly/react-core";
import { useCallback, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Question } from "../../shared/question.ts";
import { useLocalText } from "../i18n/index.ts";
import { useConsole } from "../state/console.tsx";
import { useClient } from "../state/live.ts";
import { CopyButton } from "./CopyButton.tsx";
import { useTimedWords } from "./ticker.ts";

/** What a service wants of whoever signs in: a page to open in the browser, and fields to fill in. */
export function SignInQuestion({
  question,
  answers,
  onChange,
}: {
  question: Extract<Question, { kind: "sign-in" }>;
  answers: readonly string[];
  onChange: (answers: string[]) => void;
}) {
  const { t } = useTranslation("questions");
  const local = useLocalText();
  const id = useId();
  const { url, expiresAt } = question;
  const left = useTimedWords(
    useCallback(
      (now: number) => t("signIn.left", { minutes: Math.max(0, Math.ceil((expiresAt - now) / 60_000)) }),
      [t, expiresAt],
    ),
  );
  const numbered = question.fields.map((field, index) => ({ field, index }));
  return (
    <>
      <p>{local(question.instructions)}</p>
      {url !== null && (
        <p>
          <PageLink question={question.id} url={url} /> <CopyButton words={() => url} />
        </p>
      )}
      {numbered.map(({ field, index }) => (
        <div className="field" key={index}>
          <label htmlFor={`${id}-${index}`}>{local(field.label)}</label>
          <input
            id={`${id}-${index}`}
            type={field.echo ? "text" : "password"}
            autoComplete="off"
            spellCheck={false}
            maxLength={8192}
            value={answers[index] ?? ""}
            onChange={(event) =>
              onChange(answers.map((answer, place) => (place === index ? event.target.value : answer)))
            }
          />
        </div>
      ))}
      <p className="quiet">{left}</p>
    </>
  );
}

/** The desktop's window opens no pages: there main has the system's browser open the one of this question. */
function PageLink({ question, url }: { question: string; url: string }) {
  const { t } = useTranslation("questions");
  const client = useClient();
  const { about } = useConsole();
  const [failed, setFailed] = useState(false);
  if (about?.shell !== "electron")
    return (
      <a href={url} target="_blank" rel="noopener noreferrer">
        {t("signIn.open")}
      </a>
    );
  const open = () => {
    setFailed(false);
    client.questions.open({ id: question }).then(
      ({ opened }) => setFailed(!opened),
      () => setFailed(true),
    );
  };
  return (
    <>
      <Button variant="link" isInline onClick={open}>
        {t("signIn.open")}
      </Button>
      <span role="status">{failed && ` ${t("signIn.notOpened")}`}</span>
    </>
  );
}
