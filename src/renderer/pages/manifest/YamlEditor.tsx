import { setDiagnostics } from "@codemirror/lint";
import { MergeView } from "@codemirror/merge";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { type RefObject, useEffect, useImperativeHandle, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { ManifestFault } from "../../../shared/manifest.ts";
import { useLocalText } from "../../i18n/index.ts";
import { diagnosticOf, styleNonce, yamlSetup } from "./editor-setup.ts";
import { diffLimits } from "./rebase.ts";
import { usePhrases } from "./use-phrases.ts";

/** What the buttons around an editor do with it. */
export interface EditorHandle {
  /** Puts the caret at a place; both count from 1. */
  goTo(line: number, column: number | null): void;
}

/**
 * An editor of YAML, or two side by side where `against` is given: that on the left, and what is edited on the right.
 * A new `initial` begins anew; what is typed is given to `onChange`.
 */
export function YamlEditor({
  initial,
  against,
  readOnly,
  label,
  faults,
  onChange,
  handle,
}: {
  initial: string;
  against?: string | undefined;
  readOnly: boolean;
  label: string;
  faults: readonly ManifestFault[];
  onChange?: (yaml: string) => void;
  handle?: RefObject<EditorHandle | null>;
}) {
  const { t } = useTranslation("manifest");
  const local = useLocalText();
  const phrases = usePhrases();
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const changed = useRef(onChange);
  useEffect(() => {
    changed.current = onChange;
  }, [onChange]);
  const beforeLabel = t("before");
  useEffect(() => {
    const parent = place.current;
    if (!parent) return;
    const nonce = styleNonce(document);
    const told: Extension = EditorView.updateListener.of((update) => {
      if (update.docChanged) changed.current?.(update.state.doc.toString());
    });
    const extensions = [yamlSetup({ label, nonce, phrases, readOnly }), told];
    if (against === undefined) {
      const one = new EditorView({ parent, state: EditorState.create({ doc: initial, extensions }) });
      view.current = one;
      return () => one.destroy();
    }
    const two = new MergeView({
      parent,
      a: { doc: against, extensions: yamlSetup({ label: beforeLabel, nonce, phrases, readOnly: true }) },
      b: { doc: initial, extensions },
      ...(readOnly ? {} : { revertControls: "a-to-b" }),
      collapseUnchanged: { margin: 3, minSize: 6 },
      diffConfig: diffLimits,
    });
    view.current = two.b;
    return () => two.destroy();
  }, [initial, against, readOnly, label, beforeLabel, phrases]);
  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const { doc } = editor.state;
    const marks = faults.map((fault) => diagnosticOf(fault, local(fault.text), doc));
    editor.dispatch(setDiagnostics(editor.state, marks));
  }, [faults, local]);
  useImperativeHandle(handle, () => ({
    goTo(line, column) {
      const editor = view.current;
      if (!editor) return;
      const at = editor.state.doc.line(Math.max(1, Math.min(line, editor.state.doc.lines)));
      const anchor = Math.min(at.from + Math.max(0, (column ?? 1) - 1), at.to);
      editor.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
      editor.focus();
    },
  }));
  return <div className={against === undefined ? "yaml" : "yaml is-double"} ref={place} />;
}
