import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { LogRequest } from "../../../shared/logs.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { firstChoice, type LogChoice, requestOf } from "./request.ts";
import { useLog } from "./use-log.ts";
import { Viewer } from "./Viewer.tsx";

/** The logs of one or several resources; `name` is what they are called together. */
export default function Logs({ resources, name }: { resources: readonly string[]; name: string }) {
  const [choice, setChoice] = useState(firstChoice);
  const [round, setRound] = useState(0);
  const words = JSON.stringify(requestOf(resources, choice));
  const request = useMemo(() => JSON.parse(words) as LogRequest, [words]);
  return (
    <OpenedLog
      key={`${round} ${words}`}
      request={request}
      name={name}
      choice={choice}
      onChoice={setChoice}
      again={() => setRound(round + 1)}
    />
  );
}

function OpenedLog({
  request,
  name,
  choice,
  onChoice,
  again,
}: {
  request: LogRequest;
  name: string;
  choice: LogChoice;
  onChoice: (choice: LogChoice) => void;
  again: () => void;
}) {
  const { t } = useTranslation();
  const { id, error } = useLog(request);
  if (error) return <ErrorNotice error={error} retry={again} />;
  if (id === null) return <p className="quiet">{t("loading")}</p>;
  return <Viewer log={id} name={name} choice={choice} onChoice={onChoice} again={again} />;
}
