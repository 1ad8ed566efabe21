import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { JournalEvent } from "../../../shared/journal.ts";
import { useLanguage } from "../../i18n/index.ts";
import { placeTo } from "../../state/router.ts";
import { formatTimestamp } from "../format.ts";
import { AngleDownIcon, AngleRightIcon } from "../icons.ts";
import { eventInWords } from "./event-in-words.ts";

/** Journal events, newest first; each opens into its data and its place in the chain. */
export function EventTable({ events }: { events: readonly JournalEvent[] }) {
  const { t } = useTranslation("journal");
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  const toggle = (sequence: number) => {
    const next = new Set(opened);
    if (!next.delete(sequence)) next.add(sequence);
    setOpened(next);
  };
  return (
    <Table variant="compact" aria-label={t("caption")} className="plain-table">
      <Thead>
        <Tr>
          <Th>{t("columns.sequence")}</Th>
          <Th>{t("columns.at")}</Th>
          <Th>{t("columns.type")}</Th>
          <Th>{t("columns.subject")}</Th>
          <Th>{t("columns.actor")}</Th>
          <Th>{t("columns.data")}</Th>
        </Tr>
      </Thead>
      <Tbody>
        {events.map((event) => (
          <EventRows
            key={event.sequence}
            event={event}
            open={opened.has(event.sequence)}
            onToggle={() => toggle(event.sequence)}
          />
        ))}
      </Tbody>
    </Table>
  );
}

function EventRows({ event, open, onToggle }: { event: JournalEvent; open: boolean; onToggle: () => void }) {
  const { t } = useTranslation("journal");
  const language = useLanguage();
  return (
    <>
      <Tr>
        <Td className="figure">
          <button
            type="button"
            className="row-toggle"
            aria-expanded={open}
            aria-label={t("details", { sequence: event.sequence })}
            onClick={onToggle}
          >
            {open ? <AngleDownIcon aria-hidden="true" /> : <AngleRightIcon aria-hidden="true" />}
            {event.sequence}
          </button>
        </Td>
        <Td className="figure no-wrap">{formatTimestamp(event.at, language)}</Td>
        <Td>
          <code>{event.type}</code>
        </Td>
        <Td>{event.subject && <a href={placeTo("resource", event.subject)}>{event.subject}</a>}</Td>
        <Td>{event.actor}</Td>
        <Td className="one-line quiet">{eventInWords(event.data, language)}</Td>
      </Tr>
      {open && (
        <Tr>
          <Td colSpan={6}>
            <dl className="pairs">
              <dt>{t("workstation")}</dt>
              <dd>{event.workstation}</dd>
              <dt>{t("hash")}</dt>
              <dd className="fingerprint">{event.hash}</dd>
              <dt>{t("previousHash")}</dt>
              <dd className="fingerprint">{event.previousHash}</dd>
            </dl>
            <pre className="event-data">{JSON.stringify(event.data, null, 2)}</pre>
          </Td>
        </Tr>
      )}
    </>
  );
}
