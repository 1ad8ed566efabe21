import { Button } from "@patternfly/react-core";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { PeopleView, Proof } from "../../../shared/sign-in.ts";
import { CopyButton } from "../../widgets/CopyButton.tsx";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { useDecision } from "../procedures/use-decision.ts";
import { noSigning, type Signing, SigningFields, wayOf } from "./SigningFields.tsx";
import { WordsOrFile } from "./WordsOrFile.tsx";

/** The proof, if all that it needs is there. */
export function proofOf(signing: Signing, signature = ""): Proof | null {
  if (signing.kind === "keychain") return { kind: "keychain" };
  if (signing.kind !== "elsewhere") return wayOf(signing);
  return signature.trim() === "" ? null : { kind: "signature", signature };
}

/** Has somebody prove who they are at this window; `only`: whoever had signed in before it was locked, or somebody else. */
export function SignIn({ people, first }: { people: PeopleView; first?: string | null }) {
  const { t } = useTranslation("people");
  const id = useId();
  const able = people.operators.filter(({ keys }) => keys.length > 0);
  const [as, setAs] = useState(first ?? "");
  const [signing, setSigning] = useState<Signing>({ ...noSigning, kind: "agent" });
  const [signature, setSignature] = useState("");
  const { busy, error, decide } = useDecision();
  const operator = able.find((one) => one.id === as);
  const proof = proofOf(signing, signature);
  return (
    <>
      <form
        className="procedure-form"
        aria-label={t("signIn")}
        onSubmit={async (event) => {
          event.preventDefault();
          if (proof === null || operator === undefined) return;
          await decide((client) => client.people.signIn({ operator: as, proof }));
          setSigning({ ...noSigning, kind: signing.kind });
        }}
      >
        <div className="field">
          <label htmlFor={id}>{t("signInAs")}</label>
          <select id={id} value={as} onChange={(event) => setAs(event.target.value)}>
            <option value="">{t("choose")}</option>
            {able.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </select>
        </div>
        {operator && (
          <SigningFields operator={operator} signing={signing} elsewhere keychain onChange={setSigning} />
        )}
        {operator && signing.kind === "elsewhere" && (
          <Elsewhere operator={operator.id} signature={signature} onChange={setSignature} />
        )}
        {error && <ErrorNotice error={error} />}
        <div className="button-row">
          <Button type="submit" variant="primary" size="sm" isDisabled={busy || proof === null || !operator}>
            {t("signIn")}
          </Button>
        </div>
      </form>
      {people.provider !== null && <WithProvider host={people.provider} />}
    </>
  );
}

/** A challenge to be signed with ssh-keygen, or at any machine that has the key. */
function Elsewhere({
  operator,
  signature,
  onChange,
}: {
  operator: string;
  signature: string;
  onChange: (signature: string) => void;
}) {
  const { t } = useTranslation("people");
  const id = useId();
  const [challenge, setChallenge] = useState<string | null>(null);
  const { busy, error, decide } = useDecision();
  const ask = () => decide(async ({ people }) => setChallenge((await people.challenge({ operator })).text));
  return (
    <>
      <Button variant="secondary" size="sm" isDisabled={busy} onClick={ask}>
        {t("askChallenge")}
      </Button>
      {error && <ErrorNotice error={error} />}
      {challenge !== null && (
        <>
          <div className="field">
            <label htmlFor={id}>{t("challenge")}</label>
            <textarea id={id} rows={4} readOnly value={challenge} />
            <CopyButton words={() => challenge} />
          </div>
          <p className="quiet">
            {t("challengeHint")} <code>{t("challengeCommand")}</code>
          </p>
          <WordsOrFile label={t("signature")} words={signature} most={20_000} onChange={onChange} />
        </>
      )}
    </>
  );
}

/** The identity provider is asked in the system's browser; this window waits until that has come back. */
function WithProvider({ host }: { host: string }) {
  const { t } = useTranslation("people");
  const [address, setAddress] = useState<string | null>(null);
  const { busy, error, decide } = useDecision();
  const begin = async () => {
    await decide(async ({ people }) => {
      const begun = await people.signInElsewhere();
      setAddress(begun.address);
      await people.signInReturned({ attempt: begun.attempt });
    });
    setAddress(null);
  };
  return (
    <div className="field">
      <Button variant="secondary" size="sm" isDisabled={busy} onClick={begin}>
        {t("withProvider", { host })}
      </Button>
      {address !== null && (
        <p>
          <a href={address} target="_blank" rel="noopener noreferrer">
            {t("openProvider", { host })}
          </a>{" "}
          <CopyButton words={() => address} />
          <span className="quiet" role="status">
            {t("waitProvider")}
          </span>
        </p>
      )}
      {error && <ErrorNotice error={error} />}
    </div>
  );
}
