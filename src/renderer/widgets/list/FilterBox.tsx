import { SearchIcon } from "../icons.ts";

/** The box over a list into which words are typed that its rows must have. */
export function FilterBox({
  label,
  hint = label,
  words,
  onWords,
}: {
  label: string;
  /** What stands in it while it is empty; the label where it is left out. */
  hint?: string;
  words: string;
  onWords: (words: string) => void;
}) {
  return (
    <label className="filter-box">
      <SearchIcon aria-hidden="true" />
      <input
        type="search"
        value={words}
        maxLength={200}
        placeholder={hint}
        aria-label={label}
        onChange={(event) => onWords(event.target.value)}
      />
    </label>
  );
}
