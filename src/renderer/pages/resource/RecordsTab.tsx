import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { WireError } from "../../../shared/errors.ts";
import { Age } from "../../widgets/Age.tsx";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { FilterBox } from "../../widgets/list/FilterBox.tsx";

/** One of the sorts of records that can be looked at alone, and how many there are. */
interface Sort<Of extends string> {
  of: Of;
  label: string;
  count: number;
}

interface RecordsTabProps<Of extends string> {
  title: string;
  /** What the choice among the sorts, and the box for words, are called. */
  labels: { sorts: string; filter: string };
  sorts: readonly Sort<Of>[];
  chosen: Of;
  onChoose: (of: Of) => void;
  words: string;
  onWords: (words: string) => void;
  /** What main says of them; `readAt` is null before the first reading, `error` says why they cannot be read. */
  live: {
    value: { readAt: number | null; error: WireError | null } | null;
    error: WireError | null;
    retry: () => void;
  };
  /** Said where there are none. */
  none: string;
  /** Said below them, besides when they were read. */
  notes: readonly string[];
  /** The list; null where there are none. */
  children: ReactNode;
}

/** What a far system has recorded of a thing: by sort and by words, the newest first and live. */
export function RecordsTab<Of extends string>(props: RecordsTabProps<Of>) {
  const { title, labels, sorts, chosen, onChoose, words, onWords, live, none, notes, children } = props;
  const { t } = useTranslation(["common", "list"]);
  const { value, error, retry } = live;
  const isRead = value !== null && value.readAt !== null;
  const hasFailed = error !== null || (value?.error ?? null) !== null;
  return (
    <section className="happenings" aria-label={title}>
      <div className="list-head">
        <h2>{title}</h2>
        <div className="list-toolbar">
          <fieldset className="segments" aria-label={labels.sorts}>
            {sorts.map(({ of, label, count }) => (
              <button key={of} type="button" aria-pressed={chosen === of} onClick={() => onChoose(of)}>
                {label} <span className="figure">{count}</span>
              </button>
            ))}
          </fieldset>
          <FilterBox label={labels.filter} hint={t("list:filter")} words={words} onWords={onWords} />
        </div>
      </div>
      {error && <ErrorNotice error={error} retry={retry} />}
      {value?.error && <ErrorNotice error={value.error} />}
      {!isRead && !hasFailed && <p className="quiet">{t("common:loading")}</p>}
      {isRead && children === null && !value.error && <p className="quiet">{none}</p>}
      {children}
      {value && (
        <p className="quiet">
          {notes.map((note) => `${note} · `)}
          <Age at={value.readAt} form="asOf" />
        </p>
      )}
    </section>
  );
}
