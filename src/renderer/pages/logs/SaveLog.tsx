import { Button } from "@patternfly/react-core";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { WireError } from "../../../shared/errors.ts";
import type { LogPattern } from "../../../shared/logs.ts";
import { useClient } from "../../state/live.ts";
import { isAborted, toWireError } from "../../state/wire-error.ts";
import { SaveIcon } from "../../widgets/icons.ts";
import { fileNameOf, saveFile } from "../hands/save-file.ts";
import { collectLog } from "./save-log.ts";

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
    const { signal } = controller;
    saving.current = controller;
    onError(null);
    setShare(0);
    const progress = (done: number) => !signal.aborted && setShare(done);
    collectLog(client, log, only, progress, signal)
      .then(
        (blob) => !signal.aborted && saveFile(blob, fileNameOf(name, Date.now(), "log")),
        (thrown: unknown) => !signal.aborted && !isAborted(thrown) && onError(toWireError(thrown)),
      )
      .finally(() => !signal.aborted && setShare(null));
  };
  const stop = () => {
    saving.current?.abort();
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
