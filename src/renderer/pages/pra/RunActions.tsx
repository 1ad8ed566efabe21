import { Button, Tooltip } from "@patternfly/react-core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PraRunView } from "../../../shared/pra.ts";
import type { RunFrame } from "../../../shared/procedure-calls.ts";
import { useLocalText } from "../../i18n/index.ts";
import { placeTo } from "../../state/router.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { InsideButton } from "../../widgets/InsideButton.tsx";
import { PauseIcon } from "../../widgets/icons.ts";
import { Countersign } from "../procedures/Countersign.tsx";
import { HandOver } from "../procedures/HandOver.tsx";
import { Sure } from "../procedures/Sure.tsx";
import { useDecision } from "../procedures/use-decision.ts";

/** What can be done about the run as a whole: pause it, hand it over, roll it back; and the ways elsewhere. */
export function RunActions({ view, frame }: { view: PraRunView; frame: RunFrame | null }) {
  const { t } = useTranslation(["pra", "runs", "people"]);
  const local = useLocalText();
  const { busy, error, decide } = useDecision();
  const [asked, setAsked] = useState<"handOver" | "rollBack" | null>(null);
  const { id, status, endedAt, rollingBack, reason } = view.run;
  const goesOn = endedAt === null;
  return (
    <section className="pra-actions">
      <div className="button-row">
        {goesOn && status !== "paused" && (
          <Button
            variant="secondary"
            icon={<PauseIcon />}
            isDisabled={busy}
            onClick={() => decide(({ procedures }) => procedures.pause({ id }))}
          >
            {t("runs:pause")}
          </Button>
        )}
        {goesOn && status === "running" && reason !== null && (
          <InsideButton
            subject={{ of: "run", run: id }}
            variant="secondary"
            isDisabled={busy}
            onClick={() => decide(({ procedures }) => procedures.takeOver({ id }))}
          >
            {t("run.takeOver")}
          </InsideButton>
        )}
        {goesOn && frame && (
          <Button
            variant="secondary"
            isDisabled={busy}
            aria-expanded={asked === "handOver"}
            onClick={() => setAsked(asked === "handOver" ? null : "handOver")}
          >
            {t("people:handOver")}
          </Button>
        )}
        {goesOn && !rollingBack && (
          <RollBack run={id} undo={view.undo} isDisabled={busy} onAsk={() => setAsked("rollBack")} />
        )}
        {view.plan && (
          <a href={placeTo("pra", view.plan.id)}>{t("run.toPlan", { plan: local(view.plan.title) })}</a>
        )}
        <a href={placeTo("runs", id)}>{t("run.openSteps")}</a>
        <a href={placeTo("wall", id)} target="_blank" rel="noreferrer">
          {t("run.wall")}
        </a>
      </div>
      {asked === "rollBack" && (
        <Sure
          what="rollBack"
          busy={busy}
          onNo={() => setAsked(null)}
          onYes={async (words) => {
            const done = await decide(({ procedures }) => procedures.rollBack({ id, reason: words }));
            if (done) setAsked(null);
          }}
        />
      )}
      {frame && <Countersign frame={frame} />}
      {asked === "handOver" && frame && <HandOver frame={frame} onDone={() => setAsked(null)} />}
      {error && <ErrorNotice error={error} />}
    </section>
  );
}

/** Greyed once there is no way back, and says so. */
function RollBack({
  run,
  undo,
  isDisabled,
  onAsk,
}: {
  run: string;
  undo: PraRunView["undo"];
  isDisabled: boolean;
  onAsk: () => void;
}) {
  const { t } = useTranslation("runs");
  const local = useLocalText();
  const button = (
    <InsideButton
      subject={{ of: "run", run }}
      variant="secondary"
      isDisabled={isDisabled}
      isAriaDisabled={!undo.possible}
      onClick={() => undo.possible && onAsk()}
    >
      {t("rollBack")}
    </InsideButton>
  );
  return undo.possible ? button : <Tooltip content={local(undo.text)}>{button}</Tooltip>;
}
