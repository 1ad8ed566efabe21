import "../../styles/certificates.css";
import { type ReactNode, useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ActionOffer } from "../../../shared/action.ts";
import type { Certificate, CertificateDetail } from "../../../shared/certificates.ts";
import type { WireError } from "../../../shared/errors.ts";
import { useLanguage, useLocalText } from "../../i18n/index.ts";
import type { Client } from "../../state/client.ts";
import { useClient, useLive } from "../../state/live.ts";
import { placeTo } from "../../state/router.ts";
import { toWireError } from "../../state/wire-error.ts";
import { Age } from "../../widgets/Age.tsx";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { formatTimestamp } from "../../widgets/format.ts";
import { StateLabel } from "../../widgets/list/StateLabel.tsx";
import { Notice } from "../../widgets/Notice.tsx";
import { OfferButton } from "../../widgets/OfferButton.tsx";
import { useOpenOffer } from "../../widgets/sheet/open-offer.ts";
import { Requests } from "./Requests.tsx";
import { healthOf, wordsOf } from "./reading.ts";

/** One certificate: how it stands and why, its chain, who uses it, what can be done, and the requests made for it. */
export default function Detail({ id }: { id: string }) {
  const { t } = useTranslation(["certificates", "common"]);
  const open = useCallback(
    (client: Client, signal: AbortSignal) => client.certificates.of({ id }, { signal }),
    [id],
  );
  const { value, error, retry } = useLive(open);
  return (
    <div className="page certificates-page">
      <nav aria-label={t("detail.back")}>
        <a href={placeTo("certificates")}>{t("detail.back")}</a>
      </nav>
      {error && <ErrorNotice error={error} retry={retry} />}
      {value === null && !error && <p className="quiet">{t("common:loading")}</p>}
      {value &&
        (value.certificate === null ? (
          <>
            <h1>{t("title")}</h1>
            <Notice tone="info" title={t("detail.gone")}>
              <p>{t("detail.goneHint")}</p>
            </Notice>
          </>
        ) : (
          <Shown detail={value} certificate={value.certificate} />
        ))}
      {value && value.requests.length > 0 && <Requests requests={value.requests} name={nameOf(value, id)} />}
    </div>
  );
}

function nameOf({ certificate }: CertificateDetail, id: string): string {
  return certificate?.name ?? id;
}

function Shown({ detail, certificate }: { detail: CertificateDetail; certificate: Certificate }) {
  const { t } = useTranslation("certificates");
  const local = useLocalText();
  const { state } = certificate;
  return (
    <>
      <header className="certificate-head">
        <h1>{certificate.name}</h1>
        <StateLabel health={healthOf[state]}>{t(`state.${state}`)}</StateLabel>
        <a href={placeTo("resource", certificate.id)}>{t("detail.toResource")}</a>
        {certificate.readAt !== null && <Age at={certificate.readAt} form="asOf" />}
      </header>
      <p>{local(certificate.text)}</p>
      {certificate.hint && <p className="quiet">{local(certificate.hint)}</p>}
      <Actions certificate={certificate} />
      <Figures detail={detail} certificate={certificate} />
      {detail.issuance.length > 0 && (
        <section className="panel" aria-labelledby="issuance">
          <h2 id="issuance">{t("detail.issuance")}</h2>
          <ul>
            {detail.issuance.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </section>
      )}
      {detail.chain.length > 0 && (
        <section className="panel" aria-labelledby="chain">
          <h2 id="chain">{t("detail.chain")}</h2>
          <p className="quiet">{words(local, "chainState", detail.chainState) ?? t("detail.chainUnknown")}</p>
          <ol>
            {detail.chain.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ol>
        </section>
      )}
    </>
  );
}

function words(
  local: ReturnType<typeof useLocalText>,
  fact: Parameters<typeof wordsOf>[0],
  value: string | null,
): string | null {
  const found = wordsOf(fact, value);
  return found ? local(found) : null;
}

const terms = [
  "subject",
  "names",
  "servedAs",
  "issuer",
  "trust",
  "notBefore",
  "notAfter",
  "renewal",
  "renewsAt",
  "renewedBy",
  "key",
  "signature",
  "serial",
  "fingerprint",
  "from",
  "inBundle",
  "usedBy",
  "elsewhere",
  "ticket",
] as const;
type Term = (typeof terms)[number];

function Figures({ detail, certificate }: { detail: CertificateDetail; certificate: Certificate }) {
  const { t } = useTranslation("certificates");
  const local = useLocalText();
  const language = useLanguage();
  const moment = (at: number | null) => (at === null ? null : formatTimestamp(at, language));
  const figures: Record<Term, ReactNode> = {
    subject: certificate.subject,
    names: certificate.names.join(", "),
    servedAs: detail.servedAs,
    issuer: certificate.issuer,
    trust: words(local, "trust", detail.trust),
    notBefore: moment(certificate.notBefore),
    notAfter: moment(certificate.notAfter),
    renewal: words(local, "renewal", certificate.renewal),
    renewsAt: moment(certificate.renewsAt),
    renewedBy: certificate.renewedBy,
    key: certificate.key,
    signature: detail.signature,
    serial: detail.serial,
    fingerprint: certificate.fingerprint,
    from: words(local, "from", certificate.from),
    inBundle: detail.inBundle,
    usedBy: certificate.usedBy.length > 0 ? <Users ids={certificate.usedBy} /> : null,
    elsewhere: detail.elsewhere.length > 0 ? <Elsewhere found={detail.elsewhere} /> : null,
    ticket: moment(certificate.ticketAt),
  };
  return (
    <section className="panel" aria-labelledby="figures">
      <h2 id="figures">{t("detail.figures")}</h2>
      <dl className="certificate-figures">
        {terms.map((term) =>
          figures[term] === null || figures[term] === "" ? null : (
            <div key={term}>
              <dt>{t(`detail.${term}`)}</dt>
              <dd>{figures[term]}</dd>
            </div>
          ),
        )}
      </dl>
    </section>
  );
}

/** What is a resource leads to it; a system alone is named. */
function Users({ ids }: { ids: readonly string[] }) {
  return (
    <ul>
      {ids.map((id) => (
        <li key={id}>{id.includes("/") ? <a href={placeTo("resource", id)}>{id}</a> : id}</li>
      ))}
    </ul>
  );
}

function Elsewhere({ found }: { found: CertificateDetail["elsewhere"] }) {
  return (
    <ul>
      {found.map(({ id, name }) => (
        <li key={id}>
          <a href={placeTo("certificates", id)}>{name}</a>
        </li>
      ))}
    </ul>
  );
}

function Actions({ certificate: { id, name } }: { certificate: Certificate }) {
  const { t } = useTranslation("certificates");
  const client = useClient();
  const openOffer = useOpenOffer();
  const [offers, setOffers] = useState<ActionOffer[] | null>(null);
  const [error, setError] = useState<WireError | null>(null);
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    client.actions.offers({ resources: [id] }, { signal }).then(setOffers, (thrown: unknown) => {
      if (!signal.aborted) setError(toWireError(thrown));
    });
    return () => controller.abort();
  }, [client, id]);
  if (error) return <ErrorNotice error={error} />;
  if (offers === null || offers.length === 0) return null;
  return (
    <fieldset className="certificate-actions">
      <legend className="pf-v6-screen-reader">{t("detail.actions")}</legend>
      {offers.map((offer) => (
        <OfferButton key={offer.id} offer={offer} onOpen={() => openOffer(offer, [id], name)} />
      ))}
    </fieldset>
  );
}
