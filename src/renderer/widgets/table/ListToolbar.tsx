import { type RefObject, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { SearchIcon } from "../icons.ts";
import { ColumnsMenu } from "./ColumnsMenu.tsx";
import type { ListView } from "./list-settings.ts";
import { ViewsMenu } from "./ViewsMenu.tsx";

/** Milliseconds of rest after a key before main is asked. */
const rest = 120;

/** Filter, columns and saved views of a list. */
export function ListToolbar({
  list,
  view,
  onChange,
  filter,
}: {
  list: string;
  view: ListView;
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
    const timer = setTimeout(() => {
      setInForce(words);
      onChange({ text: words });
    }, rest);
    return () => clearTimeout(timer);
  }, [words, view.text, onChange]);
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
      <ColumnsMenu columns={view.columns} onChange={(columns) => onChange({ columns })} />
      <ViewsMenu list={list} view={view} onChange={onChange} />
    </div>
  );
}
