import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useCallback, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ActionOffer } from "../../../../shared/action.ts";
import type { VaultToken, VaultTokens } from "../../../../shared/vault-tokens.ts";
import { useLanguage } from "../../../i18n/index.ts";
import type { Client } from "../../../state/client.ts";
import { useOverlays } from "../../../state/overlays.ts";
import { useAnswer } from "../../../state/use-answer.ts";
import { Age } from "../../../widgets/Age.tsx";
import { ErrorNotice } from "../../../widgets/ErrorNotice.tsx";
import { FindField } from "../../../widgets/FindField.tsx";
import { formatTimestamp } from "../../../widgets/format.ts";
import { InsideButton } from "../../../widgets/InsideButton.tsx";
import { OfferButton } from "../../../widgets/OfferButton.tsx";

const mostShown = 100;

interface Parts {
  vault: string;
  resource: string;
  name: string;
  offers: readonly ActionOffer[];
  since: number;
}

/** Who has tokens of a Vault, asked for when somebody wants to know: each is looked up by itself. */
export function TokenList(parts: Parts) {
  const { t } = useTranslation("vaults");
  const title = useId();
  const [wanted, setWanted] = useState(false);
  return (
    <section className="panel vault-secret" aria-labelledby={title}>
      <h3 id={title}>{t("keys.tokens.title")}</h3>
      <p className="quiet">{t("keys.tokens.about")}</p>
      {wanted ? (
        <Tokens {...parts} />
      ) : (
        <InsideButton
          subject={{ of: "system", system: parts.vault }}
          variant="secondary"
          size="sm"
          onClick={() => setWanted(true)}
        >
          {t("keys.tokens.list")}
        </InsideButton>
      )}
    </section>
  );
}

function Tokens({ vault, resource, name, offers, since }: Parts) {
  const { t } = useTranslation(["vaults", "common"]);
  const openSheet = useOverlays((overlays) => overlays.openSheet);
  const [words, setWords] = useState("");
  const ask = useCallback(
    (client: Client, signal: AbortSignal) => client.vaults.tokens({ vault }, { signal }),
    [vault],
  );
  const { value, error, reading, again } = useAnswer(ask, since);
  const revoke = offers.find(({ id }) => id === "vault.revoke-token") ?? null;
  const open = (accessor: string) =>
    revoke && openSheet({ offer: revoke, resources: [resource], name, input: { accessor } });
  return (
    <div aria-busy={reading}>
      {error && <ErrorNotice error={error} retry={again} />}
      {!value && !error && <p className="quiet">{t("common:loading")}</p>}
      {value && (
        <>
          <FindField label={t("keys.tokens.find")} value={words} onChange={setWords} />
          <Found told={value} words={words} revoke={revoke} onRevoke={open} />
          <p className="quiet">
            <Age at={value.readAt} form="asOf" />
          </p>
        </>
      )}
    </div>
  );
}

function Found({
  told: { tokens, total },
  words,
  revoke,
  onRevoke,
}: {
  told: VaultTokens;
  words: string;
  revoke: ActionOffer | null;
  onRevoke: (accessor: string) => void;
}) {
  const { t } = useTranslation("vaults");
  const fitting = tokens.filter((token) => fits(token, words));
  return (
    <>
      <p role="status">
        {t("keys.tokens.counted", { count: fitting.length })}
        {tokens.length < total && ` ${t("keys.tokens.cut", { count: tokens.length, total })}`}
      </p>
      {fitting.length === 0 ? (
        <p>{t("keys.tokens.nothing")}</p>
      ) : (
        <Table variant="compact" aria-label={t("keys.tokens.title")} className="plain-table">
          <Thead>
            <Tr>
              <Th>{t("keys.tokens.who")}</Th>
              <Th>{t("keys.tokens.path")}</Th>
              <Th>{t("keys.tokens.policies")}</Th>
              <Th>{t("keys.tokens.created")}</Th>
              <Th>{t("keys.tokens.ends")}</Th>
              <Th>{t("keys.tokens.accessor")}</Th>
              <Th>{t("keys.tokens.action")}</Th>
            </Tr>
          </Thead>
          <Tbody>
            {fitting.slice(0, mostShown).map((token) => (
              <TokenRow
                key={token.accessor}
                token={token}
                revoke={revoke}
                onRevoke={() => onRevoke(token.accessor)}
              />
            ))}
          </Tbody>
        </Table>
      )}
      {fitting.length > mostShown && <p>{t("keys.tokens.more", { count: mostShown })}</p>}
    </>
  );
}

function TokenRow({
  token: { accessor, name, path, policies, createdAt, expiresAt, own },
  revoke,
  onRevoke,
}: {
  token: VaultToken;
  revoke: ActionOffer | null;
  onRevoke: () => void;
}) {
  const { t } = useTranslation("vaults");
  const language = useLanguage();
  return (
    <Tr>
      <Td>{name || t("keys.notTold")}</Td>
      <Td>{path}</Td>
      <Td>{policies.join(", ")}</Td>
      <Td>{createdAt === null ? t("keys.notTold") : <Age at={createdAt} />}</Td>
      <Td>{expiresAt === null ? t("keys.tokens.endless") : formatTimestamp(expiresAt, language)}</Td>
      <Td>
        <code>{accessor}</code>
      </Td>
      <Td>
        {own
          ? t("keys.tokens.own")
          : revoke && <OfferButton offer={revoke} label={t("keys.tokens.revoke")} onOpen={onRevoke} />}
      </Td>
    </Tr>
  );
}

function fits({ name, path, policies, accessor }: VaultToken, words: string): boolean {
  const text = [name, path, accessor, ...policies].join(" ").toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((each) => text.includes(each));
}
