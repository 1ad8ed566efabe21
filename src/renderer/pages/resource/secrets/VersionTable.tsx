import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useTranslation } from "react-i18next";
import type { ActionOffer } from "../../../../shared/action.ts";
import type { SecretRecord, SecretVersion } from "../../../../shared/vault-secrets.ts";
import { useLanguage, useLocalText } from "../../../i18n/index.ts";
import { Age } from "../../../widgets/Age.tsx";
import { formatTimestamp } from "../../../widgets/format.ts";
import { CheckCircleIcon, ExclamationTriangleIcon, QuestionCircleIcon } from "../../../widgets/icons.ts";
import { OfferButton } from "../../../widgets/OfferButton.tsx";
import type { OpenFilledIn } from "./SecretRecordView.tsx";

type State = "current" | "there" | "deleted" | "destroyed";

/** Which actions make sense on a version that stands like that. */
const offered: Readonly<Record<State, readonly string[]>> = {
  current: ["vault.delete-version", "vault.destroy-version"],
  there: ["vault.roll-back-secret", "vault.delete-version", "vault.destroy-version"],
  deleted: ["vault.undelete-secret", "vault.destroy-version"],
  destroyed: [],
};

/** The versions of a secret, the newest first, and what can be done with each. */
export function VersionTable({
  record,
  offers,
  onOpen,
}: {
  record: SecretRecord;
  offers: readonly ActionOffer[];
  onOpen: OpenFilledIn;
}) {
  const { t } = useTranslation("vaultSecrets");
  const { versions, current, path } = record;
  if (versions.length === 0) return <p>{t("noVersions")}</p>;
  return (
    <Table variant="compact" aria-label={t("versions.title", { path })} className="plain-table">
      <Thead>
        <Tr>
          <Th>{t("versions.number")}</Th>
          <Th>{t("versions.state")}</Th>
          <Th>{t("versions.created")}</Th>
          <Th>{t("versions.actions")}</Th>
        </Tr>
      </Thead>
      <Tbody>
        {versions.map((each) => (
          <VersionRow key={each.version} version={each} current={current} offers={offers} onOpen={onOpen} />
        ))}
      </Tbody>
    </Table>
  );
}

function VersionRow({
  version: each,
  current,
  offers,
  onOpen,
}: {
  version: SecretVersion;
  current: number | null;
  offers: readonly ActionOffer[];
  onOpen: OpenFilledIn;
}) {
  const { t } = useTranslation("vaultSecrets");
  const local = useLocalText();
  const { version, createdAt } = each;
  const state = stateOf(each, current);
  const input = { version: String(version), ...(current !== null && { over: String(current) }) };
  const here = offered[state].flatMap((id) => offers.find((offer) => offer.id === id) ?? []);
  return (
    <Tr>
      <Td className="figure">{version}</Td>
      <Td>
        <StateWords version={each} state={state} />
      </Td>
      <Td>{createdAt === null ? t("notTold") : <Age at={createdAt} />}</Td>
      <Td>
        <fieldset className="button-row" aria-label={t("versions.actionsOn", { version })}>
          {here.map((offer) => (
            <OfferButton
              key={offer.id}
              offer={offer}
              label={local(offer.verb)}
              onOpen={() => onOpen(offer, input)}
            />
          ))}
        </fieldset>
      </Td>
    </Tr>
  );
}

function stateOf({ version, deleted, destroyed }: SecretVersion, current: number | null): State {
  if (destroyed) return "destroyed";
  if (deleted) return "deleted";
  return version === current ? "current" : "there";
}

/** In words and by a sign, never by colour alone; with when it was or will be deleted. */
function StateWords({ version: { deletedAt }, state }: { version: SecretVersion; state: State }) {
  const { t } = useTranslation("vaultSecrets");
  const language = useLanguage();
  const [tone, Icon] =
    state === "current"
      ? (["ok", CheckCircleIcon] as const)
      : state === "there"
        ? (["unknown", CheckCircleIcon] as const)
        : state === "deleted"
          ? (["unknown", QuestionCircleIcon] as const)
          : (["warning", ExclamationTriangleIcon] as const);
  const at = deletedAt === null ? null : formatTimestamp(deletedAt, language);
  return (
    <>
      <span className={`health health-${tone}`}>
        <Icon aria-hidden="true" />
        <span className="health-word">{t(`versions.is.${state}`)}</span>
      </span>
      {at !== null && (
        <span className="quiet">
          {" "}
          {t(state === "deleted" || state === "destroyed" ? "versions.since" : "versions.until", { at })}
        </span>
      )}
    </>
  );
}
