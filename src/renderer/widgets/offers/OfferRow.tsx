import { useTranslation } from "react-i18next";
import type { ActionOffer } from "../../../shared/action.ts";
import { DropPanel } from "../DropPanel.tsx";
import { OfferButton } from "../OfferButton.tsx";
import { offerPlaces } from "./offer-groups.ts";

/** Actions side by side; where there are many, those that belong together in menus. */
export function OfferRow({
  offers,
  onOpen,
}: {
  offers: readonly ActionOffer[];
  onOpen: (offer: ActionOffer) => void;
}) {
  const { t } = useTranslation("resource");
  const button = (offer: ActionOffer) => (
    <OfferButton key={offer.id} offer={offer} onOpen={() => onOpen(offer)} />
  );
  return offerPlaces(offers).map((place) =>
    place.menu === null ? (
      button(place.offer)
    ) : (
      <DropPanel key={place.menu} label={t(`offerGroup.${place.menu}`)} icon={null} look="action">
        <div className="offer-menu">{place.offers.map(button)}</div>
      </DropPanel>
    ),
  );
}
