import { Button } from "@patternfly/react-core";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ApprovalRequest } from "../../../shared/people.ts";
import type { PeopleView } from "../../../shared/sign-in.ts";
import { useLanguage, useLocalText } from "../../i18n/index.ts";
import { CopyButton } from "../../widgets/CopyButton.tsx";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { formatMoment } from "../../widgets/format.ts";
import { Notice } from "../../widgets/Notice.tsx";
import { saveFile } from "../hands/save-file.ts";
import { useDecision } from "../procedures/use-decision.ts";
import { noSigning, SigningFields, wayOf } from "./SigningFields.tsx";
import { WordsOrFile } from "./WordsOrFile.tsx";

/** Signs what another console asks for: what is signed is read and shown first. */
export function SignRequest({ people }: { people: PeopleView }) {
  const { t } = useTranslation("people");
  const [words, setWords] = useState("");
  const [request, setRequest] = useState<ApprovalRequest | null>(null);
  const { busy, error, decide } = useDecision();
  const read = () =>
    decide(async ({ approvals }) => setRequest((await approvals.read({ text: words })).request));
  return (
    <>
      <WordsOrFile
        label={t("request")}
        words={words}
        most={70_000}
        onChange={(next) => {
          setWords(next);
          setRequest(null);
        }}
      />
      {error && <ErrorNotice error={error} />}
      {request === null ? (
        <Button variant="secondary" size="sm" isDisabled={busy || words.trim() === ""} onClick={read}>
          {t("read")}
        </Button>
      ) : (
        <ReadRequest key={words} words={words} request={request} people={people} />
      )}
    </>
  );
}

function ReadRequest({
  words,
  request,
  people,
}: {
  words: string;
  request: ApprovalRequest;
  people: PeopleView;
}) {
  const { t } = useTranslation("people");
  const local = useLocalText();
  const language = useLanguage();
  const id = useId();
  const able = people.operators.filter(({ keys }) => keys.length > 0);
  const [as, setAs] = useState(people.me ?? able[0]?.id ?? "");
  const [signing, setSigning] = useState(noSigning);
  const [signature, setSignature] = useState<string | null>(null);
  const [now] = useState(() => Date.now());
  const { busy, error, decide } = useDecision();
  const operator = able.find((one) => one.id === as);
  const way = wayOf(signing);
  const { procedure, node, run, requestedBy, requestedAt, expiresAt } = request;
  const sign = (verdict: "approve" | "refuse") => async () => {
    if (way === null) return;
    await decide(async ({ approvals }) => {
      setSignature((await approvals.sign({ request: words, operator: as, verdict, way })).signature);
    });
    setSigning({ ...noSigning, kind: signing.kind });
  };
  return (
    <>
      <p className="gate-text">{local(request.text)}</p>
      <p>{t("step", { node, procedure, run })}</p>
      <p className="quiet">
        {t("by", {
          by: requestedBy,
          at: formatMoment(requestedAt, language),
          until: formatMoment(expiresAt, language),
        })}
      </p>
      {(now < requestedAt || now >= expiresAt) && <Notice tone="warning" title={t("clocks")} />}
      <div className="field">
        <label htmlFor={id}>{t("as")}</label>
        <select id={id} value={as} onChange={(event) => setAs(event.target.value)}>
          {able.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </select>
      </div>
      {operator && (
        <SigningFields operator={operator} signing={signing} elsewhere={false} onChange={setSigning} />
      )}
      {error && <ErrorNotice error={error} />}
      <div className="button-row">
        <Button variant="primary" size="sm" isDisabled={busy || way === null} onClick={sign("approve")}>
          {t("approve")}
        </Button>
        <Button variant="secondary" size="sm" isDisabled={busy || way === null} onClick={sign("refuse")}>
          {t("refuse")}
        </Button>
      </div>
      {signature !== null && (
        <div className="field">
          <label htmlFor={`${id}-signature`}>{t("signature")}</label>
          <textarea id={`${id}-signature`} rows={6} readOnly value={signature} />
          <p className="quiet">{t("signatureHint")}</p>
          <div className="button-row">
            <CopyButton words={() => signature} />
            <Button
              variant="secondary"
              size="sm"
              onClick={() => saveFile(new Blob([signature]), `approval-${run.slice(0, 8)}.sig`)}
            >
              {t("saveSignature")}
            </Button>
          </div>
        </div>
      )}
    </>
  );
}
