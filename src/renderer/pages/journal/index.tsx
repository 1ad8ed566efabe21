import { Button } from "@patternfly/react-core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { placeTo, usePlace } from "../../state/router.ts";
import { DropPanel } from "../../widgets/DropPanel.tsx";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { TasksIcon } from "../../widgets/icons.ts";
import { EventTable } from "../../widgets/journal/EventTable.tsx";
import { useJournal } from "../../widgets/journal/use-journal.ts";
import { FilterBox } from "../../widgets/list/FilterBox.tsx";
import { ChainCheck } from "./ChainCheck.tsx";

/** The journal: filters, pages, and the check of its chain. `?subject=` and `?task=` narrow it by a link. */
export default function Journal() {
  const { t } = useTranslation(["journal", "common"]);
  const { query } = usePlace();
  const subject = query.get("subject");
  const task = query.get("task");
  const [words, setWords] = useState("");
  const [text, setText] = useState("");
  const [types, setTypes] = useState<readonly string[]>([]);
  useEffect(() => {
    const timer = setTimeout(() => setText(words), 200);
    return () => clearTimeout(timer);
  }, [words]);
  const journal = useJournal({ text, types, subject, task });
  const narrowed = subject !== null || task !== null;
  return (
    <div className="page">
      <div className="list-head">
        <h1>{t("title")}</h1>
        <div className="list-toolbar">
          <FilterBox label={t("filter")} words={words} onWords={setWords} />
          <DropPanel label={t("types")} icon={<TasksIcon aria-hidden="true" />}>
            <fieldset className="check-list">
              <legend className="pf-v6-screen-reader">{t("types")}</legend>
              {journal.types.map((type) => (
                <label key={type}>
                  <input
                    type="checkbox"
                    checked={types.includes(type)}
                    onChange={() =>
                      setTypes(
                        types.includes(type) ? types.filter((each) => each !== type) : [...types, type],
                      )
                    }
                  />
                  <code>{type}</code>
                </label>
              ))}
            </fieldset>
          </DropPanel>
          <ChainCheck />
        </div>
      </div>
      {narrowed && (
        <p>
          {subject !== null && t("subject", { subject })} {task !== null && t("task")}{" "}
          <a href={placeTo("journal")}>{t("clear")}</a>
        </p>
      )}
      {journal.error && <ErrorNotice error={journal.error} retry={journal.reload} />}
      <div className="journal-intro">
        <p className="quiet">{t("intro")}</p>
        <div aria-live="polite">
          {journal.newer > 0 && (
            <Button variant="link" isInline onClick={journal.reload}>
              {t("newer", { count: journal.newer })}
            </Button>
          )}
        </div>
      </div>
      <EventTable events={journal.events} />
      {journal.events.length === 0 && !journal.busy && <p className="quiet">{t("empty")}</p>}
      {journal.busy && <p className="quiet">{t("common:loading")}</p>}
      {journal.events.length > 0 &&
        (journal.complete ? (
          <p className="quiet">{t("end")}</p>
        ) : (
          <Button variant="secondary" size="sm" isDisabled={journal.busy} onClick={journal.older}>
            {t("older")}
          </Button>
        ))}
    </div>
  );
}
