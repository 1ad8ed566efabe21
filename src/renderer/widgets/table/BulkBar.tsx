import { Button } from "@patternfly/react-core";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ActionOffer } from "../../../shared/action.ts";
import type { WireError } from "../../../shared/errors.ts";
import type { Within } from "../../../shared/live.ts";
import type { ResourceKind } from "../../../shared/resource.ts";
import { useLanguage } from "../../i18n/index.ts";
import { comparedKinds, mostCompared, placeOfComparison } from "../../state/compare-place.ts";
import { useClient } from "../../state/live.ts";
import { loggedKinds, mostLogged, placeOfLogs } from "../../state/log-place.ts";
import { useWhereabouts } from "../../state/outside.ts";
import { navigate } from "../../state/router.ts";
import { isAborted, toWireError } from "../../state/wire-error.ts";
import { Age } from "../Age.tsx";
import { ErrorNotice } from "../ErrorNotice.tsx";
import { formatNumber } from "../format.ts";
import { InsideButton } from "../InsideButton.tsx";
import { OfferRow } from "../offers/OfferRow.tsx";
import { useOpenOffer } from "../sheet/open-offer.ts";
import type { ListView } from "./list-settings.ts";
import type { ListWindow } from "./list-window.ts";
import { type Selection, selectMatching } from "./selection.ts";

/** The line below a list: how many, how old, what is selected and what can be done with it. */
export function BulkBar({
  kind,
  within,
  view,
  list,
  isLive,
  selection,
  onSelect,
}: {
  kind: ResourceKind;
  within: Within;
  view: ListView;
  list: ListWindow | null;
  /** Whether main tells of every change: what did not change is then no older than what did. */
  isLive: boolean;
  selection: Selection;
  onSelect: (selection: Selection) => void;
}) {
  const { t } = useTranslation("list");
  const language = useLanguage();
  const client = useClient();
  const [error, setError] = useState<WireError | null>(null);
  const [busy, setBusy] = useState(false);
  const ids = useMemo(() => [...selection.keys()], [selection]);
  const offers = useOffers(ids);
  const ask = (call: () => Promise<unknown>) => {
    setBusy(true);
    setError(null);
    call()
      .catch((thrown: unknown) => setError(toWireError(thrown)))
      .finally(() => setBusy(false));
  };
  const shownError = error ?? offers.error;
  const selectAll = async () =>
    onSelect(await selectMatching(client, kind, within, view, AbortSignal.timeout(20_000)));
  return (
    <div className="list-foot">
      {list && (
        <span className="quiet">
          {t("count", {
            matching: formatNumber(list.matching, language),
            total: formatNumber(list.total, language),
          })}{" "}
          · {isLive ? t("live") : <Age at={list.asOf} form="asOf" />}
        </span>
      )}
      <fieldset className="bulk" aria-label={t("bulk")}>
        <Button variant="link" isInline isDisabled={busy || !list?.matching} onClick={() => ask(selectAll)}>
          {t("selectAll")}
        </Button>
        {ids.length > 0 && (
          <>
            <strong>{t("selected", { count: ids.length })}</strong>
            <Button variant="link" isInline onClick={() => onSelect(new Map())}>
              {t("clearSelection")}
            </Button>
            <Button
              variant="secondary"
              size="sm"
              isDisabled={busy}
              onClick={() => ask(() => client.resources.refresh({ ids: ids.slice(0, 1000) }))}
            >
              {t("refresh")}
            </Button>
            {loggedKinds.has(kind) && (
              <InsideButton
                subject={{ of: "part", resources: ids.slice(0, mostLogged), part: "logs" }}
                variant="secondary"
                size="sm"
                isAriaDisabled={ids.length > mostLogged}
                title={ids.length > mostLogged ? t("tooManyLogs", { most: mostLogged }) : undefined}
                onClick={() => ids.length <= mostLogged && navigate(placeOfLogs(ids))}
              >
                {t("logs")}
              </InsideButton>
            )}
            {comparedKinds.has(kind) && ids.length > 1 && (
              <Button
                variant="secondary"
                size="sm"
                isAriaDisabled={ids.length > mostCompared}
                title={ids.length > mostCompared ? t("tooManyToCompare", { most: mostCompared }) : undefined}
                onClick={() => ids.length <= mostCompared && navigate(placeOfComparison(ids))}
              >
                {t("compare")}
              </Button>
            )}
            <BulkOffers offers={offers.offers} ids={ids} name={[...selection.values()][0]} />
          </>
        )}
      </fieldset>
      {shownError && <ErrorNotice error={shownError} />}
    </div>
  );
}

function BulkOffers({
  offers,
  ids,
  name,
}: {
  offers: ActionOffer[] | null;
  ids: readonly string[];
  /** Of the first of them. */
  name: string | undefined;
}) {
  const { t } = useTranslation("list");
  const openOffer = useOpenOffer();
  if (offers === null) return null;
  const usable = ids.length === 1 ? offers : offers.filter((offer) => offer.bulk);
  if (usable.length === 0) return <span className="quiet">{t("noBulk")}</span>;
  return <OfferRow offers={usable} onOpen={(offer) => openOffer(offer, ids, name)} />;
}

/** What can be done with all of `ids`; asked again when the selection has rested a moment, or the network is another. */
function useOffers(ids: readonly string[]): { offers: ActionOffer[] | null; error: WireError | null } {
  const client = useClient();
  const whereabouts = useWhereabouts();
  const [state, setState] = useState<{ offers: ActionOffer[] | null; error: WireError | null }>({
    offers: null,
    error: null,
  });
  useEffect(() => {
    // No input of the question, but its answer goes by it.
    void whereabouts;
    if (ids.length === 0) {
      setState({ offers: null, error: null });
      return;
    }
    const controller = new AbortController();
    const timer = setTimeout(() => {
      client.actions.offers({ resources: [...ids] }, { signal: controller.signal }).then(
        (offers) => setState({ offers, error: null }),
        (thrown: unknown) => {
          if (!isAborted(thrown)) setState({ offers: null, error: toWireError(thrown) });
        },
      );
    }, 150);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [client, ids, whereabouts]);
  return state;
}
