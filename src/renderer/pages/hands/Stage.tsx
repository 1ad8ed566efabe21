import { Button } from "@patternfly/react-core";
import { type KeyboardEvent, type RefObject, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import type { LocalText } from "../../../shared/text.ts";
import { useLocalText } from "../../i18n/index.ts";
import { useOverlays } from "../../state/overlays.ts";
import { useQuestionsInTheWay } from "../../state/questions.ts";
import { Age } from "../../widgets/Age.tsx";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { Notice } from "../../widgets/Notice.tsx";
import type { MachineScreen } from "./machine-screen.ts";

/**
 * The picture, and over it what a person must know: that it is opening, coming back, or over and why. A picture that is
 * not live is dimmed and says how old it is. Ctrl-Shift-E leaves it (WCAG 2.1.2), as every other key is the machine's.
 */
export function Stage({
  screen,
  id,
  name,
  stage,
  onLeave,
  unavailable = null,
  controllable = true,
}: {
  screen: MachineScreen;
  /** Of the resource. */
  id: string;
  name: string;
  stage: RefObject<HTMLElement | null>;
  onLeave: () => void;
  /** Why it cannot be opened now, as far as is known. */
  unavailable?: LocalText | null;
  /** False where nobody can type: a recording. */
  controllable?: boolean;
}) {
  const { t } = useTranslation("hands");
  const place = useRef<HTMLDivElement>(null);
  const state = useSyncExternalStore(screen.subscribe, screen.read);
  useEffect(() => (place.current ? screen.attach(place.current) : undefined), [screen]);
  const label = controllable ? t("picture", { name }) : t("replay.picture", { name });
  // noVNC makes the canvas, so that its name is given from here, whenever there is another one.
  useEffect(() => {
    const canvas = place.current?.querySelector(".picture-live canvas, .picture-still canvas");
    canvas?.setAttribute("aria-label", label);
    if (canvas?.closest(".picture-live")) canvas.setAttribute("role", controllable ? "application" : "img");
  });
  const pressed = (event: KeyboardEvent) => {
    if (!event.ctrlKey || !event.shiftKey || event.code !== "KeyE") return;
    event.preventDefault();
    event.stopPropagation();
    onLeave();
  };
  // A recording is never live, and its last picture is as good as the others.
  const dimmed = controllable && !state.painted && state.pictureAt !== null;
  const doubtful = state.painted && unavailable !== null;
  return (
    <section
      className={["hands-stage", dimmed && "is-dimmed", doubtful && "is-doubtful"].filter(Boolean).join(" ")}
      ref={stage}
      aria-label={t("screenOf", { name })}
      onKeyDownCapture={pressed}
    >
      <div className="hands-place" ref={place} />
      {dimmed && state.pictureAt !== null && (
        <p className="hands-age">
          {t("lastPicture")} <Age at={state.pictureAt} />
        </p>
      )}
      <div className="hands-over" aria-live="polite">
        <Remarks screen={screen} id={id} name={name} unavailable={unavailable} controllable={controllable} />
      </div>
    </section>
  );
}

function Remarks({
  screen,
  id,
  name,
  unavailable,
  controllable,
}: {
  screen: MachineScreen;
  id: string;
  name: string;
  unavailable: LocalText | null;
  controllable: boolean;
}) {
  const { t } = useTranslation("hands");
  const local = useLocalText();
  const { phase, painted, reason, hint, error } = useSyncExternalStore(screen.subscribe, screen.read);
  const leaving = (act: () => void) => {
    screen.holdFocus();
    act();
  };
  if (phase === "live" && painted) {
    // Silence of the picture proves nothing by itself; a machine that does not answer elsewhere makes it doubtful.
    return (
      unavailable && (
        <Notice tone="warning" title={t("doubtful")}>
          <p>{local(unavailable)}</p>
        </Notice>
      )
    );
  }
  if (phase === "live") return <NoPictureYet onAgain={() => leaving(() => screen.open())} />;
  if (phase === "closed") {
    if (!unavailable) return <p className="hands-remark">{t("closed")}</p>;
    return (
      <Notice tone="warning" title={local(unavailable)}>
        <p>{t("notOpened")}</p>
        <Button variant="secondary" size="sm" onClick={() => leaving(() => screen.open())}>
          {t("tryNow")}
        </Button>
      </Notice>
    );
  }
  if (phase === "opening") {
    return (
      <>
        <p className="hands-remark">{t("opening", { name })}</p>
        <Questions id={id} name={name} opening />
      </>
    );
  }
  if (phase === "returning") {
    return (
      <>
        <Notice tone="info" title={t("returning")}>
          {reason && <p>{local(reason)}</p>}
          {error && <p className="quiet">{local(error.message)}</p>}
          <Button variant="secondary" size="sm" onClick={() => leaving(() => screen.close())}>
            {t("stopReturning")}
          </Button>
        </Notice>
        <Questions id={id} name={name} />
      </>
    );
  }
  // What plays a recording again stands below it.
  if (!controllable) {
    if (error) return <ErrorNotice error={error} />;
    return reason && <p className="hands-remark">{local(reason)}</p>;
  }
  const again = (
    <Button variant="primary" size="sm" onClick={() => leaving(() => screen.open())}>
      {t("openAgain")}
    </Button>
  );
  if (error) return <ErrorNotice error={error}>{again}</ErrorNotice>;
  return (
    <Notice tone={reason ? "warning" : "info"} title={reason ? local(reason) : t("ended")}>
      {hint && <p>{local(hint)}</p>}
      {again}
    </Notice>
  );
}

/** Milliseconds that a first picture may take before the page says what keeps it away. */
const pictureLate = 15_000;

/** Connected, and nothing painted: a machine without a picture sends none, and says nothing of it. */
function NoPictureYet({ onAgain }: { onAgain: () => void }) {
  const { t } = useTranslation("hands");
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), pictureLate);
    return () => clearTimeout(timer);
  }, []);
  if (!late) return <p className="hands-remark">{t("waitingForPicture")}</p>;
  return (
    <Notice tone="warning" title={t("pictureLate")}>
      <p>{t("pictureLateHint")}</p>
      <Button variant="primary" size="sm" onClick={onAgain}>
        {t("openAgain")}
      </Button>
    </Notice>
  );
}

/**
 * The machine's user may have to give a code before the screen opens; while it is `opening`, other questions on the way
 * may hold it up too.
 */
function Questions({ id, name, opening = false }: { id: string; name: string; opening?: boolean }) {
  const { t } = useTranslation(["hands", "questions"]);
  const open = useOverlays((overlays) => overlays.openQuestions);
  const shown = useQuestionsInTheWay({ id, name }).filter(({ kind }) => opening || kind === "consent");
  return shown.map((question) => (
    <Notice
      key={question.id}
      tone="warning"
      title={t(question.kind === "consent" ? "consentWaits" : "questions:notice", {
        target: question.target,
      })}
    >
      <Button variant="secondary" size="sm" onClick={() => open(true, question.target)}>
        {t("questions:decide")}
      </Button>
    </Notice>
  ));
}
