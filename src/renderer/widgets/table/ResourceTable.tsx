import {
  type KeyboardEvent,
  useCallback,
  useDeferredValue,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from "react";
import { useTranslation } from "react-i18next";
import type { WireError } from "../../../shared/errors.ts";
import type { GroupHead, Within } from "../../../shared/live.ts";
import type { ResourceKind } from "../../../shared/resource.ts";
import { useClient } from "../../state/live.ts";
import { navigate, placeTo, usePlace } from "../../state/router.ts";
import { toWireError } from "../../state/wire-error.ts";
import { ErrorNotice } from "../ErrorNotice.tsx";
import { resorted } from "../grid/SortableHead.tsx";
import { BulkBar } from "./BulkBar.tsx";
import { Facets } from "./Facets.tsx";
import { ListToolbar } from "./ListToolbar.tsx";
import { type ListView, toggleFold, unfolded, useListSettings, viewFromQuery } from "./list-settings.ts";
import type { ListWindow } from "./list-window.ts";
import { Rows } from "./Rows.tsx";
import { type Selection, selectMatching, withGroup } from "./selection.ts";
import { useList } from "./use-list.ts";

const everywhere: Within = {};
const plainView: ListView = {
  text: "",
  facets: {},
  sort: { by: "name", direction: "ascending" },
  columns: [],
  group: null,
  fold: unfolded,
};
const noFacets: ListWindow["facets"] = {};

/**
 * A live list of one kind: main filters, sorts and counts; only the rows near the visible ones are here. Filter
 * (`/`), facets, sort, columns, saved views, selection with bulk actions, and the keyboard. `within` (a value that
 * stays the same object) narrows it to what is in one thing, of whose page it is then a part.
 */
export function ResourceTable({
  kind,
  title,
  columns,
  within = everywhere,
}: {
  kind: ResourceKind;
  title: string;
  columns: readonly string[];
  within?: Within;
}) {
  const { t } = useTranslation("list");
  const client = useClient();
  const delivered = useMemo<ListView>(() => ({ ...plainView, columns: [...columns] }), [columns]);
  const usual = useUsualView(kind);
  const initial = within === everywhere ? (usual ?? delivered) : delivered;
  // Saved views are for every list of the kind; what is in force is this list's own.
  const key = within === everywhere ? kind : JSON.stringify([kind, within]);
  const view = useListSettings((settings) => settings.views[key] ?? initial);
  const changeView = useListSettings((settings) => settings.change);
  const change = useCallback(
    (part: Partial<ListView>) => changeView(key, initial, part),
    [changeView, key, initial],
  );
  useViewFromLink(change);
  const [offset, setOffset] = useState(0);
  const [selection, setSelection] = useState<Selection>(new Map());
  const list = useList(kind, within, view, offset);
  // Rows are drawn in pieces between other work: what is typed meanwhile comes first.
  const drawn = useDeferredValue(list.value);
  const facets = useDeferredValue(list.value?.facets ?? noFacets);
  const filter = useRef<HTMLInputElement>(null);
  const titleId = useId();
  const slash = (event: KeyboardEvent) => {
    if (event.key !== "/" || event.target instanceof HTMLInputElement) return;
    event.preventDefault();
    filter.current?.focus();
    filter.current?.select();
  };
  const { group, fold } = view;
  const refold = useCallback(
    (head: GroupHead) => change({ fold: toggleFold(fold, head.key) }),
    [change, fold],
  );
  const [groupError, setGroupError] = useState<WireError | null>(null);
  const selectGroup = useCallback(
    (head: GroupHead) => {
      setGroupError(null);
      const members = groupView(view, head);
      selectMatching(client, kind, within, members, AbortSignal.timeout(20_000)).then(
        (found) => setSelection((before) => withGroup(before, found)),
        (thrown: unknown) => setGroupError(toWireError(thrown)),
      );
    },
    [client, kind, within, view],
  );
  const open = useCallback((id: string) => navigate(placeTo("resource", id)), []);
  const { sort } = view;
  const resort = useCallback((by: string) => change({ sort: resorted(sort, by) }), [change, sort]);
  const reface = useCallback((chosen: ListView["facets"]) => change({ facets: chosen }), [change]);
  return (
    <section
      className={within === everywhere ? "list-page" : "list-page list-part"}
      aria-labelledby={titleId}
      onKeyDown={slash}
    >
      <div className="list-head">
        {within === everywhere ? <h1 id={titleId}>{title}</h1> : <h2 id={titleId}>{title}</h2>}
        <ListToolbar
          kind={kind}
          view={view}
          initial={delivered}
          facets={facets}
          isAnswered={list.current}
          onChange={change}
          filter={filter}
        />
      </div>
      <Facets facets={facets} chosen={view.facets} onChange={reface} />
      {list.error && <ErrorNotice error={list.error} retry={list.retry} />}
      {groupError && <ErrorNotice error={groupError} />}
      <Rows
        title={t("caption", {
          title,
          matching: drawn?.matching ?? 0,
          total: drawn?.total ?? 0,
        })}
        list={drawn}
        columns={view.columns}
        sort={view.sort}
        onSort={resort}
        group={group}
        onFold={refold}
        selection={selection}
        onSelect={setSelection}
        onSelectGroup={selectGroup}
        onOpen={open}
        offset={offset}
        onOffset={setOffset}
        emptyWords={view.text === "" && Object.keys(view.facets).length === 0 ? t("empty") : t("noMatch")}
      />
      <BulkBar
        kind={kind}
        within={within}
        view={view}
        list={list.value}
        isLive={list.current && list.state === "live"}
        selection={selection}
        onSelect={setSelection}
      />
    </section>
  );
}

/** The saved view that lists of a kind begin with, if there is one. */
function useUsualView(kind: ResourceKind): ListView | undefined {
  const load = useListSettings((settings) => settings.load);
  useEffect(() => load(kind), [load, kind]);
  return useListSettings(({ saved, usual }) => saved[kind]?.[usual[kind] ?? ""]);
}

/** The view narrowed to the members of one group. */
function groupView(view: ListView, { value, system }: GroupHead): ListView {
  if (view.group === null) return view;
  const facets = { ...view.facets, [view.group]: [value], ...(system !== null && { system: [system] }) };
  return { ...view, facets };
}

/** A link such as `#/hosts?site=atelier` sets the facets that it names. */
function useViewFromLink(change: (part: Partial<ListView>) => void): void {
  const { query } = usePlace();
  useEffect(() => {
    const named = viewFromQuery(query);
    if (named) change(named);
  }, [query, change]);
}
