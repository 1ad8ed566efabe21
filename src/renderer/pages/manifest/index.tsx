import { Button } from "@patternfly/react-core";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ActionOffer } from "../../../shared/action.ts";
import type { ManifestFault } from "../../../shared/manifest.ts";
import { useLocalText } from "../../i18n/index.ts";
import { useConsole } from "../../state/console.tsx";
import { useDrafts } from "../../state/drafts.ts";
import { editAction } from "../../state/edit-action.ts";
import { CopyButton } from "../../widgets/CopyButton.tsx";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { InsideButton } from "../../widgets/InsideButton.tsx";
import { Editing } from "./Editing.tsx";
import { useManifest } from "./use-manifest.ts";
import { YamlEditor } from "./YamlEditor.tsx";

const noFaults: readonly ManifestFault[] = [];

/** The object behind a resource as YAML: looked at until somebody edits it; an edit outlives this view. */
export default function ManifestView({
  id,
  name,
  offers,
}: {
  id: string;
  name: string;
  offers: readonly ActionOffer[];
}) {
  const { t } = useTranslation("manifest");
  const local = useLocalText();
  const object = useManifest(id);
  const draft = useDrafts(({ open }) => open.find((each) => each.id === id)) ?? null;
  const offer = offers.find((each) => each.id === editAction) ?? null;
  const saved = useSavedEdit(id, object.read);
  const { manifest, error, reading, read } = object;
  if (draft) {
    return (
      <div className="manifest">
        <Editing draft={draft} offer={offer} object={object} />
      </div>
    );
  }
  if (!manifest) {
    if (error) return <ErrorNotice error={error} retry={() => void read()} />;
    return <p className="quiet">{t("reading")}</p>;
  }
  const { yaml, version, locked } = manifest;
  return (
    <div className="manifest">
      <div className="manifest-bar">
        <span className="manifest-state quiet" aria-live="polite">
          {reading
            ? t("reading")
            : [saved && t("saved"), locked ? t("locked", { why: local(locked) }) : t("readOnly")]
                .filter(Boolean)
                .join(" ")}
        </span>
        <CopyButton words={() => yaml} />
        <InsideButton
          subject={{ of: "part", resources: [id], part: "manifests" }}
          variant="secondary"
          size="sm"
          isDisabled={reading}
          onClick={() => void read()}
        >
          {t("readAnew")}
        </InsideButton>
        <Button
          variant="primary"
          size="sm"
          isDisabled={reading || locked !== null}
          onClick={() => useDrafts.getState().put({ id, name, base: yaml, version, yaml })}
        >
          {t("edit")}
        </Button>
      </div>
      {error && <ErrorNotice error={error} retry={() => void read()} />}
      <YamlEditor initial={yaml} readOnly label={t("editorOf", { name })} faults={noFaults} />
    </div>
  );
}

/**
 * Once an edit is proven to be saved, what was written becomes what there is: the draft goes, the object is read. True
 * once that has happened since this view was opened.
 */
function useSavedEdit(id: string, read: () => Promise<unknown>): boolean {
  const tasks = useConsole().tasks.value?.tasks;
  const last = tasks
    ?.filter((task) => task.action === editAction && task.resource === id)
    .sort((a, b) => b.startedAt - a.startedAt)[0];
  const done = last && (last.state === "verified" || last.state === "already-done") ? last.id : null;
  const known = useRef<string | null | undefined>(undefined);
  const [saved, setSaved] = useState(false);
  useEffect(() => {
    if (tasks === undefined) return;
    const before = known.current;
    known.current = done;
    // What was done before this view was opened is in what it reads at first.
    if (before === undefined || done === null || done === before) return;
    useDrafts.getState().remove(id);
    setSaved(true);
    void read();
  }, [tasks, done, id, read]);
  return saved;
}
