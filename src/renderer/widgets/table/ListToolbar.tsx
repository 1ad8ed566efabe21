import { type RefObject, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ResourceKind } from "../../../shared/resource.ts";
import { SearchIcon } from "../icons.ts";
import { ColumnsMenu } from "./ColumnsMenu.tsx";
import { GroupMenu } from "./GroupMenu.tsx";
import type { ListView } from "./list-settings.ts";
import type { ListWindow } from "./list-window.ts";
import { ViewsMenu } from "./ViewsMenu.tsx";

/** Milliseconds of rest after a key before main is asked again while it has not answered yet. */
const rest = 120;

/**
 * Filter, groups, columns and saved views of a list. What is typed is asked for at once; while an answer is outstanding, when
 * that has come or no key was struck for a while.
 */
export function ListToolbar({
  kind,
  view,
  initial,
  facets,
  isAnswered,
  onChange,
  filter,
}: {
  kind: ResourceKind;
  view: ListView;
  /** The list as delivered. */
  initial: ListView;
  facets: ListWindow["facets"];
  /** Whether main has answered for the view that is in force. */
  isAnswered: boolean;
  onChange: (part: Partial<ListView>) => void;
  filter: RefObject<HTMLInputElement | null>;
}) {
  const { t } = useTranslation("list");
  const [words, setWords] = useState(view.text);
  const [inForce, setInForce] = useState(view.text);
  // A saved view or a link changed the filter: the box follows.
  if (view.text !== inForce) {
    setInForce(view.text);
    setWords(view.text);
  }
  useEffect(() => {
    if (words === view.text) return;
    const ask = () => {
      setInForce(words);
      onChange({ text: words });
    };
    if (isAnswered) return ask();
    const timer = setTimeout(ask, rest);
    return () => clearTimeout(timer);
  }, [words, view.text, isAnswered, onChange]);
  return (
    <div className="list-toolbar">
      <label className="filter-box">
        <SearchIcon aria-hidden="true" />
        <input
          ref={filter}
          type="search"
          value={words}
          maxLength={200}
          placeholder={t("filter")}
          aria-label={t("filter")}
          aria-keyshortcuts="/"
          onChange={(event) => setWords(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape" && words !== "") {
              event.stopPropagation();
              setWords("");
            }
          }}
        />
        <kbd>{t("filterKeys")}</kbd>
      </label>
      <GroupMenu view={view} facets={facets} onChange={onChange} />
      <ColumnsMenu
        columns={view.columns}
        usual={initial.columns}
        onChange={(columns) => onChange({ columns })}
      />
      <ViewsMenu kind={kind} view={view} initial={initial} onChange={onChange} />
    </div>
  );
}
