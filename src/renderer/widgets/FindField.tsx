import { useId } from "react";

/** A box that a few letters are typed into to find something. */
export function FindField({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange(words: string): void;
}) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="search"
        autoComplete="off"
        spellCheck={false}
        maxLength={200}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}
