import { Button, Tooltip } from "@patternfly/react-core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { RunFrame } from "../../../shared/procedure-calls.ts";
import { placeTo } from "../../state/router.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { InsideButton } from "../../widgets/InsideButton.tsx";
import { PauseIcon, PlayIcon, StopIcon } from "../../widgets/icons.ts";
import { Sure } from "./Sure.tsx";
import { useDecision } from "./use-decision.ts";

/** What can be done about a run as a whole now. Rolling back and ending are asked about first, with a reason. */
export function RunButtons({ frame, troubled }: { frame: RunFrame; troubled: boolean }) {
  const { t } = useTranslation("runs");
  const { busy, error, decide } = useDecision();
  const [asked, setAsked] = useState<"rollBack" | "cancel" | null>(null);
  const { id } = frame;
  if (frame.endedAt !== null) {
    return (
      <div className="button-row">
        <Button variant="secondary" size="sm" component="a" href={placeTo("procedures", frame.procedure)}>
          {t("again")}
        </Button>
      </div>
    );
  }
  return (
    <>
      <div className="button-row">
        {frame.status === "paused" ? (
          <InsideButton
            subject={{ of: "run", run: id }}
            variant="primary"
            size="sm"
            icon={<PlayIcon />}
            isDisabled={busy}
            onClick={() => decide(({ procedures }) => procedures.resume({ id }))}
          >
            {t("resume")}
          </InsideButton>
        ) : (
          <Button
            variant="secondary"
            size="sm"
            icon={<PauseIcon />}
            isDisabled={busy}
            onClick={() => decide(({ procedures }) => procedures.pause({ id }))}
          >
            {t("pause")}
          </Button>
        )}
        {!frame.rollingBack && <RollBack frame={frame} busy={busy} onAsk={() => setAsked("rollBack")} />}
        <Button
          variant="secondary"
          size="sm"
          icon={<StopIcon />}
          isDisabled={busy}
          onClick={() => setAsked("cancel")}
        >
          {t("cancel")}
        </Button>
        {troubled && (
          <InsideButton
            subject={{ of: "run", run: id }}
            variant="secondary"
            size="sm"
            isDisabled={busy}
            onClick={() => decide(({ procedures }) => procedures.takeOver({ id }))}
          >
            {t("takeOver")}
          </InsideButton>
        )}
      </div>
      {asked && (
        <Sure
          what={asked}
          busy={busy}
          onNo={() => setAsked(null)}
          onYes={async (reason) => {
            const done = await decide(({ procedures }) => procedures[asked]({ id, reason }));
            if (done) setAsked(null);
          }}
        />
      )}
      {error && <ErrorNotice error={error} />}
    </>
  );
}

/** Greyed once a step has begun from which there is no way back, and says so. */
function RollBack({ frame, busy, onAsk }: { frame: RunFrame; busy: boolean; onAsk: () => void }) {
  const { t } = useTranslation("runs");
  const past = frame.pastNoReturn != null;
  const button = (
    <InsideButton
      subject={{ of: "run", run: frame.id }}
      variant="secondary"
      size="sm"
      isDisabled={busy}
      isAriaDisabled={past}
      onClick={() => !past && onAsk()}
    >
      {t("rollBack")}
    </InsideButton>
  );
  return past ? <Tooltip content={t("obstacle.pastNoReturn")}>{button}</Tooltip> : button;
}
