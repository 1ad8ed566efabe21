import { memo } from "react";
import { useTranslation } from "react-i18next";
import type { LogLine } from "../../../shared/logs.ts";
import { type TimeForm, timeWords, toneOf } from "./line-words.ts";
import { type Matcher, partsOf } from "./marks.ts";

/** Characters of one line that are laid out at most: the browser would halt over a longer one. */
const shownCharacters = 8000;

/** One line: its time, whose it is, what it says, with what was searched for marked in it. */
export const LogLineRow = memo(function LogLineRow({
  line,
  place,
  source,
  time,
  matcher,
  current,
  selected,
}: {
  line: LogLine;
  place: number;
  /** Empty where there is only one. */
  source: string;
  time: TimeForm;
  matcher: Matcher | null;
  current: boolean;
  selected: boolean;
}) {
  const { t } = useTranslation("logs");
  const shown = line.text.length > shownCharacters ? line.text.slice(0, shownCharacters) : line.text;
  const classes = ["log-line", current && "is-current", selected && "is-selected"].filter(Boolean).join(" ");
  return (
    <div className={classes} data-place={place}>
      {time !== "off" && <span className="log-time">{timeWords(line.at, time)}</span>}
      {source !== "" && <span className={`log-source ${toneOf(line.source)}`}>{source}</span>}
      <span className="log-text">
        {partsOf(shown, matcher).map(({ text, hit, at }) => (hit ? <mark key={at}>{text}</mark> : text))}
        {(line.cut || shown.length < line.text.length) && <em className="log-cut">{t("cut")}</em>}
      </span>
    </div>
  );
});
