import "../../styles/backups.css";
import { Button } from "@patternfly/react-core";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Protection, ProtectionDetail, RestorePointView } from "../../../shared/protection.ts";
import { useLanguage, useLocalText } from "../../i18n/index.ts";
import type { Client } from "../../state/client.ts";
import { useLive } from "../../state/live.ts";
import { placeTo } from "../../state/router.ts";
import { Age } from "../../widgets/Age.tsx";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { formatBytes, formatTimestamp } from "../../widgets/format.ts";
import { StateLabel } from "../../widgets/list/StateLabel.tsx";
import { Notice } from "../../widgets/Notice.tsx";
import { BackupActions } from "./BackupActions.tsx";
import { Figures } from "./Figures.tsx";
import { healthOf } from "./reading.ts";
import { SlotTable } from "./SlotList.tsx";

/** Restore points and slots that are shown at first, and so many more each time. */
const shownAtOnce = 50;
const pointHealth = { good: "ok", partial: "warning", failed: "critical", running: "unknown" } as const;

/** How one thing is protected: its figures and actions, its restore points, and what became of its slots. */
export default function Detail({ id }: { id: string }) {
  const { t } = useTranslation(["backups", "common"]);
  const open = useCallback(
    (client: Client, signal: AbortSignal) => client.protection.of({ id }, { signal }),
    [id],
  );
  const { value, error, retry } = useLive(open);
  return (
    <div className="page backups-page">
      <nav aria-label={t("detail.back")}>
        <a href={placeTo("backups")}>{t("detail.back")}</a>
      </nav>
      {error && <ErrorNotice error={error} retry={retry} />}
      {value === null && !error && <p className="quiet">{t("common:loading")}</p>}
      {value &&
        (value.protection === null ? (
          <>
            <h1>{t("title")}</h1>
            <Notice tone="info" title={t("detail.gone")}>
              <p>{t("detail.goneHint")}</p>
            </Notice>
          </>
        ) : (
          <Protected detail={value} protection={value.protection} />
        ))}
    </div>
  );
}

function Protected({ detail, protection }: { detail: ProtectionDetail; protection: Protection }) {
  const { t } = useTranslation("backups");
  const local = useLocalText();
  return (
    <>
      <header className="backup-head">
        <h1>{protection.name}</h1>
        <StateLabel health={healthOf[protection.state]}>{t(`state.${protection.state}`)}</StateLabel>
        <a href={placeTo("resource", protection.id)}>{t("detail.toResource", { name: protection.name })}</a>
        {protection.readAt !== null && <Age at={protection.readAt} form="asOf" />}
      </header>
      <p>{local(protection.text)}</p>
      <BackupActions protection={protection} />
      <Figures protection={protection} />
      <Points points={detail.points} />
      <Slots slots={detail.slots} />
    </>
  );
}

function Points({ points }: { points: readonly RestorePointView[] }) {
  const { t } = useTranslation("backups");
  const language = useLanguage();
  const [shown, setShown] = useState(shownAtOnce);
  const more = Math.min(shownAtOnce, points.length - shown);
  const moment = (at: number | null) => (at === null ? "" : formatTimestamp(at, language));
  return (
    <section className="panel" aria-labelledby="points">
      <h2 id="points">{t("detail.points")}</h2>
      {points.length === 0 ? (
        <p className="quiet">{t("detail.noPoints")}</p>
      ) : (
        <div className="cluster-scroller">
          <table className="plain-table" aria-labelledby="points">
            <thead>
              <tr>
                {(["made", "state", "size", "location", "offSite", "policy", "expires", "name"] as const).map(
                  (column) => (
                    <th key={column} scope="col">
                      {t(`detail.columns.${column}`)}
                    </th>
                  ),
                )}
              </tr>
            </thead>
            <tbody>
              {points.slice(0, shown).map((point) => (
                <tr key={point.id}>
                  <td className="figure no-wrap">{moment(point.madeAt)}</td>
                  <td>
                    <StateLabel health={pointHealth[point.state]}>
                      {t(`detail.pointState.${point.state}`)}
                    </StateLabel>
                  </td>
                  <td className="figure">{point.size === null ? "" : formatBytes(point.size, language)}</td>
                  <td>{point.location}</td>
                  <td>{t(`offSite.${point.offSite === null ? "unknown" : point.offSite ? "yes" : "no"}`)}</td>
                  <td>{point.policy}</td>
                  <td className="figure">{moment(point.expires)}</td>
                  <td>
                    <a href={placeTo("resource", point.id)}>{point.name}</a>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {more > 0 && (
        <Button variant="link" onClick={() => setShown(shown + shownAtOnce)}>
          {t("detail.morePoints", { count: more })}
        </Button>
      )}
    </section>
  );
}

function Slots({ slots }: { slots: ProtectionDetail["slots"] }) {
  const { t } = useTranslation("backups");
  const [shown, setShown] = useState(shownAtOnce);
  const more = Math.min(shownAtOnce, slots.length - shown);
  return (
    <section className="panel" aria-labelledby="slots">
      <h2 id="slots">{t("detail.slots")}</h2>
      {slots.length === 0 ? (
        <p className="quiet">{t("detail.noSlots")}</p>
      ) : (
        <SlotTable slots={slots.slice(0, shown)} labelledBy="slots" />
      )}
      {more > 0 && (
        <Button variant="link" onClick={() => setShown(shown + shownAtOnce)}>
          {t("detail.morePoints", { count: more })}
        </Button>
      )}
    </section>
  );
}
