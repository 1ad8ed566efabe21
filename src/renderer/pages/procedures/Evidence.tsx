import { Button } from "@patternfly/react-core";
import { useTranslation } from "react-i18next";
import type { RunFrame } from "../../../shared/procedure-calls.ts";
import { useLanguage } from "../../i18n/index.ts";
import { placeTo } from "../../state/router.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { saveFile } from "../hands/save-file.ts";
import { printReport } from "./print-report.ts";
import { useDecision } from "./use-decision.ts";

/** The run's evidence, built by main from the journal: as a page, as PDF, as data, on paper, and the events themselves. */
export function Evidence({ frame }: { frame: RunFrame }) {
  const { t } = useTranslation("runs");
  const language = useLanguage();
  const { busy, error, decide } = useDecision();
  const { id, procedure } = frame;
  const report = (use: (html: string) => void) =>
    decide(async ({ procedures }) => use((await procedures.report({ id, language })).html));
  const name = (extension: string) => `${procedure}-${id.slice(0, 8)}.${extension}`;
  const savePdf = () =>
    decide(async ({ procedures }) => {
      const { pdf } = await procedures.reportPdf({ id, language });
      saveFile(new Blob([bytesOf(pdf)], { type: "application/pdf" }), name("pdf"));
    });
  const saveJson = () =>
    decide(async ({ procedures }) => {
      const { evidence } = await procedures.evidence({ id });
      const json = `${JSON.stringify(evidence, null, 2)}\n`;
      saveFile(new Blob([json], { type: "application/json" }), name("json"));
    });
  return (
    <section className="panel" aria-labelledby="run-evidence">
      <h2 id="run-evidence">{t("evidence")}</h2>
      <div className="button-row">
        <Button
          variant="secondary"
          size="sm"
          isDisabled={busy}
          onClick={() => report((html) => saveFile(new Blob([html], { type: "text/html" }), name("html")))}
        >
          {t("save")}
        </Button>
        <Button variant="secondary" size="sm" isDisabled={busy} onClick={savePdf}>
          {t("savePdf")}
        </Button>
        <Button variant="secondary" size="sm" isDisabled={busy} onClick={saveJson}>
          {t("saveJson")}
        </Button>
        <Button variant="secondary" size="sm" isDisabled={busy} onClick={() => report(printReport)}>
          {t("print")}
        </Button>
        <Button
          variant="link"
          size="sm"
          component="a"
          href={`${placeTo("journal")}?task=${encodeURIComponent(id)}`}
        >
          {t("journal")}
        </Button>
        {busy && <span className="quiet">{t("preparing")}</span>}
      </div>
      {error && <ErrorNotice error={error} />}
    </section>
  );
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
