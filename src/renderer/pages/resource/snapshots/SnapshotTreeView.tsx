import { type KeyboardEvent, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { SnapshotTree } from "../../../../shared/snapshots.ts";
import { useLanguage } from "../../../i18n/index.ts";
import { Age } from "../../../widgets/Age.tsx";
import { formatTimestamp } from "../../../widgets/format.ts";
import { TreeRail } from "./TreeRail.tsx";
import { type TreeLine, treeLines } from "./tree-lines.ts";

/** Snapshots as a tree with its lines; the arrows move and choose (tree pattern of the ARIA practices). */
export function SnapshotTreeView({
  tree,
  label,
  chosen,
  onChoose,
}: {
  tree: SnapshotTree;
  label: string;
  chosen: string | null;
  onChoose: (id: string) => void;
}) {
  const list = useRef<HTMLDivElement>(null);
  const lines = useMemo(() => treeLines(tree), [tree]);
  const places = lines.flatMap(({ snapshot }) => snapshot?.id ?? []);
  const active = chosen !== null && places.includes(chosen) ? chosen : (places[0] ?? null);
  const pressed = (event: KeyboardEvent) => {
    const to = placeAfter(event.key, lines, active);
    if (to === undefined) return;
    event.preventDefault();
    onChoose(to);
    const item = list.current?.querySelector<HTMLElement>(`[data-place="${places.indexOf(to)}"]`);
    item?.focus();
  };
  return (
    <div className="snapshot-tree" role="tree" aria-label={label} ref={list} onKeyDown={pressed}>
      {lines.map((line) => (
        <SnapshotLine
          key={line.snapshot?.id ?? "now"}
          line={line}
          place={line.snapshot ? places.indexOf(line.snapshot.id) : -1}
          chosen={line.snapshot !== null && line.snapshot.id === chosen}
          focusable={line.snapshot !== null && line.snapshot.id === active}
          onChoose={onChoose}
        />
      ))}
    </div>
  );
}

/** Where a key leads: the next, the previous, the parent, the first taken on it; undefined: nowhere. */
function placeAfter(key: string, lines: readonly TreeLine[], active: string | null): string | undefined {
  const drawn = lines.flatMap(({ snapshot }) => snapshot ?? []);
  const at = drawn.findIndex(({ id }) => id === active);
  const here = drawn[at];
  if (key === "Home") return drawn[0]?.id;
  if (key === "End") return drawn.at(-1)?.id;
  if (key === "ArrowDown") return drawn[at + 1]?.id;
  if (key === "ArrowUp") return at > 0 ? drawn[at - 1]?.id : undefined;
  if (key === "ArrowLeft") return drawn.find(({ id }) => id === here?.parent)?.id;
  if (key === "ArrowRight") return drawn.find(({ parent }) => here && parent === here.id)?.id;
  return undefined;
}

function SnapshotLine({
  line,
  place,
  chosen,
  focusable,
  onChoose,
}: {
  line: TreeLine;
  place: number;
  chosen: boolean;
  focusable: boolean;
  onChoose: (id: string) => void;
}) {
  const { t } = useTranslation("resource");
  const language = useLanguage();
  const { snapshot, level } = line;
  if (snapshot === null) {
    return (
      <div className="snapshot-line" role="treeitem" aria-level={level} tabIndex={-1} aria-current="true">
        <TreeRail line={line} />
        <strong className="snapshot-now" title={t("snapshots.nowHint")}>
          {t("snapshots.now")}
        </strong>
      </div>
    );
  }
  return (
    <div
      className={chosen ? "snapshot-line is-selected" : "snapshot-line"}
      role="treeitem"
      aria-level={level}
      aria-selected={chosen}
      tabIndex={focusable ? 0 : -1}
      data-place={place}
      onClick={() => onChoose(snapshot.id)}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        onChoose(snapshot.id);
      }}
    >
      <TreeRail line={line} />
      <strong>{snapshot.name}</strong>
      {snapshot.createdAt === null ? (
        <span className="quiet">{t("snapshots.timeUnknown")}</span>
      ) : (
        <span className="quiet">
          {formatTimestamp(snapshot.createdAt, language)} · <Age at={snapshot.createdAt} />
        </span>
      )}
      {snapshot.withMemory === true && <span className="quiet">{t("snapshots.memory")}</span>}
      <span className="quiet snapshot-words">{snapshot.description}</span>
    </div>
  );
}
