import { Button } from "@patternfly/react-core";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { WireError } from "../../../shared/errors.ts";
import type { LogPattern } from "../../../shared/logs.ts";
import { useClient } from "../../state/live.ts";
import { isAborted, toWireError } from "../../state/wire-error.ts";
import { SaveIcon } from "../../widgets/icons.ts";
import { fileNameOf, saveFile } from "../hands/save-file.ts";
import { type TimeForm, timeForms } from "./line-words.ts";
import { type LogChoice, type Range, rangesInOrder } from "./request.ts";
import { collectLog } from "./save-log.ts";

/** What of the log is read: from when on, which container, the one before the last restart. */
export function LogChoices({
  choice,
  containers,
  onChange,
}: {
  choice: LogChoice;
  /** The containers that there are to choose from. */
  containers: readonly string[];
  onChange: (choice: LogChoice) => void;
}) {
  const { t } = useTranslation("logs");
  return (
    <>
      <label className="log-field">
        {t("range")}
        <select
          value={choice.range}
          onChange={(event) => onChange({ ...choice, range: event.target.value as Range })}
        >
          {rangesInOrder.map((range) => (
            <option key={range} value={range}>
              {t(`ranges.${range}`)}
            </option>
          ))}
        </select>
      </label>
      {(containers.length > 1 || choice.container !== null) && (
        <label className="log-field">
          {t("container")}
          <select
            value={choice.container ?? ""}
            onChange={(event) => onChange({ ...choice, container: event.target.value || null })}
          >
            <option value="">{t("allContainers")}</option>
            {containers.map((container) => (
              <option key={container} value={container}>
                {container}
              </option>
            ))}
          </select>
        </label>
      )}
      <button
        type="button"
        className="tool-button"
        aria-pressed={choice.previous}
        title={t("previousContainerHint")}
        onClick={() => onChange({ ...choice, previous: !choice.previous })}
      >
        {t("previousContainer")}
      </button>
    </>
  );
}

/** How lines are shown: their time, and whether long ones are wrapped. */
export function LogLook({
  time,
  wrapped,
  onTime,
  onWrap,
}: {
  time: TimeForm;
  wrapped: boolean;
  onTime: (time: TimeForm) => void;
  onWrap: (wrapped: boolean) => void;
}) {
  const { t } = useTranslation("logs");
  return (
    <>
      <label className="log-field">
        {t("time")}
        <select value={time} onChange={(event) => onTime(event.target.value as TimeForm)}>
          {timeForms.map((form) => (
            <option key={form} value={form}>
              {t(`times.${form}`)}
            </option>
          ))}
        </select>
      </label>
      <button type="button" className="tool-button" aria-pressed={wrapped} onClick={() => onWrap(!wrapped)}>
        {t("wrap")}
      </button>
    </>
  );
}

/** Saves what main holds to a file, only the matching lines where there is a filter; it can be stopped. */
export function SaveLog({
  log,
  name,
  only,
  onError,
}: {
  log: string;
  name: string;
  only: LogPattern | null;
  onError: (error: WireError | null) => void;
}) {
  const { t } = useTranslation("logs");
  const client = useClient();
  const [share, setShare] = useState<number | null>(null);
  const saving = useRef<AbortController | null>(null);
  useEffect(() => () => saving.current?.abort(), []);
  const save = () => {
    const controller = new AbortController();
    saving.current = controller;
    onError(null);
    setShare(0);
    collectLog(client, log, only, setShare, controller.signal)
      .then(
        (blob) => !controller.signal.aborted && saveFile(blob, fileNameOf(name, Date.now(), "log")),
        (thrown: unknown) => {
          if (!controller.signal.aborted && !isAborted(thrown)) onError(toWireError(thrown));
        },
      )
      .finally(() => saving.current === controller && setShare(null));
  };
  const stop = () => {
    saving.current?.abort();
    saving.current = null;
    setShare(null);
  };
  if (share !== null) {
    return (
      <Button variant="secondary" size="sm" onClick={stop}>
        {t("stopSaving", { percent: Math.floor(share * 100) })}
      </Button>
    );
  }
  return (
    <Button variant="secondary" size="sm" icon={<SaveIcon />} onClick={save}>
      {only ? t("saveMatching") : t("save")}
    </Button>
  );
}
