import { Button } from "@patternfly/react-core";
import { useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { WireError } from "../../../shared/errors.ts";
import type { ProtectionFilter, ProtectionSlot, SlotsAnswer } from "../../../shared/protection.ts";
import { useLanguage } from "../../i18n/index.ts";
import { useClient } from "../../state/live.ts";
import { placeTo } from "../../state/router.ts";
import { toWireError } from "../../state/wire-error.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { formatMoment } from "../../widgets/format.ts";
import { StateLabel } from "../../widgets/list/StateLabel.tsx";
import { dayWords, hourWords } from "./day-words.ts";
import { healthOfSlot } from "./reading.ts";
import { localZone } from "./use-backups.ts";

/** What ran in one cell of the calendar, the worst first. */
export function SlotList({
  day,
  hour,
  filter,
  onClose,
}: {
  day: string;
  hour: number;
  filter: Omit<ProtectionFilter, "zone">;
  onClose: () => void;
}) {
  const { t } = useTranslation("backups");
  const language = useLanguage();
  const client = useClient();
  const title = useId();
  const heading = useRef<HTMLHeadingElement>(null);
  const [answer, setAnswer] = useState<SlotsAnswer | null>(null);
  const [error, setError] = useState<WireError | null>(null);
  const { text, facets } = filter;
  useEffect(() => heading.current?.focus(), []);
  useEffect(() => {
    const controller = new AbortController();
    client.protection
      .slots({ text, facets, zone: localZone, day, hour }, { signal: controller.signal })
      .then(setAnswer, (thrown: unknown) => {
        if (!controller.signal.aborted) setError(toWireError(thrown));
      });
    return () => controller.abort();
  }, [client, text, facets, day, hour]);
  const left = answer ? answer.total - answer.slots.length : 0;
  return (
    <section className="slot-list" aria-labelledby={title}>
      <header>
        <h3 id={title} ref={heading} tabIndex={-1}>
          {t("heat.open", { day: dayWords(day, language), hour: hourWords(hour) })}
        </h3>
        <Button variant="link" size="sm" onClick={onClose}>
          {t("close")}
        </Button>
      </header>
      {error && <ErrorNotice error={error} />}
      {!answer && !error && <p className="quiet">{t("heat.reading")}</p>}
      {answer && <SlotTable slots={answer.slots} labelledBy={title} named />}
      {left > 0 && <p className="quiet">{t("heat.more", { count: left })}</p>}
    </section>
  );
}

/** Slots with what came of them; `named` where they are of several things. */
export function SlotTable({
  slots,
  labelledBy,
  named = false,
}: {
  slots: readonly ProtectionSlot[];
  labelledBy: string;
  named?: boolean;
}) {
  const { t } = useTranslation("backups");
  const language = useLanguage();
  return (
    <table className="plain-table slot-table" aria-labelledby={labelledBy}>
      <thead>
        <tr>
          {named && <th scope="col">{t("heat.columns.name")}</th>}
          <th scope="col">{t("heat.columns.planned")}</th>
          <th scope="col">{t("heat.columns.state")}</th>
          <th scope="col">{t("heat.columns.policy")}</th>
        </tr>
      </thead>
      <tbody>
        {slots.map((slot) => (
          <tr key={`${slot.resource} ${slot.policy} ${slot.at}`}>
            {named && (
              <th scope="row">
                <a href={placeTo("backups", slot.resource)}>{slot.name}</a>
              </th>
            )}
            <td className="figure">{formatMoment(slot.at, language)}</td>
            <td>
              <StateLabel health={healthOfSlot[slot.state]}>
                {slot.madeAt === null
                  ? t(`slotState.${slot.state}`)
                  : t("heat.madeAt", {
                      state: t(`slotState.${slot.state}`),
                      time: formatMoment(slot.madeAt, language),
                    })}
              </StateLabel>
              {slot.restorePoint !== null && (
                <>
                  {" "}
                  <a href={placeTo("resource", slot.restorePoint)}>{t("heat.toPoint")}</a>
                </>
              )}
            </td>
            <td>{slot.policyName}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
