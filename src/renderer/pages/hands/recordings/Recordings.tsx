import { Button } from "@patternfly/react-core";
import { useCallback, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { WireError } from "../../../../shared/errors.ts";
import type { Recording } from "../../../../shared/screen.ts";
import { useLanguage, useLocalText } from "../../../i18n/index.ts";
import type { Client } from "../../../state/client.ts";
import { useClient, useLive } from "../../../state/live.ts";
import { toWireError } from "../../../state/wire-error.ts";
import { ErrorNotice } from "../../../widgets/ErrorNotice.tsx";
import { formatBytes, formatClock, formatNumber, formatTimestamp } from "../../../widgets/format.ts";
import { fileNameOf, saveFile } from "../save-file.ts";
import { collectPieces } from "./collect-pieces.ts";
import { ReplayView } from "./ReplayView.tsx";

/** The recordings of one machine's screen, newest first: each can be played, saved and deleted. */
export function Recordings({ id, name }: { id: string; name: string }) {
  const { t } = useTranslation("hands");
  const open = useCallback(
    (client: Client, signal: AbortSignal) => client.screen.recordings({ resource: id }, { signal }),
    [id],
  );
  const { value, error, retry } = useLive(open);
  const [shown, setShown] = useState<string | null>(null);
  const titleId = useId();
  const recordings = value?.recordings ?? [];
  const playing = recordings.find((recording) => recording.id === shown && recording.endedAt !== null);
  if (!error && recordings.length === 0) return null;
  return (
    <section className="hands-recordings" aria-labelledby={titleId}>
      <h2 id={titleId}>{t("recordings.title", { name })}</h2>
      {error && <ErrorNotice error={error} retry={retry} />}
      {playing && <ReplayView key={playing.id} recording={playing} onClose={() => setShown(null)} />}
      <ul className="lines">
        {recordings.map((recording) => (
          <Line key={recording.id} recording={recording} onPlay={() => setShown(recording.id)} />
        ))}
      </ul>
    </section>
  );
}

function Line({ recording, onPlay }: { recording: Recording; onPlay: () => void }) {
  const { t } = useTranslation(["hands", "common"]);
  const local = useLocalText();
  const language = useLanguage();
  const client = useClient();
  const [share, setShare] = useState<number | null>(null);
  const [asking, setAsking] = useState(false);
  const [error, setError] = useState<WireError | null>(null);
  const when = formatTimestamp(recording.startedAt, language);
  const { endedAt } = recording;
  const attempt = async (act: () => Promise<unknown>) => {
    setError(null);
    try {
      await act();
    } catch (thrown) {
      setError(toWireError(thrown));
    }
  };
  const save = () =>
    attempt(async () => {
      setShare(0);
      try {
        const whole = await collectPieces(
          (offset) => client.screen.recordingPiece({ id: recording.id, offset }),
          setShare,
        );
        saveFile(whole, fileNameOf(recording.resourceName, recording.startedAt, "fbs"));
      } finally {
        setShare(null);
      }
    });
  const forget = () =>
    attempt(async () => {
      setAsking(false);
      await client.screen.forgetRecording({ id: recording.id });
    });
  return (
    <li>
      <div className="line-words">
        {when} · {endedAt === null ? t("recordings.running") : formatClock(endedAt - recording.startedAt)} ·{" "}
        {formatBytes(recording.bytes, language)} · {`${recording.width}×${recording.height}`}
        {recording.trouble && <p className="quiet">{local(recording.trouble)}</p>}
        {error && <ErrorNotice error={error} />}
      </div>
      {asking ? (
        <>
          <span>{t("recordings.sure")}</span>
          <Button variant="danger" size="sm" onClick={() => void forget()}>
            {t("recordings.delete")}
          </Button>
          <Button variant="link" size="sm" onClick={() => setAsking(false)}>
            {t("common:cancel")}
          </Button>
        </>
      ) : (
        <>
          <Button
            variant="secondary"
            size="sm"
            isDisabled={endedAt === null}
            aria-label={t("recordings.playOf", { when })}
            onClick={onPlay}
          >
            {t("recordings.play")}
          </Button>
          <Button
            variant="secondary"
            size="sm"
            isDisabled={endedAt === null || share !== null}
            aria-label={t("recordings.saveOf", { when })}
            onClick={() => void save()}
          >
            {share === null
              ? t("recordings.save")
              : t("recordings.saving", { percent: formatNumber(share * 100, language, 0) })}
          </Button>
          <Button
            variant="secondary"
            size="sm"
            isDisabled={endedAt === null}
            aria-label={t("recordings.deleteOf", { when })}
            onClick={() => setAsking(true)}
          >
            {t("recordings.delete")}
          </Button>
        </>
      )}
    </li>
  );
}
