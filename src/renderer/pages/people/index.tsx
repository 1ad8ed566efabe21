import "../../styles/procedures.css";
import { Button, Tooltip } from "@patternfly/react-core";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { PeopleView } from "../../../shared/sign-in.ts";
import { useLanguage, useLocalText } from "../../i18n/index.ts";
import { CopyButton } from "../../widgets/CopyButton.tsx";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { formatMoment } from "../../widgets/format.ts";
import { Notice } from "../../widgets/Notice.tsx";
import { useDecision } from "../procedures/use-decision.ts";
import { BreakGlass } from "./BreakGlass.tsx";
import { OwnRights } from "./OwnRights.tsx";
import { Roles } from "./Roles.tsx";
import { SignIn } from "./SignIn.tsx";
import { SignRequest } from "./SignRequest.tsx";
import { usePeople } from "./use-people.ts";
import { WordsOrFile } from "./WordsOrFile.tsx";

/** Who works here, who else can sign, whose keys this console keeps, and requests of other consoles to be signed. */
export default function People() {
  const { t } = useTranslation(["people", "common"]);
  const { value, error, retry } = usePeople();
  return (
    <div className="page">
      <h1>{t("title")}</h1>
      <p className="quiet">{t("intro")}</p>
      {error && <ErrorNotice error={error} retry={retry} />}
      {value === null && !error && <p className="quiet">{t("common:loading")}</p>}
      {value && (
        <>
          <Me people={value} />
          <OwnRights />
          <BreakGlass people={value} />
          {value.operators.length === 0 ? <p>{t("none")}</p> : <Operators people={value} />}
          {value.operators.length > 0 && <Roles people={value} />}
          {value.operators.length > 0 && (
            <section className="panel procedure-form" aria-labelledby="people-sign">
              <h2 id="people-sign">{t("signTitle")}</h2>
              <p className="quiet">{t("signIntro")}</p>
              <SignRequest people={value} />
            </section>
          )}
        </>
      )}
    </div>
  );
}

/** Who this window acts for, and how to change that. */
function Me({ people }: { people: PeopleView }) {
  const { t } = useTranslation("people");
  const local = useLocalText();
  const language = useLanguage();
  const { me, account, operators, signedIn, roles, ended } = people;
  const { busy, error, decide } = useDecision();
  const name = operators.find(({ id }) => id === me)?.name;
  const at = formatMoment(signedIn?.at ?? 0, language);
  const needed = roles && signedIn === null;
  const [opened, setOpened] = useState(false);
  const own = operators.find(({ id }) => id === signedIn?.operator);
  return (
    <section className="panel procedure-form" aria-labelledby="people-me">
      <h2 id="people-me">{t("meTitle")}</h2>
      {ended !== null && signedIn === null && <Notice tone="warning" title={local(ended)} />}
      {signedIn !== null && (
        <p>
          {signedIn.way === "account"
            ? t("meByAccount", { name: name ?? "", account })
            : t("meSince", { name: name ?? "", at, way: t(`proofs.${proofName(signedIn.way)}`) })}
        </p>
      )}
      {signedIn === null && (
        <p>
          {roles
            ? t("meNobody", { account })
            : name === undefined
              ? t("nobody", { account })
              : t("me", { name, account })}
        </p>
      )}
      {signedIn !== null && (
        <div className="button-row">
          <Button
            variant="secondary"
            size="sm"
            isDisabled={busy}
            onClick={() => decide((client) => client.people.signOut())}
          >
            {t("signOut")}
          </Button>
          {signedIn.way !== "account" && (
            <Button
              variant="secondary"
              size="sm"
              isDisabled={busy}
              onClick={() => decide((client) => client.people.lock())}
            >
              {t("lock")}
            </Button>
          )}
        </div>
      )}
      {error && <ErrorNotice error={error} />}
      {own && <MakeKey operator={own} />}
      {operators.some(({ keys }) => keys.length > 0) && (
        <>
          {!needed && (
            <Button variant="link" size="sm" aria-expanded={opened} onClick={() => setOpened(!opened)}>
              {signedIn === null ? t("signIn") : t("switch")}
            </Button>
          )}
          {(needed || opened) && <SignIn people={people} />}
        </>
      )}
    </section>
  );
}

const proofNames = ["kept", "key", "agent", "keychain", "signature", "provider"] as const;
function proofName(way: string): (typeof proofNames)[number] {
  return proofNames.find((one) => one === way) ?? "key";
}

/** A key pair of the keychain: its public half is to be put into the estate file. */
function MakeKey({ operator: { id, name } }: { operator: PeopleView["operators"][number] }) {
  const { t } = useTranslation("people");
  const field = useId();
  const [line, setLine] = useState<string | null>(null);
  const { busy, error, decide } = useDecision();
  const make = () => decide(async ({ people }) => setLine((await people.makeKey({ operator: id })).key));
  return (
    <details>
      <summary>{t("makeKey")}</summary>
      <p className="quiet">{t("makeKeyHint", { name })}</p>
      <Button variant="secondary" size="sm" isDisabled={busy} onClick={make}>
        {t("makeKey")}
      </Button>
      {error && <ErrorNotice error={error} />}
      {line !== null && (
        <div className="field">
          <label htmlFor={field}>{t("madeKey")}</label>
          <textarea id={field} rows={2} readOnly value={line} />
          <CopyButton words={() => line} />
        </div>
      )}
    </details>
  );
}

function Operators({ people }: { people: PeopleView }) {
  const { t } = useTranslation("people");
  const [keeping, setKeeping] = useState<string | null>(null);
  const { busy, error, decide } = useDecision();
  const whose = people.operators.find(({ id }) => id === keeping);
  return (
    <>
      <Table variant="compact" aria-label={t("title")} className="plain-table">
        <Thead>
          <Tr>
            <Th>{t("columns.operator")}</Th>
            <Th>{t("columns.keys")}</Th>
            <Th>{t("columns.here")}</Th>
            <Th>{t("columns.change")}</Th>
          </Tr>
        </Thead>
        <Tbody>
          {people.operators.map(({ id, name, keys, kept }) => {
            // While rights are told by roles, a key is kept and forgotten by its own operator.
            const others = people.roles && people.me !== id ? t("keepOwn", { name }) : null;
            return (
              <Tr key={id}>
                <Td>
                  {name}
                  <p className="quiet">{id}</p>
                </Td>
                <Td>
                  {keys.length === 0 && <span className="quiet">{t("noKeys")}</span>}
                  {keys.map(({ type, fingerprint, comment }) => (
                    <p key={fingerprint}>
                      {type} {comment}
                      <br />
                      <code>{fingerprint}</code>
                    </p>
                  ))}
                </Td>
                <Td>{kept ? t("kept") : t("notKept")}</Td>
                <Td>
                  <div className="button-row">
                    {keys.length > 0 && (
                      <OwnButton
                        label={t("keepOf", { name })}
                        words={t("keep")}
                        why={others}
                        onClick={() => setKeeping(id)}
                      />
                    )}
                    {kept && (
                      <OwnButton
                        label={t("forgetOf", { name })}
                        words={t("forget")}
                        why={others}
                        busy={busy}
                        onClick={() => decide((client) => client.people.forget({ operator: id }))}
                      />
                    )}
                  </div>
                </Td>
              </Tr>
            );
          })}
        </Tbody>
      </Table>
      {error && <ErrorNotice error={error} />}
      {whose && <KeepKey key={whose.id} operator={whose} onDone={() => setKeeping(null)} />}
    </>
  );
}

/** A button that is there for one's own key alone; greyed it can still be reached by keyboard and says why. */
function OwnButton({
  label,
  words,
  why,
  busy = false,
  onClick,
}: {
  label: string;
  words: string;
  why: string | null;
  busy?: boolean;
  onClick: () => void;
}) {
  const button = (
    <Button
      variant="secondary"
      size="sm"
      aria-label={label}
      isDisabled={busy}
      isAriaDisabled={why !== null}
      onClick={onClick}
    >
      {words}
    </Button>
  );
  return why === null ? button : <Tooltip content={why}>{button}</Tooltip>;
}

function KeepKey({
  operator: { id, name },
  onDone,
}: {
  operator: PeopleView["operators"][number];
  onDone: () => void;
}) {
  const { t } = useTranslation(["people", "common"]);
  const [key, setKey] = useState("");
  const { busy, error, decide } = useDecision();
  return (
    <form
      className="panel procedure-form"
      aria-label={t("keepOf", { name })}
      onSubmit={async (event) => {
        event.preventDefault();
        if (await decide(({ people }) => people.keep({ operator: id, key }))) onDone();
      }}
    >
      <h2>{t("keepOf", { name })}</h2>
      <WordsOrFile
        label={t("keyFile")}
        hint={t("keepHint")}
        words={key}
        most={20_000}
        hidden
        onChange={setKey}
      />
      {error && <ErrorNotice error={error} />}
      <div className="button-row">
        <Button type="submit" variant="primary" size="sm" isDisabled={busy || key.trim() === ""}>
          {t("keep")}
        </Button>
        <Button variant="link" size="sm" onClick={onDone}>
          {t("common:close")}
        </Button>
      </div>
    </form>
  );
}
