import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { EstateFault } from "../../../shared/estate.ts";
import type { EstateState } from "../../../shared/estate-state.ts";
import { useLanguage, useLocalText } from "../../i18n/index.ts";
import type { Client } from "../../state/client.ts";
import { useLive } from "../../state/live.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { formatTimestamp } from "../../widgets/format.ts";
import { Notice } from "../../widgets/Notice.tsx";

import { ImportList } from "./ImportList.tsx";

const open = (client: Client, signal: AbortSignal) => client.estate.watch(undefined, { signal });

/** The estate file: where it is, whether it is in force, what is wrong in it and what it declares. */
export default function Estate() {
  const { t } = useTranslation(["estate", "common"]);
  const language = useLanguage();
  const { value, error, retry } = useLive(open);
  return (
    <div className="page">
      <h1>{t("title")}</h1>
      {error && <ErrorNotice error={error} retry={retry} />}
      {!value && !error && <p className="quiet">{t("common:loading")}</p>}
      {value && (
        <>
          <dl className="pairs">
            <dt>{t("columns.name")}</dt>
            <dd>{value.name}</dd>
            <dt>{t("file")}</dt>
            <dd>
              <code>{value.file}</code>
            </dd>
            {value.loadedAt !== null && (
              <>
                <dt>{t("loaded")}</dt>
                <dd>{formatTimestamp(value.loadedAt, language)}</dd>
              </>
            )}
          </dl>
          <Validity estate={value} />
          {value.faults.length > 0 && <Faults title={t("faults")} faults={value.faults} />}
          {value.advice && value.advice.length > 0 && <Faults title={t("advice")} faults={value.advice} />}
          <Contents contents={value.contents} />
          <ImportList />
        </>
      )}
    </div>
  );
}

function Validity({ estate }: { estate: EstateState }) {
  const { t } = useTranslation("estate");
  if (estate.valid) return <Notice tone="success" title={t("valid")} />;
  return (
    <Notice tone="warning" title={t("invalid", { count: estate.faults.length })}>
      <p>{estate.loadedAt === null ? t("nothing") : t("lastGood")}</p>
    </Notice>
  );
}

function Faults({ title, faults }: { title: string; faults: readonly EstateFault[] }) {
  const { t } = useTranslation("estate");
  const id = useId();
  const local = useLocalText();
  return (
    <section className="panel" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <ul className="lines">
        {faults.map((fault) => (
          <li key={`${fault.file} ${fault.line} ${fault.column} ${fault.path} ${fault.message.en}`}>
            <span className="fault-place figure">
              <code>{fault.file}</code>
              <br />
              <span className="quiet">{t("line", { line: fault.line, column: fault.column })}</span>
            </span>
            <span className="line-words">
              {fault.path !== "" && <code>{fault.path}</code>} {local(fault.message)}
              <FaultHints fault={fault} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function FaultHints({ fault }: { fault: EstateFault }) {
  const { t } = useTranslation("estate");
  const local = useLocalText();
  const expected = fault.expected;
  return (
    <>
      {expected !== null && (
        <p className="quiet">
          {t("expected", { expected: typeof expected === "string" ? expected : local(expected) })}
        </p>
      )}
      {fault.nearMiss !== null && <p>{t("nearMiss", { word: fault.nearMiss })}</p>}
    </>
  );
}

function Contents({ contents }: { contents: EstateState["contents"] }) {
  const { t } = useTranslation("estate");
  return (
    <section aria-labelledby="contents">
      <h2 id="contents">{t("contents")}</h2>
      <Table variant="compact" aria-labelledby="contents" className="plain-table">
        <Thead>
          <Tr>
            <Th>{t("columns.kind")}</Th>
            <Th>{t("columns.id")}</Th>
            <Th>{t("columns.name")}</Th>
            <Th>{t("columns.detail")}</Th>
          </Tr>
        </Thead>
        <Tbody>
          {contents.map((entry) => (
            <Tr key={`${entry.kind} ${entry.id} ${entry.detail}`}>
              <Td>
                <KindWord kind={entry.kind} />
              </Td>
              <Td>
                <code>{entry.id}</code>
              </Td>
              <Td>{entry.name}</Td>
              <Td className="quiet">{entry.detail}</Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
    </section>
  );
}

const knownKinds = [
  "environment",
  "site",
  "parity",
  "hop",
  "allowlist",
  "system",
  "host",
  "vm",
  "secret",
  "procedure",
] as const;

function KindWord({ kind }: { kind: string }) {
  const { t } = useTranslation("estate");
  const known = knownKinds.find((each) => each === kind);
  return known ? t(`kinds.${known}`) : kind;
}
