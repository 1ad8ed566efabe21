import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ActionOffer } from "../../../../shared/action.ts";
import type { Resource } from "../../../../shared/resource.ts";
import type { SnapshotRecord, SnapshotTree } from "../../../../shared/snapshots.ts";
import { useLanguage } from "../../../i18n/index.ts";
import type { Client } from "../../../state/client.ts";
import { useLive } from "../../../state/live.ts";
import { useOverlays } from "../../../state/overlays.ts";
import { Age } from "../../../widgets/Age.tsx";
import { ErrorNotice } from "../../../widgets/ErrorNotice.tsx";
import { formatTimestamp } from "../../../widgets/format.ts";
import { OfferButton } from "../../../widgets/OfferButton.tsx";
import { SnapshotTreeView } from "./SnapshotTreeView.tsx";
import { treeLines } from "./tree-lines.ts";
import "../../../styles/hypervisors.css";

/** The field of an action's input that takes the identifier of a snapshot. */
const picked = "snapshot";

/** The snapshots of a VM as a tree, live; what can be done with the chosen one stands beside it. */
export default function Snapshots({
  resource: { id, name },
  offers,
}: {
  resource: Resource;
  offers: readonly ActionOffer[];
}) {
  const { t } = useTranslation(["resource", "common"]);
  const openSheet = useOverlays((overlays) => overlays.openSheet);
  const open = useCallback(
    (client: Client, signal: AbortSignal) => client.snapshots.watch({ id }, { signal }),
    [id],
  );
  const { value, error, retry } = useLive(open);
  const [wanted, setWanted] = useState<string | null>(null);
  const known = value?.readAt !== null ? value : null;
  const chosen = known?.snapshots.find((each) => each.id === wanted);
  const makers = offers.filter((offer) => /snapshot/.test(offer.id) && !takesSnapshot(offer));
  return (
    <section className="snapshots" aria-label={t("snapshots.title", { name })}>
      <div className="list-head">
        <h2>{t("snapshots.title", { name })}</h2>
        <div className="button-row">
          {makers.map((offer) => (
            <OfferButton
              key={offer.id}
              offer={offer}
              onOpen={() => openSheet({ offer, resources: [id], name })}
            />
          ))}
        </div>
      </div>
      {error && <ErrorNotice error={error} retry={retry} />}
      {value?.error && <ErrorNotice error={value.error} />}
      {!known && !error && !value?.error && <p className="quiet">{t("common:loading")}</p>}
      {known && known.snapshots.length === 0 && !known.error && <p>{t("snapshots.none")}</p>}
      {known && known.snapshots.length > 0 && (
        <div className="snapshot-columns">
          <SnapshotTreeView
            tree={known}
            label={t("snapshots.title", { name })}
            chosen={chosen?.id ?? null}
            onChoose={setWanted}
          />
          <aside className="panel" aria-live="polite">
            {chosen ? (
              <Chosen
                snapshot={chosen}
                tree={known}
                offers={offers.filter(takesSnapshot)}
                onOpen={(offer) =>
                  openSheet({ offer, resources: [id], name, input: { [picked]: chosen.id } })
                }
              />
            ) : (
              <p className="quiet">{t("snapshots.choose")}</p>
            )}
          </aside>
        </div>
      )}
      {value && (
        <p className="quiet">
          <Age at={value.readAt} form="asOf" />
        </p>
      )}
    </section>
  );
}

function takesSnapshot({ fields }: ActionOffer): boolean {
  return fields.some(({ name }) => name === picked);
}

function Chosen({
  snapshot,
  tree,
  offers,
  onOpen,
}: {
  snapshot: SnapshotRecord;
  tree: SnapshotTree;
  offers: readonly ActionOffer[];
  onOpen: (offer: ActionOffer) => void;
}) {
  const { t } = useTranslation("resource");
  const language = useLanguage();
  const { id, name, parent, createdAt, withMemory, description } = snapshot;
  const later = treeLines(tree).find((line) => line.snapshot?.id === id)?.later ?? 0;
  const on = tree.snapshots.find((each) => each.id === parent)?.name ?? t("snapshots.root");
  return (
    <>
      <h3>{t("snapshots.chosen", { name })}</h3>
      <dl className="pairs">
        <dt>{t("snapshots.taken")}</dt>
        <dd>{createdAt === null ? t("snapshots.timeUnknown") : formatTimestamp(createdAt, language)}</dd>
        <dt>{t("snapshots.on")}</dt>
        <dd>{on}</dd>
        <dt>{t("snapshots.description")}</dt>
        <dd>{description === "" ? t("snapshots.noDescription") : description}</dd>
      </dl>
      {withMemory !== null && <p>{t(withMemory ? "snapshots.memory" : "snapshots.noMemory")}</p>}
      {later > 0 && <p className="quiet">{t("snapshots.later", { count: later })}</p>}
      <fieldset className="button-row" aria-label={t("snapshots.actions")}>
        {offers.map((offer) => (
          <OfferButton key={offer.id} offer={offer} onOpen={() => onOpen(offer)} />
        ))}
      </fieldset>
    </>
  );
}
