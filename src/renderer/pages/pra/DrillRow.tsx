import { Button } from "@patternfly/react-core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { DrillView } from "../../../shared/drill.ts";
import type { WireError } from "../../../shared/errors.ts";
import { useClient } from "../../state/live.ts";
import { toWireError } from "../../state/wire-error.ts";
import { Age } from "../../widgets/Age.tsx";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";

/** One drill: how it stands, the faults that were played, the way into its console, and its end. */
export function DrillRow({ drill }: { drill: DrillView }) {
  const { t } = useTranslation("pra");
  const client = useClient();
  const [link, setLink] = useState<string | null>(null);
  const [opened, setOpened] = useState(false);
  const [error, setError] = useState<WireError | null>(null);
  const attempt = async (work: () => Promise<unknown>) => {
    setError(null);
    try {
      await work();
    } catch (thrown) {
      setError(toWireError(thrown));
    }
  };
  const { id, state, startedAt, faults, passages } = drill;
  const failed = error ?? drill.error;
  return (
    <li>
      <p>
        <strong>{t(`drills.state.${state}`)}</strong> · <Age at={startedAt} /> ·{" "}
        {t("drills.passages", { count: passages })}
      </p>
      {faults.length > 0 && (
        <ul>
          {faults.map(({ fault, when, playedAt, refused }) => (
            <li key={JSON.stringify([fault, when])}>
              {fault.join(" ")}:{" "}
              {t(refused ? "drills.refused" : playedAt ? "drills.played" : "drills.awaited")}
            </li>
          ))}
        </ul>
      )}
      {failed && <ErrorNotice error={failed} />}
      {state === "running" && (
        <div className="button-row">
          {link === null ? (
            <Button
              variant="primary"
              size="sm"
              onClick={() =>
                attempt(async () => {
                  const answer = await client.pra.drillLink({ id });
                  setLink(answer.link);
                  setOpened(answer.link === null);
                })
              }
            >
              {t("drills.enter")}
            </Button>
          ) : (
            <a href={link} target="_blank" rel="noreferrer" onClick={() => setLink(null)}>
              {t("drills.open")}
            </a>
          )}
          {opened && <span role="status">{t("drills.opened")}</span>}
          <Button variant="secondary" size="sm" onClick={() => attempt(() => client.pra.endDrill({ id }))}>
            {t("drills.end")}
          </Button>
        </div>
      )}
    </li>
  );
}
