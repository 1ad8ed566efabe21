import { Button } from "@patternfly/react-core";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { RunFrame } from "../../../shared/procedure-calls.ts";
import { useLanguage } from "../../i18n/index.ts";
import { CopyButton } from "../../widgets/CopyButton.tsx";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { formatMoment } from "../../widgets/format.ts";
import { noSigning, type Signing, SigningFields, wayOf } from "../people/SigningFields.tsx";
import { usePeople } from "../people/use-people.ts";
import { WordsOrFile } from "../people/WordsOrFile.tsx";
import { useDecision } from "./use-decision.ts";

/** How a run was handed over last, and by which key that was countersigned; whoever took it signs here until they have. */
export function Countersign({ frame }: { frame: RunFrame }) {
  const { t } = useTranslation("people");
  const language = useLanguage();
  const { value: people } = usePeople();
  const { handOver } = frame;
  if (!handOver) return null;
  const nameOf = (id: string) => people?.operators.find((one) => one.id === id)?.name ?? id;
  const { from, to, reason, at, signed } = handOver;
  const said = { from: nameOf(from), to: nameOf(to), reason, at: formatMoment(at, language) };
  const open = signed === null && frame.endedAt === null;
  return (
    <section className="panel" aria-label={t("taken.title")}>
      <p>{t("taken.handed", said)}</p>
      {signed ? (
        <p>
          {t("taken.signed", { to: said.to, at: formatMoment(signed.at, language) })}{" "}
          <code className="fingerprint">{signed.fingerprint}</code>
        </p>
      ) : (
        <p className="quiet">{t("taken.open", { to: said.to })}</p>
      )}
      {open && people && <Sign frame={frame} handOver={handOver} operators={people.operators} />}
    </section>
  );
}

function Sign({
  frame,
  handOver,
  operators,
}: {
  frame: RunFrame;
  handOver: NonNullable<RunFrame["handOver"]>;
  operators: NonNullable<ReturnType<typeof usePeople>["value"]>["operators"];
}) {
  const { t } = useTranslation("people");
  const id = useId();
  const [chosen, setSigning] = useState<Signing | null>(null);
  const [brought, setBrought] = useState("");
  const { busy, error, decide } = useDecision();
  const operator = operators.find((one) => one.id === handOver.to);
  if (operator === undefined || operator.keys.length === 0) return <p>{t("taken.noKey")}</p>;
  const signing = chosen ?? { ...noSigning, kind: operator.kept ? "kept" : "elsewhere" };
  const elsewhere = signing.kind === "elsewhere";
  const way = wayOf(signing);
  const ready = !busy && (elsewhere ? brought.trim() !== "" : way !== null);
  return (
    <form
      className="procedure-form"
      aria-label={t("taken.sign", { name: operator.name })}
      onSubmit={async (event) => {
        event.preventDefault();
        await decide(({ procedures }) => procedures.countersign({ id: frame.id, way, signature: brought }));
        // Neither a passphrase nor a key stays in the window, whatever came of it.
        setSigning({ ...noSigning, kind: signing.kind });
      }}
    >
      <SigningFields operator={operator} signing={signing} elsewhere onChange={setSigning} />
      {elsewhere && (
        <>
          <div className="field">
            <label htmlFor={id}>{t("carry")}</label>
            <textarea id={id} rows={4} readOnly value={handOver.request} />
          </div>
          <div className="button-row">
            <CopyButton words={() => handOver.request} />
          </div>
          <ul className="commands">
            <li>
              <code>{t("taken.command")}</code>
            </li>
          </ul>
          <WordsOrFile label={t("handIn")} words={brought} most={16_384} onChange={setBrought} />
        </>
      )}
      {error && <ErrorNotice error={error} />}
      <Button type="submit" variant="primary" size="sm" isDisabled={!ready}>
        {t("taken.sign", { name: operator.name })}
      </Button>
    </form>
  );
}
