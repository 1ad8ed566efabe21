import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Protection } from "../../../shared/protection.ts";
import { useLanguage } from "../../i18n/index.ts";
import { placeTo } from "../../state/router.ts";
import { formatDuration, formatNumber, formatTimestamp } from "../../widgets/format.ts";
import { AgeBar } from "./AgeBar.tsx";
import { LastRestore } from "./BackupCells.tsx";

/** All that is known of how a thing is protected, as terms and their values. */
export function Figures({ protection }: { protection: Protection }) {
  const { t } = useTranslation("backups");
  const language = useLanguage();
  const { rpo, rpoFrom, lastGood, next, kept, offSite, tested, policies } = protection;
  const back = kept.oldest === null ? "–" : formatDuration(Date.now() - kept.oldest, language);
  return (
    <section className="panel" aria-labelledby="figures">
      <h2 id="figures">{t("detail.figures")}</h2>
      <dl className="backup-figures">
        <Figure term={t("detail.rpo")}>
          {rpo === null ? t("detail.noRpo") : formatDuration(rpo, language)}{" "}
          {rpoFrom && (
            <span className="quiet">{t(`detail.rpoFrom.${rpoFrom.kind}`, { name: rpoFrom.name })}</span>
          )}
        </Figure>
        <Figure term={t("detail.lastGood")}>
          <AgeBar protection={protection} />{" "}
          {lastGood && <a href={placeTo("resource", lastGood.restorePoint)}>{lastGood.name}</a>}
        </Figure>
        <Figure term={t("detail.next")}>
          {next === null ? t("noSlot") : formatTimestamp(next, language)}
        </Figure>
        <Figure term={t("detail.missed")}>
          {formatNumber(protection.missed, language)}{" "}
          {protection.lastMissed !== null && (
            <span className="quiet">{formatTimestamp(protection.lastMissed, language)}</span>
          )}
        </Figure>
        <Figure term={t("detail.kept")}>
          {kept.demanded === null
            ? t(`kept.${kept.state}`)
            : t("detail.demanded", {
                state: t(`kept.${kept.state}`),
                oldest: back,
                demanded: formatDuration(kept.demanded, language),
              })}{" "}
          {kept.words !== null && <span className="quiet">{kept.words}</span>}
        </Figure>
        <Figure term={t("detail.offSite")}>
          {t(`offSite.${offSite.state}`)}{" "}
          {offSite.at !== null && (
            <span className="quiet">
              {t("detail.offSiteAt", {
                age: formatDuration(Date.now() - offSite.at, language),
                where: offSite.where ?? "–",
              })}
            </span>
          )}
        </Figure>
        <Figure term={t("detail.restored")}>
          <LastRestore tested={tested} />{" "}
          {tested && <span className="quiet">{t(`detail.restoredBy.${tested.by}`)}</span>}
        </Figure>
        <Figure term={t("detail.policies")}>
          {policies.length === 0 && "–"}
          <ul>
            {policies.map((policy) => (
              <li key={policy.id}>
                <a href={placeTo("resource", policy.id)}>{policy.name}</a>{" "}
                {policy.schedule === null
                  ? t("detail.noSchedule")
                  : t("detail.schedule", { schedule: policy.schedule, zone: policy.zone })}
                {policy.paused && <strong>, {t("detail.paused")}</strong>}
                {!policy.understood && <strong>; {t("detail.notUnderstood")}</strong>}
              </li>
            ))}
          </ul>
        </Figure>
      </dl>
    </section>
  );
}

function Figure({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}
