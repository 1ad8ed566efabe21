import { useMemo } from "react";
import { useTranslation } from "react-i18next";

/** The editor's own words, by what it calls them, in the language of the window. */
export function usePhrases(): Record<string, string> {
  const { t } = useTranslation("manifest");
  return useMemo(
    () => ({
      Find: t("words.find"),
      Replace: t("words.replaceBy"),
      next: t("words.next"),
      previous: t("words.previous"),
      all: t("words.all"),
      "match case": t("words.matchCase"),
      regexp: t("words.expression"),
      "by word": t("words.wholeWords"),
      replace: t("words.replace"),
      "replace all": t("words.replaceAll"),
      close: t("words.close"),
      "current match": t("words.currentMatch"),
      "on line": t("words.onLine"),
      "replaced $ matches": t("words.replaced"),
      "replaced match on line $": t("words.replacedOn"),
      "Go to line": t("words.goToLine"),
      go: t("words.go"),
      "Folded lines": t("words.folded"),
      "Unfolded lines": t("words.unfolded"),
      "folded code": t("words.foldedLines"),
      unfold: t("words.unfold"),
      "Fold line": t("words.foldLine"),
      "Unfold line": t("words.unfold"),
      to: t("words.to"),
      Diagnostics: t("words.mistakes"),
      "No diagnostics": t("words.noMistakes"),
      "$ unchanged lines": t("words.unchangedLines"),
      "Revert this chunk": t("words.takeOver"),
      "Selection deleted": t("words.selectionDeleted"),
      "Control character": t("words.controlCharacter"),
    }),
    [t],
  );
}
