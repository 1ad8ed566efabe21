import { Button, Tooltip } from "@patternfly/react-core";
import { useTranslation } from "react-i18next";
import type { ActionOffer } from "../../shared/action.ts";
import { useLocalText } from "../i18n/index.ts";

/** One action, under its title or a shorter `label`; greyed it can still be reached by keyboard and says why. */
export function OfferButton({
  offer,
  label,
  onOpen,
}: {
  offer: ActionOffer;
  label?: string;
  onOpen: () => void;
}) {
  const { t } = useTranslation("resource");
  const local = useLocalText();
  const title = local(offer.title);
  const button = (
    <Button
      variant="secondary"
      size="sm"
      isAriaDisabled={offer.unavailable !== null}
      {...(label === undefined ? {} : { title })}
      onClick={onOpen}
    >
      {label ?? title}
    </Button>
  );
  if (offer.unavailable === null) return button;
  return <Tooltip content={t("unavailable", { why: local(offer.unavailable) })}>{button}</Tooltip>;
}
