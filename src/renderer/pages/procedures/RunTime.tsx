import { useCallback } from "react";
import { useLanguage } from "../../i18n/index.ts";
import { formatClock, formatDuration } from "../../widgets/format.ts";
import { useTimedWords } from "../../widgets/ticker.ts";

/** Running time, or how long it took. */
export function RunTime({ startedAt, endedAt }: { startedAt: number; endedAt: number | null }) {
  const language = useLanguage();
  const words = useTimedWords(
    useCallback(
      (now: number) =>
        endedAt === null ? formatClock(now - startedAt) : formatDuration(endedAt - startedAt, language),
      [language, startedAt, endedAt],
    ),
  );
  return <span className="figure">{words}</span>;
}
