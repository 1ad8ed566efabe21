import { Button } from "@patternfly/react-core";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useConnection, usePhase } from "../state/live.ts";
import { ExclamationTriangleIcon } from "../widgets/icons.ts";
import { useTimedWords } from "../widgets/ticker.ts";

const long = 15_000;

/** Says that the channel is lost, since when, and what to do; lies over the top of the content, which dims. */
export function ConnectionBanner() {
  const { t } = useTranslation("frame");
  const connection = useConnection();
  const { state, lostSince, signInNeeded } = usePhase();
  const words = useTimedWords(
    useCallback(
      (now: number) =>
        signInNeeded
          ? t("signIn")
          : lostSince !== null && now - lostSince > long
            ? t("lostLong")
            : lostSince === null
              ? t("connecting")
              : t("lost"),
      [lostSince, signInNeeded, t],
    ),
  );
  const away = state === "lost" || (state === "connecting" && lostSince !== null);
  return (
    <div className="connection-banner" role="status" aria-live="assertive" hidden={!away}>
      {away && (
        <>
          <ExclamationTriangleIcon aria-hidden="true" />
          <span>{words}</span>
          <Button variant="link" isInline onClick={connection.reconnectNow}>
            {t("reconnect")}
          </Button>
        </>
      )}
    </div>
  );
}
