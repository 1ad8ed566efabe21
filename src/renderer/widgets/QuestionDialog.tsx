import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from "@patternfly/react-core";
import { type FormEvent, useCallback, useEffect, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { WireError } from "../../shared/errors.ts";
import type { Question } from "../../shared/question.ts";
import { useLocalText } from "../i18n/index.ts";
import { useConsole } from "../state/console.tsx";
import { useClient } from "../state/live.ts";
import { useOverlays } from "../state/overlays.ts";
import { toWireError } from "../state/wire-error.ts";
import { CopyButton } from "./CopyButton.tsx";
import { ErrorNotice } from "./ErrorNotice.tsx";
import { QuestionCircleIcon } from "./icons.ts";
import { SignInQuestion } from "./SignInQuestion.tsx";
import { useTimedWords } from "./ticker.ts";

/** Milliseconds in which an answer that was not accepted is asked for again, as a mistyped code is. */
const askedAgain = 5000;

/**
 * What the console must ask before it goes on. A question announces itself below the navigation, where it
 * covers nothing; the dialog opens when the person is ready.
 */
export function QuestionDialog() {
  const { t } = useTranslation("questions");
  const list = useConsole().questions.value?.questions ?? [];
  const open = useOverlays((overlays) => overlays.questionsOpen);
  const setOpen = useOverlays((overlays) => overlays.openQuestions);
  const chosen = useOverlays((overlays) => overlays.chosenTarget);
  const [first] = list;
  // Whoever came for one machine's question is not shown another's.
  const here = chosen === null ? list : list.filter(({ target }) => target === chosen);
  const [shown] = here;
  const answered = open && chosen !== null && shown === undefined;
  useEffect(() => {
    if (!answered) return;
    const timer = setTimeout(() => setOpen(false), askedAgain);
    return () => clearTimeout(timer);
  }, [answered, setOpen]);
  return (
    <>
      <div className="question-corner" aria-live="polite">
        {first && !open && (
          <div className="notice notice-warning">
            <QuestionCircleIcon aria-hidden="true" />
            <p className="notice-title">{t("notice", { target: first.target })}</p>
            <Button variant="secondary" size="sm" onClick={() => setOpen(true)}>
              {t("decide")}
            </Button>
          </div>
        )}
      </div>
      {shown && open && (
        <Ask
          key={shown.id}
          question={shown}
          count={here.length}
          mayAskAgain={chosen !== null}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}

function Ask({
  question,
  count,
  mayAskAgain,
  onClose,
}: {
  question: Question;
  count: number;
  mayAskAgain: boolean;
  onClose: () => void;
}) {
  const { t } = useTranslation("questions");
  const client = useClient();
  const titleId = useId();
  const [answers, setAnswers] = useState<string[]>(emptyAnswers(question));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<WireError | null>(null);
  const answer = async (accept: boolean) => {
    setBusy(true);
    setError(null);
    try {
      await client.questions.answer({ id: question.id, accept, answers: accept ? answers : [] });
      setAnswers([]);
      if (count <= 1 && !mayAskAgain) onClose();
    } catch (thrown) {
      setError(toWireError(thrown));
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void answer(true);
  };
  const { target } = question;
  const words = {
    "host-key": [t("hostKey.title", { target }), t("hostKey.accept", { target }), t("hostKey.refuse")],
    prompts: [t("prompts.title", { target }), t("prompts.send", { target }), t("prompts.refuse")],
    consent: [t("consent.title", { target }), t("consent.send"), t("consent.refuse")],
    "sign-in": [
      t(question.kind === "sign-in" && question.enters ? "signIn.enter" : "signIn.title", { target }),
      t("signIn.send"),
      t("signIn.refuse"),
    ],
  } as const;
  const [title, accept, refuse] = words[question.kind];
  const complete =
    question.kind === "sign-in"
      ? answers.every((each) => each !== "")
      : question.kind !== "consent" || answers[0]?.length === question.digits;
  return (
    <Modal isOpen onClose={onClose} aria-labelledby={titleId} variant="medium">
      <ModalHeader
        labelId={titleId}
        title={title}
        {...(count > 1 ? { description: t("position", { index: 1, count }) } : {})}
      />
      <ModalBody>
        <form id={`${titleId}-form`} className="sheet-form" onSubmit={submit}>
          {question.kind === "host-key" && <HostKey question={question} />}
          {question.kind === "prompts" && (
            <Prompts question={question} answers={answers} onChange={setAnswers} />
          )}
          {question.kind === "consent" && (
            <ConsentCode
              question={question}
              code={answers[0] ?? ""}
              onChange={(code) => setAnswers([code])}
            />
          )}
          {question.kind === "sign-in" && (
            <SignInQuestion question={question} answers={answers} onChange={setAnswers} />
          )}
          {error && <ErrorNotice error={error} />}
        </form>
      </ModalBody>
      <ModalFooter>
        <Button type="submit" form={`${titleId}-form`} variant="primary" isDisabled={busy || !complete}>
          {accept}
        </Button>
        <Button variant="secondary" isDisabled={busy} onClick={() => answer(false)}>
          {refuse}
        </Button>
      </ModalFooter>
    </Modal>
  );
}

function emptyAnswers(question: Question): string[] {
  if (question.kind === "prompts") return question.prompts.map(() => "");
  if (question.kind === "sign-in") return question.fields.map(() => "");
  return question.kind === "consent" ? [""] : [];
}

function HostKey({ question }: { question: Extract<Question, { kind: "host-key" }> }) {
  const { t } = useTranslation("questions");
  return (
    <>
      <p>{t("hostKey.meaning")}</p>
      <dl className="pairs">
        <dt>{t("hostKey.address")}</dt>
        <dd>{question.address}</dd>
        <dt>{t("hostKey.algorithm")}</dt>
        <dd>{question.algorithm}</dd>
        <dt>{t("hostKey.fingerprint")}</dt>
        <dd className="fingerprint">
          <code>{question.fingerprint}</code> <CopyButton words={() => question.fingerprint} />
        </dd>
      </dl>
      <p>{t("hostKey.accepting")}</p>
    </>
  );
}

/** The code that the machine shows on its own screen, and how long it still holds. */
function ConsentCode({
  question,
  code,
  onChange,
}: {
  question: Extract<Question, { kind: "consent" }>;
  code: string;
  onChange: (code: string) => void;
}) {
  const { t } = useTranslation("questions");
  const local = useLocalText();
  const id = useId();
  const { expiresAt } = question;
  const left = useTimedWords(
    useCallback(
      (now: number) => t("consent.left", { seconds: Math.max(0, Math.ceil((expiresAt - now) / 1000)) }),
      [t, expiresAt],
    ),
  );
  return (
    <>
      <p>{local(question.instructions)}</p>
      <div className="field">
        <label htmlFor={id}>{t("consent.code", { count: question.digits })}</label>
        <input
          id={id}
          type="text"
          inputMode="numeric"
          autoComplete="one-time-code"
          className="consent-code"
          maxLength={question.digits}
          value={code}
          onChange={(event) => onChange(event.target.value.replace(/\D/g, ""))}
        />
      </div>
      <p className="quiet">{left}</p>
    </>
  );
}

function Prompts({
  question,
  answers,
  onChange,
}: {
  question: Extract<Question, { kind: "prompts" }>;
  answers: readonly string[];
  onChange: (answers: string[]) => void;
}) {
  const { t } = useTranslation("questions");
  const id = useId();
  // The server's questions have no names; their order is all that tells them apart.
  const numbered = question.prompts.map((prompt, index) => ({ prompt, index }));
  return (
    <>
      {question.instructions !== "" && <p className="from-server">{question.instructions}</p>}
      {numbered.map(({ prompt, index }) => (
        <div className="field" key={index}>
          <label htmlFor={`${id}-${index}`}>
            {prompt.text || t("prompts.prompt", { number: index + 1 })}
          </label>
          <input
            id={`${id}-${index}`}
            type={prompt.echo ? "text" : "password"}
            autoComplete="off"
            spellCheck={false}
            maxLength={4096}
            value={answers[index] ?? ""}
            onChange={(event) =>
              onChange(answers.map((answer, place) => (place === index ? event.target.value : answer)))
            }
          />
        </div>
      ))}
      <p className="quiet">{t("prompts.notKept")}</p>
    </>
  );
}
