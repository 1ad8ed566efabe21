import { Button } from "@patternfly/react-core";
import { useTranslation } from "react-i18next";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { EventTable } from "../../widgets/journal/EventTable.tsx";
import { useJournal } from "../../widgets/journal/use-journal.ts";

const noTypes: readonly string[] = [];

/** The journal's events about one resource. */
export function JournalTab({ id }: { id: string }) {
  const { t } = useTranslation(["journal", "common"]);
  const journal = useJournal({ text: "", types: noTypes, subject: id, task: null });
  return (
    <>
      {journal.error && <ErrorNotice error={journal.error} retry={journal.reload} />}
      <div aria-live="polite">
        {journal.newer > 0 && (
          <Button variant="link" isInline onClick={journal.reload}>
            {t("newer", { count: journal.newer })}
          </Button>
        )}
      </div>
      {journal.events.length === 0 && !journal.busy ? (
        <p className="quiet">{t("empty")}</p>
      ) : (
        <EventTable events={journal.events} />
      )}
      {journal.events.length > 0 && !journal.complete && (
        <Button variant="secondary" size="sm" isDisabled={journal.busy} onClick={journal.older}>
          {t("older")}
        </Button>
      )}
    </>
  );
}
