import { Modal } from "@patternfly/react-core";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ListRow } from "../../../shared/live.ts";
import { useOverlays } from "../../state/overlays.ts";
import { ErrorNotice } from "../ErrorNotice.tsx";
import { HealthLabel } from "../HealthLabel.tsx";
import { SearchIcon } from "../icons.ts";
import { addressIn, longestAddress, type PaletteEntry } from "./entries.ts";
import { useActionEntries, useResultEntries } from "./use-entries.ts";
import { useSearch } from "./use-search.ts";

/** At once, so that what is typed right after Ctrl-K is not lost. */
const takeFocus = (field: HTMLInputElement | null) => field?.focus();

/**
 * Ctrl-K: every resource, page and command by a few letters; the right arrow goes on to the actions of the resource
 * that is marked. A combobox with a list box (ARIA practices): the focus stays in the field.
 */
export default function Palette() {
  const { t } = useTranslation("palette");
  const openPalette = useOverlays((overlays) => overlays.openPalette);
  const [text, setText] = useState("");
  const [row, setRow] = useState<ListRow | null>(null);
  const [marked, setMarked] = useState(0);
  const search = useSearch(row === null && addressIn(text) === null ? text : "");
  const results = useResultEntries(text, search.rows);
  const actions = useActionEntries(row, text);
  const entries = row === null ? results : actions.entries;
  const error = row === null ? search.error : actions.error;
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const at = Math.min(marked, Math.max(0, entries.length - 1));
  useEffect(() => {
    list.current?.querySelector(`[data-place="${at}"]`)?.scrollIntoView({ block: "nearest" });
  }, [at]);
  const enter = (next: ListRow | null) => {
    setRow(next);
    setText("");
    setMarked(0);
  };
  const choose = (entry: PaletteEntry | undefined) => {
    if (!entry || entry.unavailable !== null) return;
    openPalette(false);
    entry.choose();
  };
  const pressed = (event: KeyboardEvent<HTMLInputElement>) => {
    const entry = entries[at];
    const atEnd = event.currentTarget.selectionStart === text.length;
    if (event.key === "ArrowDown") setMarked((at + 1) % Math.max(1, entries.length));
    else if (event.key === "ArrowUp") setMarked((at - 1 + entries.length) % Math.max(1, entries.length));
    else if (event.key === "Enter") choose(entry);
    else if (event.key === "ArrowRight" && atEnd && entry?.row) enter(entry.row);
    else if ((event.key === "ArrowLeft" || event.key === "Backspace") && text === "" && row) enter(null);
    else return;
    event.preventDefault();
  };
  return (
    <Modal
      isOpen
      onClose={() => openPalette(false)}
      aria-label={t("title")}
      className="palette"
      variant="medium"
      position="top"
      positionOffset="8vh"
      elementToFocus={`#${CSS.escape(id)}`}
    >
      <div className="palette-field">
        <SearchIcon aria-hidden="true" />
        {row && (
          <button type="button" className="palette-row" onClick={() => enter(null)} title={t("back")}>
            {row.name}
          </button>
        )}
        <input
          ref={takeFocus}
          id={id}
          type="text"
          role="combobox"
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-activedescendant={entries.length > 0 ? `${id}-${at}` : undefined}
          aria-label={t("title")}
          autoComplete="off"
          spellCheck={false}
          maxLength={row === null ? longestAddress : 200}
          placeholder={row ? t("actions", { name: row.name }) : t("placeholder")}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setMarked(0);
          }}
          onKeyDown={pressed}
        />
      </div>
      {error && <ErrorNotice error={error} />}
      <div className="palette-list" role="listbox" id={`${id}-list`} aria-label={t("title")} ref={list}>
        {entries.map((entry, place) => (
          <Entry
            key={entry.key}
            entry={entry}
            id={`${id}-${place}`}
            place={place}
            marked={place === at}
            onMark={() => setMarked(place)}
            onChoose={() => choose(entry)}
          />
        ))}
      </div>
      <p className="palette-foot quiet" aria-live="polite">
        {search.busy && entries.length === 0
          ? t("searching")
          : entries.length === 0
            ? t("nothing")
            : t("found", { count: entries.length })}
        <span>{t("keys")}</span>
      </p>
    </Modal>
  );
}

function Entry({
  entry,
  id,
  place,
  marked,
  onMark,
  onChoose,
}: {
  entry: PaletteEntry;
  id: string;
  place: number;
  marked: boolean;
  onMark: () => void;
  onChoose: () => void;
}) {
  const { t } = useTranslation("palette");
  return (
    // The focus stays in the field; keys are handled there.
    <div
      role="option"
      id={id}
      data-place={place}
      tabIndex={-1}
      aria-selected={marked}
      aria-disabled={entry.unavailable !== null}
      className="palette-entry"
      onMouseMove={onMark}
      onClick={onChoose}
      onKeyDown={(event) => event.key === "Enter" && onChoose()}
    >
      {entry.row ? <HealthLabel health={entry.row.health} quiet /> : <span className="palette-mark" />}
      <span className="palette-words">{entry.words}</span>
      <span className="quiet">
        {entry.unavailable ??
          (entry.group === "resources" || entry.detail !== "" ? entry.detail : t(groupKey(entry)))}
      </span>
    </div>
  );
}

function groupKey(entry: PaletteEntry): "pages" | "views" | "commands" | "resources" {
  return entry.group === "actions" ? "commands" : entry.group;
}
