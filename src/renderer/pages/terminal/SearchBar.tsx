import { Button } from "@patternfly/react-core";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ShellScreen } from "./session.ts";

const decorations = {
  matchOverviewRuler: "#f5b95a",
  activeMatchColorOverviewRuler: "#ff8f8a",
  matchBackground: "#5a4310",
  activeMatchBackground: "#8a5a00",
};

/** Search in what the terminal has shown: Enter goes on, Shift-Enter back, Escape closes. */
export function SearchBar({ screen, onClose }: { screen: ShellScreen; onClose: () => void }) {
  const { t } = useTranslation("terminal");
  const [words, setWords] = useState("");
  const [found, setFound] = useState<{ index: number; count: number } | null>(null);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    input.current?.focus();
    const results = screen.search.onDidChangeResults(({ resultIndex, resultCount }) =>
      setFound({ index: resultIndex + 1, count: resultCount }),
    );
    return () => {
      results.dispose();
      screen.search.clearDecorations();
      screen.terminal.focus();
    };
  }, [screen]);
  const next = () => screen.search.findNext(words, { decorations });
  const previous = () => screen.search.findPrevious(words, { decorations });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    next();
  };
  return (
    <search>
      <form className="terminal-search" onSubmit={submit}>
        <input
          ref={input}
          type="search"
          value={words}
          maxLength={200}
          aria-label={t("search")}
          placeholder={t("search")}
          onChange={(event) => {
            setWords(event.target.value);
            setFound(null);
            screen.search.findNext(event.target.value, { decorations, incremental: true });
          }}
          onKeyDown={(event) => {
            if (event.key === "Escape") onClose();
            if (event.key === "Enter" && event.shiftKey) {
              event.preventDefault();
              previous();
            }
          }}
        />
        <span className="quiet" aria-live="polite">
          {words !== "" && found && (found.count === 0 ? t("notFound") : t("found", found))}
        </span>
        <Button variant="secondary" size="sm" onClick={previous}>
          {t("previous")}
        </Button>
        <Button variant="secondary" size="sm" type="submit">
          {t("next")}
        </Button>
        <Button variant="link" size="sm" onClick={onClose}>
          {t("closeSearch")}
        </Button>
      </form>
    </search>
  );
}
