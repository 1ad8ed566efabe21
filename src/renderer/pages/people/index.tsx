import "../../styles/procedures.css";
import { Button } from "@patternfly/react-core";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PeopleView } from "../../../shared/sign-in.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { useDecision } from "../procedures/use-decision.ts";
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
          {value.operators.length === 0 ? <p>{t("none")}</p> : <Operators people={value} />}
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

function Me({ people: { me, account, operators } }: { people: PeopleView }) {
  const { t } = useTranslation("people");
  const name = operators.find(({ id }) => id === me)?.name;
  return <p>{name === undefined ? t("nobody", { account }) : t("me", { name, account })}</p>;
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
          {people.operators.map(({ id, name, keys, kept }) => (
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
                    <Button
                      variant="secondary"
                      size="sm"
                      aria-label={t("keepOf", { name })}
                      onClick={() => setKeeping(id)}
                    >
                      {t("keep")}
                    </Button>
                  )}
                  {kept && (
                    <Button
                      variant="link"
                      size="sm"
                      isDisabled={busy}
                      aria-label={t("forgetOf", { name })}
                      onClick={() => decide((client) => client.people.forget({ operator: id }))}
                    >
                      {t("forget")}
                    </Button>
                  )}
                </div>
              </Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
      {error && <ErrorNotice error={error} />}
      {whose && <KeepKey key={whose.id} operator={whose} onDone={() => setKeeping(null)} />}
    </>
  );
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
