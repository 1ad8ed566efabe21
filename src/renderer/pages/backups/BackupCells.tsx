import { memo, useCallback } from "react";
import type { Protection } from "../../../shared/protection.ts";
import { useLanguage, useLocalText, useWords } from "../../i18n/index.ts";
import { placeTo } from "../../state/router.ts";
import { formatDuration, formatMoment, formatTimestamp } from "../../widgets/format.ts";
import { StateLabel } from "../../widgets/list/StateLabel.tsx";
import { useTimedWords } from "../../widgets/ticker.ts";
import { AgeBar } from "./AgeBar.tsx";
import { healthOf } from "./reading.ts";

/** The cells of one protected thing. A row that did not change is not drawn again. */
export const BackupCells = memo(function BackupCells({
  row,
  onActions,
}: {
  row: Protection;
  onActions: (row: Protection) => void;
}) {
  const t = useWords("backups");
  const local = useLocalText();
  const language = useLanguage();
  const { offSite, next } = row;
  return (
    <>
      <th scope="row" className="cell-name">
        <a href={placeTo("backups", row.id)} tabIndex={-1}>
          {row.name}
        </a>{" "}
        <span className="quiet">{row.system}</span>
      </th>
      <td>
        <StateLabel health={healthOf[row.state]} hint={local(row.text)}>
          {t(`state.${row.state}`)}
        </StateLabel>
      </td>
      <td>
        <AgeBar protection={row} />
      </td>
      <td>
        <span title={offSite.at === null ? undefined : formatTimestamp(offSite.at, language)}>
          {t(`offSite.${offSite.state}`)}
          {offSite.where !== null && <span className="quiet"> {offSite.where}</span>}
        </span>
      </td>
      <td>
        <LastRestore tested={row.tested} />
      </td>
      <td className="figure">
        {next === null ? <span className="quiet">{t("noSlot")}</span> : formatMoment(next, language)}
      </td>
      <td>
        <button
          type="button"
          className="tool-button"
          tabIndex={-1}
          aria-label={t("actionsOf", { name: row.name })}
          onClick={() => onActions(row)}
        >
          {t("actions")}
        </button>
      </td>
    </>
  );
});

/** When something was last brought back, and whether that worked. */
export function LastRestore({ tested }: { tested: Protection["tested"] }) {
  const t = useWords("backups");
  const language = useLanguage();
  const words = useTimedWords(
    useCallback(
      (now: number) => {
        if (tested === null) return t("neverRestored");
        const age = formatDuration(Math.floor(Math.max(0, now - tested.at) / 60_000) * 60_000, language);
        return t(tested.good ? "restoreGood" : "restoreFailed", { age });
      },
      [tested, language, t],
    ),
  );
  return (
    <span
      className={tested?.good ? undefined : "quiet"}
      {...(tested === null ? {} : { title: formatTimestamp(tested.at, language) })}
    >
      {words}
    </span>
  );
}
