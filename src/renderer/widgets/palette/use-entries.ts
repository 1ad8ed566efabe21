import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ActionOffer } from "../../../shared/action.ts";
import type { WireError } from "../../../shared/errors.ts";
import type { ListRow } from "../../../shared/live.ts";
import { useLocalText } from "../../i18n/index.ts";
import { useConsole } from "../../state/console.tsx";
import { useClient } from "../../state/live.ts";
import { useWhereabouts } from "../../state/outside.ts";
import { usePreferences } from "../../state/preferences.ts";
import { navigate, placeTo } from "../../state/router.ts";
import { toWireError } from "../../state/wire-error.ts";
import { useOpenOffer } from "../sheet/open-offer.ts";
import { type ListedKind, listPages, placeOfView } from "../table/list-pages.ts";
import { type ListView, useListSettings } from "../table/list-settings.ts";
import { addressIn, matches, type PaletteEntry } from "./entries.ts";

const pages = [
  "overview",
  "hosts",
  "vms",
  "clusters",
  "nodes",
  "workloads",
  "pods",
  "backups",
  "certificates",
  "allowlist",
  "capacity",
  "topology",
  "pra",
  "procedures",
  "tasks",
  "journal",
  "people",
  "secrets",
  "estate",
] as const;
const plain = { detail: "", unavailable: null, row: null, offer: null };

/** Pages, resources and commands for what was typed. */
export function useResultEntries(text: string, rows: readonly ListRow[]): PaletteEntry[] {
  const { t } = useTranslation(["palette", "frame", "common", "pra"]);
  const { chooseLanguage, chooseTheme, openTaskPanel } = usePreferences();
  const views = useSavedViews();
  const plans = useConsole().pra.value?.plans;
  const local = useLocalText();
  return useMemo(() => {
    const address = addressIn(text);
    if (address !== null) {
      const words = t("goTo", { address });
      return [{ ...plain, key: address, group: "pages", words, choose: () => navigate(address) }];
    }
    const commands: [string, () => void][] = [
      [t("commandTasks"), () => openTaskPanel(!usePreferences.getState().taskPanelOpen)],
      [t("commandLight"), () => chooseTheme("light")],
      [t("commandDark"), () => chooseTheme("dark")],
      [t("commandEnglish"), () => chooseLanguage("en")],
      [t("commandFrench"), () => chooseLanguage("fr")],
    ];
    return [
      ...rows.map(
        (row): PaletteEntry => ({
          ...plain,
          key: row.id,
          group: "resources",
          words: row.name,
          detail: [t(`common:kinds.${row.kind}`), row.site].filter(Boolean).join(" · "),
          row,
          choose: () => navigate(placeTo("resource", row.id)),
        }),
      ),
      ...pages.map(
        (page): PaletteEntry => ({
          ...plain,
          key: `page ${page}`,
          group: "pages",
          words: t(`frame:pages.${page}`),
          choose: () => navigate(placeTo(page)),
        }),
      ),
      ...(plans ?? []).flatMap(({ id, title, running }): PaletteEntry[] => {
        const plan = { ...plain, group: "pages" } as const;
        const words = t("pra:palette", { title: local(title) });
        const follow = t("pra:paletteRun", { title: local(title) });
        return [
          ...(running
            ? [
                {
                  ...plan,
                  key: `pra run ${running.run}`,
                  words: follow,
                  choose: () => navigate(placeTo("pra", "run", running.run)),
                },
              ]
            : []),
          { ...plan, key: `pra ${id}`, words, choose: () => navigate(placeTo("pra", id)) },
        ];
      }),
      ...views.map(
        ({ kind, name, view }): PaletteEntry => ({
          ...plain,
          key: `view ${kind} ${name}`,
          group: "views",
          words: name,
          detail: t(`frame:pages.${listPages[kind]}`),
          choose: () => navigate(placeOfView(kind, view)),
        }),
      ),
      ...commands.map(
        ([words, choose]): PaletteEntry => ({ ...plain, key: words, group: "commands", words, choose }),
      ),
    ].filter((entry) => entry.group === "resources" || matches(entry.words, text));
  }, [t, local, rows, plans, views, text, chooseLanguage, chooseTheme, openTaskPanel]);
}

interface SavedView {
  kind: ListedKind;
  name: string;
  view: ListView;
}

const listedKinds = Object.keys(listPages) as ListedKind[];

/** The views that were saved of the lists that have a page. */
function useSavedViews(): SavedView[] {
  const load = useListSettings((settings) => settings.load);
  const saved = useListSettings((settings) => settings.saved);
  useEffect(() => {
    for (const kind of listedKinds) load(kind);
  }, [load]);
  return useMemo(
    () =>
      listedKinds.flatMap((kind) =>
        Object.entries(saved[kind] ?? {}).map(([name, view]) => ({ kind, name, view })),
      ),
    [saved],
  );
}

/** What can be done with one resource: its page, its screen, its terminal, and the actions offered on it now. */
export function useActionEntries(
  row: ListRow | null,
  text: string,
): { entries: PaletteEntry[]; error: WireError | null } {
  const { t } = useTranslation(["palette", "frame"]);
  const local = useLocalText();
  const client = useClient();
  const openOffer = useOpenOffer();
  const [offers, setOffers] = useState<readonly ActionOffer[]>([]);
  const [error, setError] = useState<WireError | null>(null);
  const id = row?.id ?? null;
  const whereabouts = useWhereabouts();
  useEffect(() => {
    // No input of the question, but its answer goes by it.
    void whereabouts;
    setOffers([]);
    setError(null);
    if (id === null) return;
    const controller = new AbortController();
    client.actions.offers({ resources: [id] }, { signal: controller.signal }).then(setOffers, (thrown) => {
      if (!controller.signal.aborted) setError(toWireError(thrown));
    });
    return () => controller.abort();
  }, [client, id, whereabouts]);
  const entries = useMemo(() => {
    if (row === null) return [];
    const { name } = row;
    const list: PaletteEntry[] = [
      ...offers.map(
        (offer): PaletteEntry => ({
          key: offer.id,
          group: "actions",
          words: local(offer.title),
          detail: name,
          unavailable: offer.unavailable && local(offer.unavailable),
          row: null,
          offer,
          choose: () => openOffer(offer, [row.id], row.name),
        }),
      ),
      {
        ...plain,
        key: "screen",
        group: "actions",
        words: t("screen", { name }),
        choose: () => navigate(placeTo("resource", row.id, "screen")),
      },
      {
        ...plain,
        key: "hands",
        group: "actions",
        words: t("hands", { name }),
        choose: () => navigate(placeTo("hands", row.id)),
      },
      {
        ...plain,
        key: "terminal",
        group: "actions",
        words: t("terminal", { name }),
        choose: () => navigate(placeTo("resource", row.id, "terminal")),
      },
      {
        ...plain,
        key: "page",
        group: "actions",
        words: t("openPage", { name }),
        choose: () => navigate(placeTo("resource", row.id)),
      },
    ];
    return list.filter((entry) => matches(entry.words, text));
  }, [row, offers, text, local, openOffer, t]);
  return { entries, error };
}
