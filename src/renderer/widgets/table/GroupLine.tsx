import { memo } from "react";
import type { GroupHead, GroupName } from "../../../shared/live.ts";
import { useLanguage, useWords } from "../../i18n/index.ts";
import { formatNumber } from "../format.ts";
import { AngleDownIcon, AngleRightIcon, ExclamationTriangleIcon } from "../icons.ts";
import { useFacetWords } from "./facet-words.ts";

/** The head of a group: its value, of which system, how many are in it and how many of them are wrong. */
export const GroupLine = memo(function GroupLine({
  head,
  group,
  onFold,
  onSelect,
}: {
  head: GroupHead;
  group: GroupName;
  onFold: (head: GroupHead) => void;
  onSelect: (head: GroupHead) => void;
}) {
  const t = useWords("list");
  const wrong = useWords("frame");
  const language = useLanguage();
  const words = useFacetWords(group, head.value);
  const Caret = head.open ? AngleDownIcon : AngleRightIcon;
  return (
    <th scope="rowgroup" className="cell-group">
      <button
        type="button"
        tabIndex={-1}
        className="group-fold"
        aria-label={t(head.open ? "foldGroup" : "unfoldGroup", { name: words })}
        onClick={() => onFold(head)}
      >
        <Caret aria-hidden="true" />
        <span className="quiet">{t(`facet.${group}`)}</span> <strong>{words}</strong>
      </button>
      {head.system !== null && <span className="quiet">{head.system}</span>}
      <span className="figure">{formatNumber(head.total, language)}</span>
      {head.wrong > 0 && (
        <span className="wrong-badge">
          <ExclamationTriangleIcon aria-hidden="true" />
          {wrong("wrong", { count: head.wrong })}
        </span>
      )}
      <button type="button" tabIndex={-1} className="group-select" onClick={() => onSelect(head)}>
        {t("selectGroup")}
      </button>
    </th>
  );
});
