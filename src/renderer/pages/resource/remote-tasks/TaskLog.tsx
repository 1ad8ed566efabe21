import { useCallback, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Client } from "../../../state/client.ts";
import { useLiveFold } from "../../../state/live.ts";
import { ErrorNotice } from "../../../widgets/ErrorNotice.tsx";
import { foldLog } from "./log-lines.ts";

/** A region that scrolls must be reachable by keyboard (WCAG 2.1.1). */
const scrollable = { tabIndex: 0 };
/** Pixels from the end within which the log follows what comes. */
const nearEnd = 40;

/** The log of one task of a far system as it grows; it follows the end unless one has scrolled up. */
export function TaskLog({ resource, task, name }: { resource: string; task: string; name: string }) {
  const { t } = useTranslation(["resource", "common"]);
  const open = useCallback(
    (client: Client, signal: AbortSignal) => client.remoteTasks.log({ id: resource, task }, { signal }),
    [resource, task],
  );
  const { value, error, retry } = useLiveFold(open, foldLog);
  const box = useRef<HTMLPreElement>(null);
  const follows = useRef(true);
  useEffect(() => {
    if (follows.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  });
  return (
    <section aria-label={t("remoteTasks.log", { name })}>
      <h3>{t("remoteTasks.log", { name })}</h3>
      {error && <ErrorNotice error={error} retry={retry} />}
      {!value && !error && <p className="quiet">{t("common:loading")}</p>}
      {value && value.dropped > 0 && (
        <p className="quiet">{t("remoteTasks.logCut", { count: value.dropped })}</p>
      )}
      {value && value.lines.length === 0 && <p className="quiet">{t("remoteTasks.logEmpty")}</p>}
      {value && value.lines.length > 0 && (
        <pre
          className="task-log"
          ref={box}
          {...scrollable}
          onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
            follows.current = scrollHeight - scrollTop - clientHeight < nearEnd;
          }}
        >
          {value.lines.join("\n")}
        </pre>
      )}
      {value && !value.ended && <p className="quiet">{t("remoteTasks.logGoes")}</p>}
    </section>
  );
}
