import { Button } from "@patternfly/react-core";
import { useTranslation } from "react-i18next";
import type { ManifestCheck, ManifestFault } from "../../../shared/manifest.ts";
import { useLocalText } from "../../i18n/index.ts";
import { Notice } from "../../widgets/Notice.tsx";
import { YamlEditor } from "./YamlEditor.tsx";

const tones = { unchanged: "info", changed: "success", refused: "warning", outdated: "warning" } as const;
const noFaults: readonly ManifestFault[] = [];

/** What the API server would make of an edit: whether it takes it, its mistakes, its warnings, and what would change. */
export function CheckResult({
  name,
  check,
  stale,
  onFault,
  onKeep,
}: {
  name: string;
  check: ManifestCheck;
  /** The edit has gone on since. */
  stale: boolean;
  onFault: (fault: ManifestFault) => void;
  /** Reads the object anew and carries the edit over. */
  onKeep: () => void;
}) {
  const { t } = useTranslation("manifest");
  const local = useLocalText();
  const { outcome, before, after, faults, warnings } = check;
  return (
    <>
      <div aria-live="polite">
        <Notice tone={tones[outcome]} title={t(`outcome.${outcome}`)}>
          {stale && <p>{t("staleCheck")}</p>}
          {outcome === "outdated" && (
            <>
              <p>{t("outdatedDo")}</p>
              <Button variant="secondary" size="sm" onClick={onKeep}>
                {t("keep")}
              </Button>
            </>
          )}
          {faults.length > 0 && (
            <ul className="manifest-faults" aria-label={t("faults")}>
              {faults.map((fault) => (
                <li key={`${fault.line} ${fault.column} ${fault.text.en}`}>
                  {fault.line !== null && (
                    <Button variant="link" isInline onClick={() => onFault(fault)}>
                      {t("faultAt", { line: fault.line })}
                    </Button>
                  )}{" "}
                  {local(fault.text)}
                </li>
              ))}
            </ul>
          )}
        </Notice>
        {warnings.length > 0 && (
          <Notice tone="warning" title={t("warnings")}>
            <ul className="manifest-warnings">
              {warnings.map((warning) => (
                <li key={warning}>{warning}</li>
              ))}
            </ul>
          </Notice>
        )}
      </div>
      {outcome === "changed" && (
        <section className="manifest-diff" aria-label={t("diffOf", { name })}>
          <YamlEditor
            initial={after}
            against={before}
            readOnly
            label={t("diffOf", { name })}
            faults={noFaults}
          />
        </section>
      )}
    </>
  );
}
