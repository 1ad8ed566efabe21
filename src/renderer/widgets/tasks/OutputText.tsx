import { useTranslation } from "react-i18next";
import { plainOutput } from "./plain-output.ts";
import type { ResourceOutput } from "./task-output.ts";

/** A region that scrolls must be reachable by keyboard (WCAG 2.1.1). */
const scrollable = { tabIndex: 0 };

/** A command's output as plain text; what came on the error stream is marked by a bar at its side. */
export function OutputText({ output, label }: { output: ResourceOutput | undefined; label: string }) {
  const { t } = useTranslation("tasks");
  if (!output || output.pieces.length === 0) return <p className="quiet">{t("noOutput")}</p>;
  return (
    <>
      {output.truncated && <p className="quiet">{t("outputStart")}</p>}
      <section className="output" aria-label={label} {...scrollable}>
        {output.pieces.map((piece) => (
          <pre key={piece.start} className={`output-${piece.stream}`}>
            {plainOutput(piece.words)}
          </pre>
        ))}
      </section>
    </>
  );
}
