import { AngleDownIcon, AngleUpIcon } from "../icons.ts";

/** What a list is sorted by. */
export interface Sort<By extends string> {
  by: By;
  direction: "ascending" | "descending";
}

/** The order after a press on a column's head: by it, and turned round at the second press. */
export function resorted<By extends string>({ by: before, direction }: Sort<By>, by: By): Sort<By> {
  const isTurned = before === by && direction === "ascending";
  return { by, direction: isTurned ? "descending" : "ascending" };
}

/** A column's head that sorts when it is pressed. */
export function SortableHead<By extends string>({
  by,
  label,
  sort,
  onSort,
  className,
}: {
  by: By;
  label: string;
  sort: Sort<By>;
  onSort: (by: By) => void;
  className?: string | undefined;
}) {
  const isSorted = sort.by === by;
  const Icon = sort.direction === "ascending" ? AngleUpIcon : AngleDownIcon;
  return (
    <th scope="col" className={className} aria-sort={isSorted ? sort.direction : "none"}>
      <button type="button" onClick={() => onSort(by)} title={label}>
        <span>{label}</span>
        {isSorted && <Icon aria-hidden="true" />}
      </button>
    </th>
  );
}
