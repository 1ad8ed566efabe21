import { type ReactNode, type RefObject, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { LogPattern } from "../../../shared/logs.ts";

/** Milliseconds of rest after a key before main is asked. */
const rest = 250;

/** Asks for words or an expression, and gives them once typing has rested or with Enter; null when there are none. */
export function PatternBox({
  label,
  keys,
  icon,
  input,
  wrong,
  onPattern,
  onEnter,
  onEscape,
}: {
  label: string;
  /** The key that leads here. */
  keys?: string;
  icon: ReactNode;
  input: RefObject<HTMLInputElement | null>;
  /** What is in force is no expression. */
  wrong: boolean;
  onPattern: (pattern: LogPattern | null) => void;
  onEnter?: (pattern: LogPattern | null, backwards: boolean) => void;
  onEscape: () => void;
}) {
  const { t } = useTranslation("logs");
  const [words, setWords] = useState("");
  const [expression, setExpression] = useState(false);
  const [matchCase, setMatchCase] = useState(false);
  const pattern = words === "" ? null : { words, expression, matchCase };
  /** Gives at once what has not been given yet. */
  const pending = useRef<(() => void) | null>(null);
  useEffect(() => {
    const settled = words === "" ? null : { words, expression, matchCase };
    const give = () => {
      pending.current = null;
      onPattern(settled);
    };
    const timer = setTimeout(give, settled ? rest : 0);
    pending.current = () => {
      clearTimeout(timer);
      give();
    };
    return () => clearTimeout(timer);
  }, [words, expression, matchCase, onPattern]);
  return (
    <div className={wrong ? "filter-box log-box is-wrong" : "filter-box log-box"}>
      {icon}
      <input
        ref={input}
        type="search"
        value={words}
        maxLength={500}
        placeholder={label}
        aria-label={label}
        aria-invalid={wrong}
        aria-keyshortcuts={keys}
        onChange={(event) => setWords(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && onEnter) {
            event.preventDefault();
            // Given later it would be a new search, and what this one finds would be forgotten.
            pending.current?.();
            onEnter(pattern, event.shiftKey);
          } else if (event.key === "Escape") {
            event.stopPropagation();
            if (words === "") onEscape();
            else setWords("");
          }
        }}
      />
      <Switch
        label={t("expression")}
        sign={t("expressionSign")}
        pressed={expression}
        onPress={setExpression}
      />
      <Switch label={t("matchCase")} sign={t("matchCaseSign")} pressed={matchCase} onPress={setMatchCase} />
      {keys && <kbd>{keys}</kbd>}
    </div>
  );
}

function Switch({
  label,
  sign,
  pressed,
  onPress,
}: {
  label: string;
  sign: string;
  pressed: boolean;
  onPress: (pressed: boolean) => void;
}) {
  return (
    <button
      type="button"
      className="log-switch"
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      onClick={() => onPress(!pressed)}
    >
      {sign}
    </button>
  );
}
