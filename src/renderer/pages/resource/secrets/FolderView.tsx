import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { SecretFolder } from "../../../../shared/vault-secrets.ts";
import type { Client } from "../../../state/client.ts";
import { useAnswer } from "../../../state/use-answer.ts";
import { Age } from "../../../widgets/Age.tsx";
import { ErrorNotice } from "../../../widgets/ErrorNotice.tsx";
import { below, placeOfSecrets } from "./secret-place.ts";

/** The names in one folder, and the way back up. */
export function FolderView({
  mount,
  name,
  folder,
  secret,
  since,
}: {
  mount: string;
  name: string;
  folder: string;
  secret: string | null;
  since: number;
}) {
  const { t } = useTranslation(["vaultSecrets", "common"]);
  const ask = useCallback(
    (client: Client, signal: AbortSignal) => client.vaultSecrets.folder({ mount, folder }, { signal }),
    [mount, folder],
  );
  const { value, error, reading, again } = useAnswer(ask, since);
  return (
    <div className="vault-folder" aria-busy={reading}>
      <Way mount={mount} name={name} folder={folder} />
      {error && <ErrorNotice error={error} retry={again} />}
      {!value && !error && <p className="quiet">{t("common:loading")}</p>}
      {value && <Names mount={mount} read={value} secret={secret} />}
      {value && (
        <p className="quiet">
          {!value.versioned && `${t("plain")} · `}
          <Age at={value.readAt} form="asOf" />
        </p>
      )}
    </div>
  );
}

/** From the mount down to this folder, each a link. */
function Way({ mount, name, folder }: { mount: string; name: string; folder: string }) {
  const { t } = useTranslation("vaultSecrets");
  const parts = folder === "" ? [] : folder.split("/");
  const steps = [
    { label: name, to: "" },
    ...parts.map((label, at) => ({ label, to: parts.slice(0, at + 1).join("/") })),
  ];
  return (
    <nav aria-label={t("way")}>
      <ol className="vault-way">
        {steps.map(({ label, to }) => (
          <li key={to}>
            {to === folder ? (
              <strong aria-current="page">{label}</strong>
            ) : (
              <a href={placeOfSecrets(mount, { folder: to, secret: null })}>{label}</a>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}

function Names({ mount, read, secret }: { mount: string; read: SecretFolder; secret: string | null }) {
  const { t } = useTranslation("vaultSecrets");
  const { folder, folders, secrets, cut } = read;
  if (folders.length + secrets.length === 0) return <p>{t("empty")}</p>;
  return (
    <>
      <ul className="vault-names" aria-label={t("names")}>
        {folders.map((each) => (
          <li key={`${each}/`}>
            <a href={placeOfSecrets(mount, { folder: below(folder, each), secret: null })}>
              {each}
              <span aria-hidden="true">/</span>
              <span className="pf-v6-screen-reader"> {t("aFolder")}</span>
            </a>
          </li>
        ))}
        {secrets.map((each) => {
          const path = below(folder, each);
          return (
            <li key={each} className={path === secret ? "is-selected" : undefined}>
              <a
                href={placeOfSecrets(mount, { folder, secret: path })}
                aria-current={path === secret ? "true" : undefined}
              >
                {each}
              </a>
            </li>
          );
        })}
      </ul>
      {cut && <p>{t("cut")}</p>}
    </>
  );
}
