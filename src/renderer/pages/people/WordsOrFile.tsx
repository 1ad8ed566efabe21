import { useId } from "react";
import { useTranslation } from "react-i18next";

/** Words that are pasted, or come from a file; `hidden` where nobody should read them from the screen, as of a key. */
export function WordsOrFile({
  label,
  hint,
  words,
  most,
  hidden = false,
  onChange,
}: {
  label: string;
  hint?: string;
  words: string;
  /** Characters; what is longer is cut off and found to be so by main. */
  most: number;
  hidden?: boolean;
  onChange: (words: string) => void;
}) {
  const { t } = useTranslation("people");
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        rows={4}
        className={hidden ? "unread" : undefined}
        spellCheck={false}
        autoComplete="off"
        maxLength={most}
        value={words}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={(event) => onChange(event.target.value)}
      />
      <label htmlFor={`${id}-file`}>{t("load")}</label>
      <input
        id={`${id}-file`}
        type="file"
        onChange={async (event) => {
          const file = event.target.files?.[0];
          if (file) onChange(await file.slice(0, most).text());
        }}
      />
      {hint && (
        <p id={`${id}-hint`} className="quiet">
          {hint}
        </p>
      )}
    </div>
  );
}
