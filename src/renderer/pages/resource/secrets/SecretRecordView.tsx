import { useCallback, useId } from "react";
import { useTranslation } from "react-i18next";
import type { ActionOffer } from "../../../../shared/action.ts";
import type { SecretRecord } from "../../../../shared/vault-secrets.ts";
import { useLanguage } from "../../../i18n/index.ts";
import type { Client } from "../../../state/client.ts";
import { useOverlays } from "../../../state/overlays.ts";
import { placeTo } from "../../../state/router.ts";
import { useAnswer } from "../../../state/use-answer.ts";
import { Age } from "../../../widgets/Age.tsx";
import { ErrorNotice } from "../../../widgets/ErrorNotice.tsx";
import { formatNumber, formatTimestamp } from "../../../widgets/format.ts";
import { OfferButton } from "../../../widgets/OfferButton.tsx";
import { placeOfSecrets } from "./secret-place.ts";
import { VersionTable } from "./VersionTable.tsx";

/** Opens the sheet of an action with what the chosen secret says filled in. */
export type OpenFilledIn = (offer: ActionOffer, input: Readonly<Record<string, string>>) => void;

/** What is known of one secret: its versions, what people noted on it, and what uses it. */
export function SecretRecordView({
  mount,
  name,
  folder,
  path,
  offers,
  since,
}: {
  mount: string;
  name: string;
  folder: string;
  path: string;
  offers: readonly ActionOffer[];
  since: number;
}) {
  const { t } = useTranslation(["vaultSecrets", "common"]);
  const title = useId();
  const openSheet = useOverlays((overlays) => overlays.openSheet);
  const ask = useCallback(
    (client: Client, signal: AbortSignal) => client.vaultSecrets.read({ mount, path }, { signal }),
    [mount, path],
  );
  const { value, error, reading, again } = useAnswer(ask, since);
  const open: OpenFilledIn = (offer, input) =>
    openSheet({ offer, resources: [mount], name, input: { path, ...input } });
  return (
    <section className="panel vault-secret" aria-labelledby={title} aria-busy={reading}>
      <div className="list-head">
        <h3 id={title}>{path}</h3>
        <a href={placeOfSecrets(mount, { folder, secret: null })}>{t("common:close")}</a>
      </div>
      {error && <ErrorNotice error={error} retry={again} />}
      {!value && !error && <p className="quiet">{t("common:loading")}</p>}
      {value && <Actions record={value} offers={offers} onOpen={open} />}
      {value && <Facts record={value} />}
      {value && <Uses record={value} />}
      {value?.versioned && <VersionTable record={value} offers={offers} onOpen={open} />}
      {value && (
        <p className="quiet">
          <Age at={value.readAt} form="asOf" />
        </p>
      )}
    </section>
  );
}

const withoutVersions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "vault.write-plain-secret": {},
  "vault.generate-plain-secret": {},
  "vault.delete-plain-secret": {},
};

/** What is done with the secret as a whole; each is over the version that is seen here. */
function Actions({
  record: { versioned, current, maxVersions },
  offers,
  onOpen,
}: {
  record: SecretRecord;
  offers: readonly ActionOffer[];
  onOpen: OpenFilledIn;
}) {
  const { t } = useTranslation("vaultSecrets");
  const version = String(current ?? 0);
  const inputs: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    "vault.write-secret": { version },
    "vault.generate-secret": { version },
    "vault.set-max-versions": { versions: String(maxVersions ?? 0) },
  };
  const wanted = versioned ? inputs : withoutVersions;
  const here = offers.filter(({ id }) => id in wanted);
  if (here.length === 0) return null;
  return (
    <fieldset className="button-row" aria-label={t("actions")}>
      {here.map((offer) => (
        <OfferButton key={offer.id} offer={offer} onOpen={() => onOpen(offer, wanted[offer.id] ?? {})} />
      ))}
    </fieldset>
  );
}

function Facts({ record }: { record: SecretRecord }) {
  const { t } = useTranslation("vaultSecrets");
  const language = useLanguage();
  const { versioned, createdAt, updatedAt, maxVersions, checkAndSet, notes, fields } = record;
  if (!versioned) return <p>{t("plainSecret")}</p>;
  const time = (at: number | null) => (at === null ? t("notTold") : formatTimestamp(at, language));
  return (
    <dl className="pairs">
      <dt>{t("created")}</dt>
      <dd>{time(createdAt)}</dd>
      <dt>{t("updated")}</dt>
      <dd>{time(updatedAt)}</dd>
      <dt>{t("fields")}</dt>
      <dd>{fields === null ? t("fieldsNotTold") : fields.join(", ")}</dd>
      <dt>{t("kept")}</dt>
      <dd>{maxVersions === null ? t("notTold") : formatNumber(maxVersions, language)}</dd>
      <dt>{t("checkAndSet.label")}</dt>
      <dd>{t(checkAndSet ? "checkAndSet.wanted" : "checkAndSet.free")}</dd>
      {Object.entries(notes).map(([note, words]) => (
        <NoteLine key={note} note={note} words={words} />
      ))}
    </dl>
  );
}

function NoteLine({ note, words }: { note: string; words: string }) {
  const { t } = useTranslation("vaultSecrets");
  return (
    <>
      <dt>{t("note", { note })}</dt>
      <dd>{words}</dd>
    </>
  );
}

/** The references of the estate that are read here. */
function Uses({ record: { usedBy } }: { record: SecretRecord }) {
  const { t } = useTranslation("vaultSecrets");
  const title = useId();
  return (
    <section aria-labelledby={title}>
      <h4 id={title}>{t("uses.title")}</h4>
      {usedBy.length === 0 ? (
        <p className="quiet">{t("uses.none")}</p>
      ) : (
        <ul>
          {usedBy.map(({ reference, resources }) => (
            <li key={reference}>
              <code>{reference}</code>{" "}
              {resources.map((id, at) => (
                <span key={id}>
                  {at > 0 && ", "}
                  <a href={placeTo("resource", id)}>{id}</a>
                </span>
              ))}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
