import { Button } from "@patternfly/react-core";
import { useCallback, useEffect, useId, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import type { Recording } from "../../../../shared/screen.ts";
import { useLanguage } from "../../../i18n/index.ts";
import { openChannel } from "../../../state/channel.ts";
import { useClient } from "../../../state/live.ts";
import { formatClock, formatTimestamp } from "../../../widgets/format.ts";
import { PauseIcon, PlayIcon } from "../../../widgets/icons.ts";
import { useTimedWords } from "../../../widgets/ticker.ts";
import { Stage } from "../Stage.tsx";
import { loadPaint } from "../screens.ts";
import { Player, speeds } from "./player.ts";

/** A recording in the same view as a live screen, with play and pause, a position and a speed. */
export function ReplayView({ recording, onClose }: { recording: Recording; onClose: () => void }) {
  const { t } = useTranslation("hands");
  const language = useLanguage();
  const client = useClient();
  const stage = useRef<HTMLElement>(null);
  const closer = useRef<HTMLDivElement>(null);
  const player = useMemo(
    () =>
      new Player(recording, {
        replay: async (from, speed, signal) =>
          (await client.screen.replay({ id: recording.id, from, speed }, { signal })).channel,
        open: openChannel,
        loadPaint,
      }),
    [recording, client],
  );
  useEffect(() => {
    player.play();
    return () => player.pause();
  }, [player]);
  return (
    <section className="hands-replay" aria-label={t("replay.title", { name: recording.resourceName })}>
      <div className="hands-row" ref={closer}>
        <strong>
          {recording.resourceName} · {formatTimestamp(recording.startedAt, language)}
        </strong>
        <Button variant="link" size="sm" onClick={onClose}>
          {t("replay.close")}
        </Button>
      </div>
      <Stage
        screen={player.screen}
        id={recording.resource}
        name={recording.resourceName}
        stage={stage}
        controllable={false}
        onLeave={() => closer.current?.querySelector("button")?.focus()}
      />
      <Controls player={player} />
    </section>
  );
}

function Controls({ player }: { player: Player }) {
  const { t } = useTranslation("hands");
  useSyncExternalStore(player.screen.subscribe, player.screen.read);
  const [, setChanges] = useState(0);
  const id = useId();
  const at = Number(useTimedWords(useCallback(() => String(Math.floor(player.position() / 1000)), [player])));
  // While it is dragged the slider stands where the hand is.
  const [held, setHeld] = useState<number | null>(null);
  const shown = held ?? at;
  const letGo = () => {
    if (held === null) return;
    player.seek(held * 1000);
    setHeld(null);
  };
  const seconds = Math.ceil(player.duration / 1000);
  const position = t("replay.position", {
    at: formatClock(shown * 1000),
    whole: formatClock(player.duration),
  });
  return (
    <div className="hands-row">
      <Button
        variant="primary"
        size="sm"
        icon={player.playing ? <PauseIcon /> : <PlayIcon />}
        onClick={() => (player.playing ? player.pause() : player.play())}
      >
        {player.playing ? t("replay.pause") : t("replay.play")}
      </Button>
      <input
        type="range"
        className="replay-slider"
        aria-label={t("replay.slider")}
        aria-valuetext={position}
        min={0}
        max={seconds}
        value={Math.min(shown, seconds)}
        onChange={(event) => setHeld(Number(event.target.value))}
        onPointerUp={letGo}
        onKeyUp={letGo}
        onBlur={letGo}
      />
      <span className="figure">{position}</span>
      <label htmlFor={id}>{t("replay.speed")}</label>
      <select
        id={id}
        value={player.speed}
        onChange={(event) => {
          player.setSpeed(Number(event.target.value));
          setChanges((count) => count + 1);
        }}
      >
        {speeds.map((speed) => (
          <option key={speed} value={speed}>
            {`${speed}×`}
          </option>
        ))}
      </select>
    </div>
  );
}
