import { Button } from "@patternfly/react-core";
import { memo, type RefObject } from "react";
import { useTranslation } from "react-i18next";
import type { LogPattern } from "../../../shared/logs.ts";
import { useLanguage } from "../../i18n/index.ts";
import { formatNumber } from "../../widgets/format.ts";
import { FilterIcon, SearchIcon } from "../../widgets/icons.ts";
import { PatternBox } from "./PatternBox.tsx";
import { useMatchCount } from "./use-log-window.ts";

/** What is searched for, how many lines match, from match to match; and what the lines are filtered by. */
export const SearchTools = memo(function SearchTools({
  log,
  pattern,
  wrong,
  filterWrong,
  filtering,
  wentRound,
  searchBox,
  filterBox,
  onPattern,
  onFilter,
  onNext,
  onEscape,
}: {
  log: string;
  pattern: LogPattern | null;
  wrong: boolean;
  filterWrong: boolean;
  filtering: boolean;
  wentRound: boolean;
  searchBox: RefObject<HTMLInputElement | null>;
  filterBox: RefObject<HTMLInputElement | null>;
  onPattern: (pattern: LogPattern | null) => void;
  onFilter: (pattern: LogPattern | null) => void;
  onNext: (pattern: LogPattern | null, backwards: boolean) => void;
  onEscape: () => void;
}) {
  const { t } = useTranslation("logs");
  const language = useLanguage();
  // Main counts in all lines; in the filtered ones that would be another number.
  const matches = useMatchCount(log, filtering ? null : pattern);
  const counted =
    matches &&
    t(matches.complete ? "matches" : "matchesSoFar", {
      count: matches.count,
      lines: formatNumber(matches.count, language),
    });
  return (
    <div className="log-bar">
      <search className="log-search">
        <PatternBox
          label={t("search")}
          keys="/"
          icon={<SearchIcon aria-hidden="true" />}
          input={searchBox}
          wrong={wrong}
          onPattern={onPattern}
          onEnter={onNext}
          onEscape={onEscape}
        />
        <Button variant="secondary" size="sm" isDisabled={!pattern} onClick={() => onNext(pattern, true)}>
          {t("previous")}
        </Button>
        <Button variant="secondary" size="sm" isDisabled={!pattern} onClick={() => onNext(pattern, false)}>
          {t("next")}
        </Button>
        <span className="quiet log-matches" aria-live="polite">
          {wrong || filterWrong ? t("wrongExpression") : counted}
          {wentRound && ` · ${t("wentRound")}`}
        </span>
      </search>
      <PatternBox
        label={t("filter")}
        keys="&"
        icon={<FilterIcon aria-hidden="true" />}
        input={filterBox}
        wrong={filterWrong}
        onPattern={onFilter}
        onEscape={onEscape}
      />
    </div>
  );
});
