import { Button } from "@patternfly/react-core";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { RunFrame } from "../../../shared/procedure-calls.ts";
import type { PeopleView } from "../../../shared/sign-in.ts";
import { useLanguage } from "../../i18n/index.ts";
import { CopyButton } from "../../widgets/CopyButton.tsx";
import { formatDuration, formatMoment } from "../../widgets/format.ts";
import { useTimedWords } from "../../widgets/ticker.ts";
import { saveFile } from "../hands/save-file.ts";
import { noSigning, type Signing, SigningFields, wayOf } from "../people/SigningFields.tsx";
import { usePeople } from "../people/use-people.ts";
import { WordsOrFile } from "../people/WordsOrFile.tsx";
import type { Standing } from "./reading.ts";
import type { useDecision } from "./use-decision.ts";

interface Asking {
  standing: Standing;
  frame: RunFrame;
  reason: string;
  busy: boolean;
  decide: ReturnType<typeof useDecision>["decide"];
}

/**
 * A gate that wants two people: another operator is asked, and signs here with a key of their own, or anywhere; what was
 * asked last, and of whom, stands above.
 */
export function SecondPerson({ standing, frame, reason, busy, decide }: Asking) {
  const { t } = useTranslation("people");
  const { value: people } = usePeople();
  const leader = frame.leader ?? frame.actor;
  const me = people?.me ?? null;
  const { asked } = standing.status;
  // Whoever has asked is a first person; what another has put to them they sign at their own window.
  const putToMe =
    me !== null && asked !== undefined && asked.by !== me && (asked.to === null || asked.to === me);
  const able = people?.operators.filter(({ id, keys }) => keys.length > 0 && id !== leader) ?? [];
  const others = able.filter(({ id }) => id !== me || putToMe);
  const waits = me !== null && !putToMe && able.some(({ id }) => id === me);
  const nameOf = (id: string) => people?.operators.find((one) => one.id === id)?.name ?? id;
  return (
    <section className="second-person" aria-label={t("second")}>
      <h3>{t("second")}</h3>
      <p className="quiet">{t("secondHint", { name: nameOf(leader) })}</p>
      {asked && <Asked asked={asked} nameOf={nameOf} />}
      {waits && <p className="quiet">{t("notAsked", { name: nameOf(leader) })}</p>}
      {people && able.length === 0 && <p>{t("noSecond")}</p>}
      {others.length > 0 && (
        <Signer
          standing={standing}
          frame={frame}
          reason={reason}
          busy={busy}
          decide={decide}
          others={others}
        />
      )}
    </section>
  );
}

function Asked({
  asked,
  nameOf,
}: {
  asked: NonNullable<Standing["status"]["asked"]>;
  nameOf: (id: string) => string;
}) {
  const { t } = useTranslation("people");
  const language = useLanguage();
  const since = useTimedWords((now) => formatDuration(Math.max(0, now - asked.at), language));
  return (
    <p>
      {t("asked", {
        by: nameOf(asked.by),
        to: asked.to === null ? t("anybody") : nameOf(asked.to),
        since,
        until: formatMoment(asked.expiresAt, language),
      })}
    </p>
  );
}

function Signer({
  standing: { node },
  frame: { id: run, planHash },
  reason,
  busy,
  decide,
  others,
}: Asking & { others: PeopleView["operators"] }) {
  const { t } = useTranslation("people");
  const id = useId();
  const [who, setWho] = useState("");
  // The way that asks for the least, until another one is chosen.
  const [chosen, setSigning] = useState<Signing | null>(null);
  const [carried, setCarried] = useState<string | null>(null);
  const [brought, setBrought] = useState("");
  const { value: people } = usePeople();
  // Whoever it was put to signs for themself, unless they choose somebody else.
  const mine = others.find((one) => one.id === people?.me);
  const operator = others.find((one) => one.id === who) ?? mine ?? others[0];
  if (operator === undefined) return null;
  const { name, kept } = operator;
  const signing = chosen ?? { ...noSigning, kind: kept ? "kept" : "elsewhere" };
  const way = wayOf(signing);
  const elsewhere = signing.kind === "elsewhere";
  const ask = () =>
    decide(async ({ approvals }) => {
      const { text } = await approvals.request({ run, node: node.id, to: operator.id });
      setCarried(text);
    });
  const answer = (accept: boolean) => async () => {
    await decide(async ({ approvals, procedures }) => {
      let signature = brought;
      if (way !== null) {
        const { text: request } = await approvals.request({ run, node: node.id, to: operator.id });
        const verdict = accept ? "approve" : "refuse";
        signature = (await approvals.sign({ request, operator: operator.id, verdict, way })).signature;
      }
      const decision = { id: run, node: node.id, accept, planHash, reason };
      await procedures.approve({ ...decision, signature, operator: operator.id });
    });
    // Neither a passphrase nor a key stays in the window, whatever came of it.
    setSigning({ ...noSigning, kind: signing.kind });
  };
  const ready = !busy && (elsewhere ? brought.trim() !== "" : way !== null);
  return (
    <>
      <div className="field">
        <label htmlFor={id}>{t("who")}</label>
        <select
          id={id}
          value={operator.id}
          onChange={(event) => {
            setWho(event.target.value);
            setSigning(null);
          }}
        >
          {others.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </select>
      </div>
      <SigningFields operator={operator} signing={signing} elsewhere onChange={setSigning} />
      {elsewhere && (
        <>
          <Button variant="secondary" size="sm" isDisabled={busy} onClick={ask}>
            {t("ask", { name })}
          </Button>
          {carried !== null && (
            <>
              <div className="field">
                <label htmlFor={`${id}-request`}>{t("carry")}</label>
                <textarea id={`${id}-request`} rows={4} readOnly value={carried} />
              </div>
              <div className="button-row">
                <CopyButton words={() => carried} />
                <Button
                  variant="secondary"
                  size="sm"
                  onClick={() => saveFile(new Blob([carried]), `approval-${run.slice(0, 8)}.json`)}
                >
                  {t("saveRequest")}
                </Button>
              </div>
              <p className="quiet">{t("carryHint")}</p>
              <ul className="commands">
                <li>
                  <code>{t("commandConsole", { operator: operator.id })}</code>
                </li>
                <li>
                  <code>{t("commandOpenssh")}</code>
                </li>
              </ul>
            </>
          )}
          <WordsOrFile label={t("handIn")} words={brought} most={16_384} onChange={setBrought} />
        </>
      )}
      <div className="button-row">
        <Button variant="primary" isDisabled={!ready} onClick={answer(true)}>
          {t("approveAs", { name })}
        </Button>
        <Button variant="secondary" isDisabled={!ready || reason.trim() === ""} onClick={answer(false)}>
          {t("refuseAs", { name })}
        </Button>
      </div>
    </>
  );
}
