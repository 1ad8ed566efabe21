import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useCallback, useId } from "react";
import { useTranslation } from "react-i18next";
import type { ActionOffer } from "../../../../shared/action.ts";
import type { RekeyView } from "../../../../shared/vault-keys.ts";
import type { Client } from "../../../state/client.ts";
import { useOverlays } from "../../../state/overlays.ts";
import { useAnswer } from "../../../state/use-answer.ts";
import { Age } from "../../../widgets/Age.tsx";
import { CopyButton } from "../../../widgets/CopyButton.tsx";
import { ErrorNotice } from "../../../widgets/ErrorNotice.tsx";
import { ExclamationTriangleIcon } from "../../../widgets/icons.ts";
import { OfferButton } from "../../../widgets/OfferButton.tsx";

/** In the order in which they are taken. */
const steps = [
  "vault.rekey-begin",
  "vault.rekey-share",
  "vault.rekey-proof",
  "vault.rekey-forget",
  "vault.rekey-cancel",
];

/** How the making of new shares stands, what is sealed for whom, and what each person does next. */
export function SharesOfKey({
  vault,
  resource,
  name,
  offers,
  since,
}: {
  vault: string;
  resource: string;
  name: string;
  offers: readonly ActionOffer[];
  since: number;
}) {
  const { t } = useTranslation(["vaults", "common"]);
  const title = useId();
  const openSheet = useOverlays((overlays) => overlays.openSheet);
  const ask = useCallback(
    (client: Client, signal: AbortSignal) => client.vaults.rekey({ vault }, { signal }),
    [vault],
  );
  const { value, error, reading, again } = useAnswer(ask, since);
  const here = steps.flatMap((id) => offers.find((offer) => offer.id === id) ?? []);
  return (
    <section className="panel vault-secret" aria-labelledby={title} aria-busy={reading}>
      <h3 id={title}>{t("keys.shares.title")}</h3>
      {error && <ErrorNotice error={error} retry={again} />}
      {!value && !error && <p className="quiet">{t("common:loading")}</p>}
      {value && <Standing view={value} />}
      {here.length > 0 && (
        <fieldset className="button-row" aria-label={t("keys.shares.actions")}>
          {here.map((offer) => (
            <OfferButton
              key={offer.id}
              offer={offer}
              onOpen={() => openSheet({ offer, resources: [resource], name })}
            />
          ))}
        </fieldset>
      )}
      {value && <Holders view={value} />}
      {value && (
        <p className="quiet">
          <Age at={value.readAt} form="asOf" />
        </p>
      )}
    </section>
  );
}

function Standing({ view }: { view: RekeyView }) {
  const { t } = useTranslation("vaults");
  const { state, held, entered, needed, shares, threshold, attempt, strangers, error } = view;
  return (
    <>
      <p role="status">{t(`keys.shares.${state}`, { entered, needed })}</p>
      {held === "recovery" && <p>{t("keys.shares.recovery")}</p>}
      {state !== "none" && (
        <p className="quiet">{t("keys.shares.figures", { shares, threshold, attempt })}</p>
      )}
      {strangers.length > 0 && (
        <p className="health health-warning">
          <ExclamationTriangleIcon aria-hidden="true" />
          <span>{t("keys.shares.strangers", { keys: strangers.join(", ") })}</span>
        </p>
      )}
      {error && <ErrorNotice error={error} />}
    </>
  );
}

function Holders({ view: { holders } }: { view: RekeyView }) {
  const { t } = useTranslation("vaults");
  if (holders.length === 0) return <p>{t("keys.shares.nobody")}</p>;
  return (
    <>
      <Table variant="compact" aria-label={t("keys.shares.holders")} className="plain-table">
        <Thead>
          <Tr>
            <Th>{t("keys.shares.holder")}</Th>
            <Th>{t("keys.shares.fingerprint")}</Th>
            <Th>{t("keys.shares.share")}</Th>
          </Tr>
        </Thead>
        <Tbody>
          {holders.map(({ id, fingerprint, sealed }) => (
            <Tr key={id}>
              <Td>{id}</Td>
              <Td>{fingerprint === null ? t("keys.notTold") : <code>{inGroups(fingerprint)}</code>}</Td>
              <Td>
                {sealed === null ? (
                  t("keys.shares.noShare")
                ) : (
                  <CopyButton words={() => sealed} label={t("keys.shares.copy", { id })} />
                )}
              </Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
      {holders.some(({ sealed }) => sealed !== null) && <p>{t("keys.shares.open")}</p>}
    </>
  );
}

/** As people compare it with each other: groups of four. */
function inGroups(fingerprint: string): string {
  return (fingerprint.toUpperCase().match(/.{1,4}/g) ?? []).join(" ");
}
