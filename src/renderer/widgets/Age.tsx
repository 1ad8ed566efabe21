import { useCallback } from "react";
import { useLanguage, useWords } from "../i18n/index.ts";
import { formatAge, formatTimestamp } from "./format.ts";
import { useTimedWords } from "./ticker.ts";

/**
 * How long ago something was (epoch milliseconds): "12 s ago", or in the form "as of 12 s ago". Null was never.
 * The full date is in the tooltip.
 */
export function Age({ at, form = "ago" }: { at: number | null; form?: "ago" | "asOf" }) {
  const t = useWords("common");
  const language = useLanguage();
  const words = useTimedWords(
    useCallback(
      (now: number) => {
        if (at === null) return t("never");
        const time = formatAge(now - at, language);
        if (time === null) return form === "ago" ? t("now") : t("asOfNow");
        return t(form, { time });
      },
      [at, form, language, t],
    ),
  );
  return (
    <time
      className="age"
      {...(at === null ? {} : { dateTime: new Date(at).toISOString(), title: formatTimestamp(at, language) })}
    >
      {words}
    </time>
  );
}
