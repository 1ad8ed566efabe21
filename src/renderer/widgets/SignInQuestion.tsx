import { useCallback, useId } from "react";
import { useTranslation } from "react-i18next";
import type { Question } from "../../shared/question.ts";
import { useLocalText } from "../i18n/index.ts";
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
          <a href={url} target="_blank" rel="noopener noreferrer">
            {t("signIn.open")}
          </a>{" "}
          <CopyButton words={() => url} />
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
