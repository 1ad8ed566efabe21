import { type ReactNode, useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { logRequestSchema } from "../../../shared/logs.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { InsideOnly } from "../../widgets/InsideOnly.tsx";
import { firstChoice, requestOf } from "./request.ts";
import { useLog } from "./use-log.ts";
import { Viewer } from "./Viewer.tsx";

/** The logs of one or several resources; `name` is what they are called together. */
export default function Logs({ resources, name }: { resources: readonly string[]; name: string }) {
  const [choice, setChoice] = useState(firstChoice);
  const [round, setRound] = useState(0);
  const [containers, setContainers] = useState<readonly string[]>([]);
  // One container's log names only that one: those that were seen before can still be chosen.
  const addContainers = useCallback((found: readonly string[]) => {
    setContainers((known) => [...new Set([...known, ...found])].sort());
  }, []);
  const words = JSON.stringify(requestOf(resources, choice));
  return (
    <InsideOnly subject={{ of: "part", resources: [...resources], part: "logs" }}>
      <OpenedLog key={`${round} ${words}`} words={words} again={() => setRound(round + 1)}>
        {(log) => (
          <Viewer
            log={log}
            name={name}
            choice={choice}
            containers={containers}
            onChoice={setChoice}
            onContainers={addContainers}
            again={() => setRound(round + 1)}
          />
        )}
      </OpenedLog>
    </InsideOnly>
  );
}

/** Opens what `words` ask for, as JSON, and shows it once it is open. */
function OpenedLog({
  words,
  again,
  children,
}: {
  words: string;
  again: () => void;
  children: (log: string) => ReactNode;
}) {
  const { t } = useTranslation();
  const request = useMemo(() => logRequestSchema.parse(JSON.parse(words)), [words]);
  const { id, error } = useLog(request);
  if (error) return <ErrorNotice error={error} retry={again} />;
  if (id === null) return <p className="quiet">{t("loading")}</p>;
  return children(id);
}
