import { Button } from "@patternfly/react-core";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ActionOffer } from "../../../shared/action.ts";
import type { ManifestFault } from "../../../shared/manifest.ts";
import { useLocalText } from "../../i18n/index.ts";
import { type Draft, useDrafts } from "../../state/drafts.ts";
import { useOverlays } from "../../state/overlays.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { InsideButton } from "../../widgets/InsideButton.tsx";
import { Notice } from "../../widgets/Notice.tsx";
import { CheckResult } from "./CheckResult.tsx";
import { rebase } from "./rebase.ts";
import { useCheck } from "./use-check.ts";
import type { ReadManifest } from "./use-manifest.ts";
import { type EditorHandle, YamlEditor } from "./YamlEditor.tsx";

const noFaults: readonly ManifestFault[] = [];

/** How an editor is begun: from what text, and whether beside what it was. */
interface Beginning {
  initial: string;
  compared: boolean;
  /** What carrying the edit over to a newer object came to. */
  told: "carriedOver" | "conflict" | null;
}

/** The edit of an object: written, checked by the API server, saved through the sheet of the action. */
export function Editing({
  draft,
  offer,
  object,
}: {
  draft: Draft;
  offer: ActionOffer | null;
  object: ReadManifest;
}) {
  const { t } = useTranslation("manifest");
  const local = useLocalText();
  const { put, remove } = useDrafts.getState();
  const openSheet = useOverlays((overlays) => overlays.openSheet);
  const editor = useRef<EditorHandle | null>(null);
  const [begun, setBegun] = useState<Beginning>({ initial: draft.yaml, compared: false, told: null });
  const [sure, setSure] = useState(false);
  const { checked, checking, error, check, forget } = useCheck();
  const edited = draft.yaml !== draft.base;
  const { id, name, version, yaml } = draft;
  useWarnOnClose(edited);
  const keep = async () => {
    const now = await object.read();
    if (!now) return;
    const { yaml: carried, conflict } = rebase(draft.base, yaml, now.yaml);
    put({ ...draft, base: now.yaml, version: now.version, yaml: carried });
    setBegun({ initial: carried, compared: true, told: conflict ? "conflict" : "carriedOver" });
    forget();
  };
  const save = () => {
    if (offer) openSheet({ offer, resources: [id], given: { yaml, version } });
  };
  const whyNot = offer === null ? t("cannotSave") : offer.unavailable ? local(offer.unavailable) : undefined;
  return (
    <>
      <div className="manifest-bar">
        <span className="manifest-state" aria-live="polite">
          {checking ? t("checking") : edited ? t("edited") : t("untouched")}
        </span>
        <span className="quiet">{t("leaveHint")}</span>
        <button
          type="button"
          className="tool-button"
          aria-pressed={begun.compared}
          onClick={() => setBegun({ ...begun, initial: yaml, compared: !begun.compared })}
        >
          {t("compare")}
        </button>
        <InsideButton
          subject={{ of: "part", resources: [id], part: "manifests" }}
          variant="secondary"
          size="sm"
          isDisabled={checking}
          onClick={() => void check({ resource: id, yaml, version })}
        >
          {t("check")}
        </InsideButton>
        <Button
          variant="primary"
          size="sm"
          isAriaDisabled={!edited || whyNot !== undefined}
          title={whyNot}
          onClick={save}
        >
          {t("save")}
        </Button>
        <Button
          variant={sure ? "danger" : "link"}
          size="sm"
          onBlur={() => setSure(false)}
          onClick={() => (edited && !sure ? setSure(true) : remove(id))}
        >
          {sure ? t("discardSure") : t("discard")}
        </Button>
      </div>
      {whyNot !== undefined && <p className="quiet">{whyNot}</p>}
      {begun.told && <Notice tone={begun.told === "conflict" ? "warning" : "info"} title={t(begun.told)} />}
      {error && <ErrorNotice error={error} retry={() => void check({ resource: id, yaml, version })} />}
      {object.error && <ErrorNotice error={object.error} />}
      <YamlEditor
        initial={begun.initial}
        against={begun.compared ? draft.base : undefined}
        readOnly={false}
        label={t("editorOf", { name })}
        faults={checked?.check.faults ?? noFaults}
        onChange={(written) => put({ ...draft, yaml: written })}
        handle={editor}
      />
      {checked && (
        <CheckResult
          name={name}
          check={checked.check}
          stale={checked.yaml !== yaml}
          onFault={({ line, column }) => editor.current?.goTo(line ?? 1, column)}
          onKeep={() => void keep()}
        />
      )}
    </>
  );
}

/** The browser asks before it closes a window with an edit that is not saved. */
function useWarnOnClose(edited: boolean): void {
  useEffect(() => {
    if (!edited) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [edited]);
}
