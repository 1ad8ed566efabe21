import { useTranslation } from "react-i18next";
import type { ActionOffer } from "../../../shared/action.ts";
import type { Resource } from "../../../shared/resource.ts";
import { useLocalText } from "../../i18n/index.ts";
import { useOverlays } from "../../state/overlays.ts";
import { Age } from "../../widgets/Age.tsx";
import { DropPanel } from "../../widgets/DropPanel.tsx";
import { PowerOffIcon } from "../../widgets/icons.ts";
import { OfferButton } from "../../widgets/OfferButton.tsx";
import { handsOffers } from "./power-offers.ts";

/** Power state with its age, the power changes that are offered now, the next boot, and making it reachable. */
export function PowerRow({ resource, offers }: { resource: Resource; offers: readonly ActionOffer[] }) {
  const { t } = useTranslation("hands");
  const openSheet = useOverlays((overlays) => overlays.openSheet);
  const { power, bootOnce, reachable, names } = handsOffers(offers);
  if (names.size === 0 && !resource.facts["power.state"]) return null;
  const open = (offer: ActionOffer, input?: Record<string, string>) =>
    openSheet({ offer, resources: [resource.id], name: resource.name, ...(input ? { input } : {}) });
  return (
    <fieldset className="hands-row" aria-label={t("powerOf", { name: resource.name })}>
      <PowerState resource={resource} />
      {power.map(({ verb, offer }) => (
        <OfferButton key={offer.id} offer={offer} label={t(`power.${verb}`)} onOpen={() => open(offer)} />
      ))}
      {bootOnce && <NextBoot offer={bootOnce} onOpen={(input) => open(bootOnce, input)} />}
      {reachable && <OfferButton offer={reachable} onOpen={() => open(reachable)} />}
    </fieldset>
  );
}

/** `on`, `off` and so on as main writes them; a state that was not read is unknown, never off. */
const states = ["on", "sleeping", "hibernated", "off", "changing"] as const;

function PowerState({ resource }: { resource: Resource }) {
  const { t } = useTranslation("hands");
  const fact = resource.facts["power.state"];
  const known = states.find((each) => each === fact?.value);
  const unread = fact !== undefined && resource.sources[fact.source]?.error;
  const state = unread ? "unknown" : (known ?? "unknown");
  return (
    <span className={`power-state power-${state}`}>
      <PowerOffIcon aria-hidden="true" />
      <span>
        <strong>{t(`state.${state}`)}</strong>
        {unread && known && <span className="quiet"> {t("stateLast", { state: t(`state.${known}`) })}</span>}
        {fact && (
          <span className="quiet">
            {" "}
            <Age at={fact.at} />
          </span>
        )}
      </span>
    </span>
  );
}

/** What the machine starts from next; each choice opens the sheet with it filled in. */
function NextBoot({
  offer,
  onOpen,
}: {
  offer: ActionOffer;
  onOpen: (input?: Record<string, string>) => void;
}) {
  const { t } = useTranslation("hands");
  const local = useLocalText();
  const field = offer.fields.find(({ type }) => type === "choice");
  if (offer.unavailable !== null || !field) {
    return <OfferButton offer={offer} label={t("nextBoot")} onOpen={() => onOpen()} />;
  }
  return (
    <DropPanel label={t("nextBoot")} icon={null}>
      <ul className="drop-choices" aria-label={t("nextBoot")}>
        {field.choices.map(({ value, label, unavailable }) => (
          <li key={value}>
            <button
              type="button"
              disabled={unavailable !== undefined}
              onClick={() => onOpen({ [field.name]: value })}
            >
              {local(label)}
            </button>
            {unavailable && <p className="quiet">{local(unavailable)}</p>}
          </li>
        ))}
      </ul>
    </DropPanel>
  );
}
