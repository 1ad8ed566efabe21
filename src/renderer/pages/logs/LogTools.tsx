import { Button } from "@patternfly/react-core";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import type { WireError } from "../../../shared/errors.ts";
import type { LogPattern } from "../../../shared/logs.ts";
import { PauseIcon, PlayIcon } from "../../widgets/icons.ts";
import { type TimeForm, timeForms } from "./line-words.ts";
import { useLogLook } from "./log-look.ts";
import { type LogChoice, type Range, rangesInOrder } from "./request.ts";
import { SaveLog } from "./SaveLog.tsx";

/** What is read of a log, how its lines are shown, and what can be done with them. */
export const LogTools = memo(function LogTools({
  log,
  name,
  choice,
  containers,
  following,
  only,
  chosen,
  empty,
  onChoice,
  onFollow,
  onCopy,
  onError,
}: {
  log: string;
  name: string;
  choice: LogChoice;
  /** The containers that there are to choose from. */
  containers: readonly string[];
  following: boolean;
  only: LogPattern | null;
  /** Lines that were chosen to be copied; null when none was, and then those in sight are. */
  chosen: number | null;
  empty: boolean;
  onChoice: (choice: LogChoice) => void;
  onFollow: () => void;
  onCopy: () => void;
  onError: (error: WireError | null) => void;
}) {
  const { t } = useTranslation("logs");
  return (
    <>
      <Button
        variant={following ? "primary" : "secondary"}
        size="sm"
        aria-pressed={following}
        aria-keyshortcuts="f"
        icon={following ? <PauseIcon /> : <PlayIcon />}
        onClick={onFollow}
      >
        {t("follow")}
      </Button>
      <Choices choice={choice} containers={containers} onChange={onChoice} />
      <Look />
      <Button variant="secondary" size="sm" isDisabled={empty} onClick={onCopy}>
        {chosen === null ? t("copySight") : t("copyChosen", { count: chosen })}
      </Button>
      <SaveLog log={log} name={name} only={only} onError={onError} />
    </>
  );
});

/** What of the log is read: from when on, which container, the one before the last restart. */
function Choices({
  choice,
  containers,
  onChange,
}: {
  choice: LogChoice;
  containers: readonly string[];
  onChange: (choice: LogChoice) => void;
}) {
  const { t } = useTranslation("logs");
  const isRange = (words: string): words is Range => rangesInOrder.some((range) => range === words);
  return (
    <>
      <label className="log-field">
        {t("range")}
        <select
          value={choice.range}
          onChange={({ target: { value } }) => isRange(value) && onChange({ ...choice, range: value })}
        >
          {rangesInOrder.map((range) => (
            <option key={range} value={range}>
              {t(`ranges.${range}`)}
            </option>
          ))}
        </select>
      </label>
      {containers.length > 1 && (
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
function Look() {
  const { t } = useTranslation("logs");
  const { time, wrapped, chooseTime, wrap } = useLogLook();
  const isForm = (words: string): words is TimeForm => timeForms.some((form) => form === words);
  return (
    <>
      <label className="log-field">
        {t("time")}
        <select value={time} onChange={({ target: { value } }) => isForm(value) && chooseTime(value)}>
          {timeForms.map((form) => (
            <option key={form} value={form}>
              {t(`times.${form}`)}
            </option>
          ))}
        </select>
      </label>
      <button type="button" className="tool-button" aria-pressed={wrapped} onClick={() => wrap(!wrapped)}>
        {t("wrap")}
      </button>
    </>
  );
}
