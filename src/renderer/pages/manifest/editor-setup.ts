import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import {
  bracketMatching,
  foldGutter,
  foldKeymap,
  HighlightStyle,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from "@codemirror/language";
import { type Diagnostic, lintGutter, lintKeymap } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension, type Text } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import type { ManifestFault } from "../../../shared/manifest.ts";

/** Colours come from the page's own, so that light and dark need nothing more. */
const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--link)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--ok)" },
  { tag: [tags.keyword, tags.typeName, tags.labelName, tags.meta], color: "var(--unknown)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--quiet)", fontStyle: "italic" },
]);

const look = EditorView.theme({
  "&": { height: "100%", color: "var(--words)", backgroundColor: "var(--surface)", fontSize: "0.8125rem" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.5", overflow: "auto" },
  ".cm-gutters": {
    color: "var(--quiet)",
    backgroundColor: "var(--surface-low)",
    borderRight: "1px solid var(--line)",
  },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--hover)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: "var(--selected)",
  },
  ".cm-cursor": { borderLeftColor: "var(--words)" },
  ".cm-panels": { color: "var(--words)", backgroundColor: "var(--surface-low)" },
  ".cm-panel.cm-search input, .cm-panel.cm-search button": {
    minHeight: "1.625rem",
    color: "var(--words)",
    background: "var(--surface)",
    border: "1px solid var(--line)",
    fontSize: "inherit",
  },
  ".cm-panel.cm-search": { fontSize: "0.8125rem", paddingBlock: "0.375rem" },
  ".cm-panel.cm-search label": { fontSize: "inherit" },
  ".cm-panel.cm-search button[name=close]": { minWidth: "1.625rem", border: "none" },
  ".cm-panels-top": { borderBottom: "1px solid var(--line)" },
  ".cm-searchMatch": { backgroundColor: "var(--warning-surface)", outline: "1px solid var(--warning)" },
  ".cm-searchMatch.cm-searchMatch-selected": { outline: "2px solid var(--warning)" },
  ".cm-tooltip": {
    color: "var(--words)",
    backgroundColor: "var(--surface-raised)",
    border: "1px solid var(--line)",
  },
  ".cm-foldPlaceholder": { color: "var(--words)", backgroundColor: "var(--hover)", border: "none" },
  ".cm-deletedLine, .cm-changedLine.cm-deletedChunk": { backgroundColor: "var(--critical-surface)" },
  "&.cm-merge-a .cm-changedLine": { backgroundColor: "var(--critical-surface)" },
  "&.cm-merge-b .cm-changedLine": { backgroundColor: "var(--ok-surface)" },
  "&.cm-merge-a .cm-changedText": { background: "none", borderBottom: "2px solid var(--critical)" },
  "&.cm-merge-b .cm-changedText": { background: "none", borderBottom: "2px solid var(--ok)" },
  "&.cm-merge-a .cm-changedLineGutter": { background: "var(--critical)" },
  "&.cm-merge-b .cm-changedLineGutter": { background: "var(--ok)" },
  ".cm-collapsedLines": {
    color: "var(--quiet)",
    background: "var(--surface-low)",
    borderBlock: "1px solid var(--line)",
  },
});

/** What an editor of YAML is made of; `phrases` are its own words in the language of the window. */
export function yamlSetup({
  label,
  nonce,
  phrases,
  readOnly,
}: {
  label: string;
  /** What the page's content security policy admits styles by; empty without a policy. */
  nonce: string;
  phrases: Record<string, string>;
  readOnly: boolean;
}): Extension[] {
  return [
    nonce === "" ? [] : EditorView.cspNonce.of(nonce),
    EditorState.phrases.of(phrases),
    EditorState.readOnly.of(readOnly),
    EditorState.tabSize.of(2),
    indentUnit.of("  "),
    EditorView.contentAttributes.of({
      "aria-label": label,
      "aria-readonly": String(readOnly),
      tabindex: "0",
    }),
    lineNumbers(),
    foldGutter(),
    highlightSpecialChars(),
    history(),
    drawSelection(),
    indentOnInput(),
    bracketMatching(),
    yaml(),
    syntaxHighlighting(colours),
    search({ top: true }),
    highlightSelectionMatches(),
    readOnly ? [] : [highlightActiveLine(), highlightActiveLineGutter(), lintGutter()],
    // Escape, then Tab leaves: the editor's own way out for the keyboard (WCAG 2.1.2).
    keymap.of([
      ...defaultKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...foldKeymap,
      ...lintKeymap,
      indentWithTab,
    ]),
    look,
  ];
}

/** The nonce of the page's content security policy. */
export function styleNonce(page: Document): string {
  return page.querySelector<HTMLElement>('meta[property="csp-nonce"]')?.nonce ?? "";
}

/** Where a mistake is in the text: its place, else its line, else the first line. A line beyond the end is the last. */
export function diagnosticOf(fault: ManifestFault, words: string, text: Text): Diagnostic {
  const line = text.line(Math.max(1, Math.min(fault.line ?? 1, text.lines)));
  const exact = fault.line !== null && fault.column !== null;
  const start = exact ? Math.min(line.from + Math.max(0, (fault.column ?? 1) - 1), line.to) : line.from;
  return { from: start, to: line.to, severity: "error", message: words };
}
