import { Button } from "@patternfly/react-core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { SecretSearch } from "../../../../shared/vault-secrets.ts";
import { useLanguage } from "../../../i18n/index.ts";
import { ErrorNotice } from "../../../widgets/ErrorNotice.tsx";
import { formatNumber } from "../../../widgets/format.ts";
import { SearchIcon } from "../../../widgets/icons.ts";
import { folderOf, placeOfSecrets } from "./secret-place.ts";
import { type AskedSearch, useNameSearch } from "./use-name-search.ts";

/** Searches names below the folder that is shown; says how far it is and what was not reached. */
export function SearchNames({ mount, folder }: { mount: string; folder: string }) {
  const { t } = useTranslation("vaultSecrets");
  const [words, setWords] = useState("");
  const [asked, setAsked] = useState<AskedSearch | null>(null);
  const { told, error } = useNameSearch(mount, asked);
  const goes = asked !== null && error === null && (told === null || told.ended === null);
  const search = (event: FormEvent) => {
    event.preventDefault();
    const wanted = words.trim();
    if (wanted !== "") setAsked({ folder, words: wanted });
  };
  return (
    <section className="vault-search" aria-label={t("search.title")}>
      <form onSubmit={search}>
        <label className="filter-box">
          <SearchIcon aria-hidden="true" />
          <input
            type="search"
            value={words}
            maxLength={200}
            autoComplete="off"
            spellCheck={false}
            placeholder={t("search.hint")}
            aria-label={folder === "" ? t("search.everywhere") : t("search.below", { folder })}
            onChange={(event) => setWords(event.target.value)}
          />
        </label>
        <Button variant="secondary" size="sm" type="submit">
          {t("search.begin")}
        </Button>
        {asked && (
          <Button variant="link" size="sm" onClick={() => setAsked(null)}>
            {goes ? t("search.cancel") : t("search.close")}
          </Button>
        )}
      </form>
      {error && <ErrorNotice error={error} />}
      {told?.error && <ErrorNotice error={told.error} />}
      {asked && <p role="status">{<Progress told={told} words={asked.words} />}</p>}
      {asked && told && <Results mount={mount} told={told} words={asked.words} />}
    </section>
  );
}

/** How many were found, how far it is, and why it ended. */
function Progress({ told, words }: { told: SecretSearch | null; words: string }) {
  const { t } = useTranslation("vaultSecrets");
  if (!told || told.ended === null)
    return (
      <>
        {t("search.going", { words, looked: told?.looked ?? 0, waiting: told?.waiting ?? 1 })}{" "}
        <progress aria-label={t("search.going", { words, looked: told?.looked ?? 0, waiting: 1 })} />
      </>
    );
  const found = t("search.found", { words, count: told.found.length });
  return <>{`${found} ${t(`search.ended.${told.ended}`, { count: told.looked })}`}</>;
}

function Results({ mount, told, words }: { mount: string; told: SecretSearch; words: string }) {
  const { t } = useTranslation("vaultSecrets");
  const language = useLanguage();
  const { found, left, leftCount } = told;
  return (
    <>
      {found.length > 0 && (
        <ul className="vault-names vault-found" aria-label={t("search.results", { words })}>
          {found.map((path) => (
            <li key={path}>
              <a href={placeOfSecrets(mount, { folder: folderOf(path), secret: path })}>{path}</a>
            </li>
          ))}
        </ul>
      )}
      {leftCount > 0 && told.ended !== null && (
        <details>
          <summary>
            {t("search.left", { count: leftCount, number: formatNumber(leftCount, language) })}
          </summary>
          <ul>
            {left.map(({ folder, why }) => (
              <li key={`${folder} ${why}`}>
                <code>{folder === "" ? "/" : folder}</code>{" "}
                <span className="quiet">{t(`search.why.${why}`)}</span>
              </li>
            ))}
          </ul>
          {leftCount > left.length && (
            <p className="quiet">{t("search.more", { count: leftCount - left.length })}</p>
          )}
        </details>
      )}
    </>
  );
}
