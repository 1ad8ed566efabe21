import { useCallback } from "react";
import type { Protection } from "../../../shared/protection.ts";
import { useLanguage, useWords } from "../../i18n/index.ts";
import { formatDuration, formatTimestamp } from "../../widgets/format.ts";
import { useTimedWords } from "../../widgets/ticker.ts";
import { shareOf } from "./reading.ts";

/** The age of the last good restore point in words, and as a bar against its RPO. */
export function AgeBar({ protection }: { protection: Protection }) {
  const t = useWords("backups");
  const language = useLanguage();
  const { lastGood, rpo, state } = protection;
  const words = useTimedWords(
    useCallback(
      (now: number) => {
        if (lastGood === null) return t("noGood");
        const minutes = Math.floor(Math.max(0, now - lastGood.at) / 60_000);
        const age = formatDuration(minutes * 60_000, language);
        return rpo === null
          ? t("ageAlone", { age })
          : t("ageOf", { age, rpo: formatDuration(rpo, language) });
      },
      [lastGood, rpo, language, t],
    ),
  );
  const share = shareOf(protection, Date.now());
  return (
    <span
      className="backup-age"
      {...(lastGood === null ? {} : { title: formatTimestamp(lastGood.at, language) })}
    >
      <svg
        className={`backup-bar is-${state}`}
        viewBox="0 0 100 10"
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <rect className="backup-track" width="100" height="10" />
        {share !== null && <rect className="backup-used" width={share * 100} height="10" />}
      </svg>
      <span className="figure">{words}</span>
    </span>
  );
}
