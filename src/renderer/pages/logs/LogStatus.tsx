import { useTranslation } from "react-i18next";
import type { LogFrame } from "../../../shared/logs.ts";
import { useLanguage } from "../../i18n/index.ts";
import { formatBytes, formatNumber } from "../../widgets/format.ts";
import type { ScrollPosition } from "./scrolling.ts";

/** The line below a log: how much of it there is, what is missing, and whether its end is followed. */
export function LogStatus({
  frame,
  filtering,
  at,
}: {
  frame: LogFrame | null;
  filtering: boolean;
  at: ScrollPosition | null;
}) {
  const { t } = useTranslation(["logs", "common"]);
  const language = useLanguage();
  if (!frame) return <p className="quiet log-status">{t("common:loading")}</p>;
  const number = (value: number) => formatNumber(value, language);
  const words = [
    `${t("lineCount", { count: frame.total, lines: number(frame.total) })}, ${formatBytes(frame.bytes, language)}`,
    filtering && t("matching", { count: frame.matching, lines: number(frame.matching) }),
    filtering && !frame.filtered && t("filtering"),
    frame.dropped > 0 && t("dropped", { count: frame.dropped, lines: number(frame.dropped) }),
    at === null ? t("following") : t("pausedAt", { line: number(at.line + 1), of: number(frame.matching) }),
  ];
  return <p className="quiet log-status figure">{words.filter(Boolean).join(" · ")}</p>;
}
