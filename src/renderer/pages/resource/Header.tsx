import { Button } from "@patternfly/react-core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ActionOffer } from "../../../shared/action.ts";
import type { WireError } from "../../../shared/errors.ts";
import type { Resource } from "../../../shared/resource.ts";
import type { ResourceDetail } from "../../../shared/resource-detail.ts";
import { useLocalText } from "../../i18n/index.ts";
import { useClient } from "../../state/live.ts";
import { placeTo, replacePlace, usePlace } from "../../state/router.ts";
import { toWireError } from "../../state/wire-error.ts";
import { Age } from "../../widgets/Age.tsx";
import { DropPanel } from "../../widgets/DropPanel.tsx";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { HealthLabel, StaleMark } from "../../widgets/HealthLabel.tsx";
import { SyncAltIcon, WrenchIcon } from "../../widgets/icons.ts";
import { MaintenanceMark } from "../../widgets/MaintenanceMark.tsx";
import { OfferButton } from "../../widgets/OfferButton.tsx";
import { OfferRow } from "../../widgets/offers/OfferRow.tsx";
import { useOpenOffer } from "../../widgets/sheet/open-offer.ts";
import { CompareWith } from "../compare/CompareWith.tsx";
import { ForwardPort } from "../forwards/ForwardPort.tsx";
import { handsOffers } from "../hands/power-offers.ts";
import { Lineage } from "./Lineage.tsx";
import { maintenancePlace } from "./maintenance-procedure.ts";

/** Name, health and age of a resource, and its actions; one that cannot work now is greyed and says why. */
export function Header({
  resource,
  relations,
  offers,
  ports,
  hands,
}: {
  resource: Resource;
  relations: ResourceDetail["relations"];
  offers: readonly ActionOffer[];
  /** Its ports can be forwarded. */
  ports: boolean;
  /** The view below is the hands: it has their actions, and wants the height, so that this is one line. */
  hands: boolean;
}) {
  const { t } = useTranslation(["resource", "common"]);
  const local = useLocalText();
  const client = useClient();
  const [error, setError] = useState<WireError | null>(null);
  const maintenance = maintenancePlace(resource, relations, offers);
  const refresh = () => {
    setError(null);
    client.resources
      .refresh({ ids: [resource.id] })
      .catch((thrown: unknown) => setError(toWireError(thrown)));
  };
  return (
    <header className={hands ? "resource-head is-compact" : "resource-head"}>
      <div className="resource-title">
        <h1>{resource.name}</h1>
        <HealthLabel health={resource.health} />
        {resource.stale && <StaleMark />}
        {resource.maintenance && <MaintenanceMark maintenance={resource.maintenance} short={hands} />}
        <Where resource={resource} short={hands} />
        <Button
          variant="plain"
          size="sm"
          icon={<SyncAltIcon />}
          aria-label={t("refresh")}
          onClick={refresh}
        />
        {ports && <ForwardPort id={resource.id} name={resource.name} />}
        {!hands && <CompareWith ids={[resource.id]} kind={resource.kind} />}
      </div>
      {!hands && <Lineage relations={relations} />}
      <Offers resource={resource} offers={offers} hands={hands} />
      {maintenance !== null && !hands && (
        <p className="button-row">
          <Button component="a" href={maintenance} icon={<WrenchIcon aria-hidden="true" />}>
            {t(resource.kind === "node" ? "maintenanceHere" : "hostMaintenanceHere")}
          </Button>
        </p>
      )}
      {resource.problems.length > 0 && (
        <ul className="problems" aria-label={t("problems")}>
          {resource.problems.map((problem) => (
            <li key={`${problem.code} ${problem.text.en}`} title={hands ? local(problem.text) : undefined}>
              <HealthLabel health={problem.health} /> {local(problem.text)}
            </li>
          ))}
        </ul>
      )}
      {error && <ErrorNotice error={error} retry={refresh} />}
    </header>
  );
}

function Offers({
  resource,
  offers,
  hands,
}: {
  resource: Resource;
  offers: readonly ActionOffer[];
  hands: boolean;
}) {
  const { t } = useTranslation("resource");
  const openOffer = useOpenOffer();
  useActionFromLink(resource, offers);
  if (offers.length === 0) return <p className="quiet">{t("noActions")}</p>;
  const below = hands ? handsOffers(offers).names : null;
  const here = offers.filter(({ id }) => !below?.has(id));
  if (here.length === 0) return null;
  const open = (offer: ActionOffer) => openOffer(offer, [resource.id], resource.name);
  if (!hands) {
    return (
      <fieldset className="button-row" aria-label={t("actions")}>
        <OfferRow offers={here} onOpen={open} />
      </fieldset>
    );
  }
  // The picture wants the height.
  return (
    <DropPanel label={t("otherActions")} icon={null}>
      <fieldset className="offer-menu" aria-label={t("actions")}>
        {here.map((offer) => (
          <OfferButton key={offer.id} offer={offer} onOpen={() => open(offer)} />
        ))}
      </fieldset>
    </DropPanel>
  );
}

/** What it is, where it stands, how old what is known is and from whom; only the age where there is little room. */
function Where({ resource, short }: { resource: Resource; short: boolean }) {
  const { t } = useTranslation(["resource", "common"]);
  const age = <Age at={resource.seenAt} form="asOf" />;
  if (short) return <span className="quiet resource-where">{age}</span>;
  return (
    <span className="quiet resource-where">
      {t(`common:kinds.${resource.kind}`)}
      {resource.site && ` · ${t("site", { name: resource.site })}`}
      {resource.environment && ` · ${resource.environment}`} · {age}
      {Object.keys(resource.sources).map((source, place) => (place === 0 ? ` · ${source}` : ` ${source}`))}
    </span>
  );
}

/** A link with `?action=` (from the overview or the palette) opens that action's sheet once. */
function useActionFromLink(resource: Resource, offers: readonly ActionOffer[]): void {
  const { query } = usePlace();
  const openOffer = useOpenOffer();
  const action = query.get("action");
  useEffect(() => {
    if (action === null) return;
    const offer = offers.find((each) => each.id === action);
    if (!offer) return;
    replacePlace(placeTo("resource", resource.id));
    if (offer.unavailable === null) openOffer(offer, [resource.id], resource.name);
  }, [action, offers, openOffer, resource.id, resource.name]);
}
