import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { SigningWay } from "../../../shared/people.ts";
import type { PeopleView } from "../../../shared/sign-in.ts";
import { WordsOrFile } from "./WordsOrFile.tsx";

type Kind = SigningWay["kind"] | "keychain" | "elsewhere";

/** What a person has typed of how they sign. Passphrase and key live here alone, until they are sent or left. */
export interface Signing {
  kind: Kind;
  passphrase: string;
  key: string;
}

export const noSigning: Signing = { kind: "elsewhere", passphrase: "", key: "" };

/** The way to sign, if all that it needs is there; null for elsewhere too. */
export function wayOf({ kind, passphrase, key }: Signing): SigningWay | null {
  if (kind === "agent") return { kind };
  if (kind === "kept") return passphrase === "" ? null : { kind, passphrase };
  return kind === "key" && key.trim() !== "" ? { kind, key, passphrase } : null;
}

/** How an operator signs: the ways that there are for them, with what each needs. */
export function SigningFields({
  operator,
  signing,
  elsewhere,
  keychain = false,
  onChange,
}: {
  operator: PeopleView["operators"][number];
  signing: Signing;
  /** Whether it may be done at another place. */
  elsewhere: boolean;
  /** Whether a key that is kept in the keychain will do. */
  keychain?: boolean;
  onChange: (signing: Signing) => void;
}) {
  const { t } = useTranslation("people");
  const id = useId();
  const kinds: Kind[] = [
    ...(operator.kept ? (["kept"] as const) : []),
    ...(keychain && operator.keychain ? (["keychain"] as const) : []),
    "key",
    "agent",
    ...(elsewhere ? (["elsewhere"] as const) : []),
  ];
  const closed = signing.kind === "kept" || signing.kind === "key";
  return (
    <>
      <fieldset className="choices">
        <legend>{t("way", { name: operator.name })}</legend>
        {kinds.map((kind) => (
          <label key={kind} className="field-check">
            <input
              type="radio"
              name={id}
              checked={signing.kind === kind}
              onChange={() => onChange({ ...noSigning, kind })}
            />
            {t(`ways.${kind}`)}
          </label>
        ))}
      </fieldset>
      {signing.kind === "key" && (
        <WordsOrFile
          label={t("keyFile")}
          hint={t("keyFileHint")}
          words={signing.key}
          most={20_000}
          hidden
          onChange={(key) => onChange({ ...signing, key })}
        />
      )}
      {closed && (
        <div className="field">
          <label htmlFor={`${id}-passphrase`}>{t("passphrase")}</label>
          <input
            id={`${id}-passphrase`}
            type="password"
            autoComplete="off"
            maxLength={1024}
            value={signing.passphrase}
            onChange={(event) => onChange({ ...signing, passphrase: event.target.value })}
          />
        </div>
      )}
    </>
  );
}
