import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from "@patternfly/react-core";
import { useEffect, useId, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ActionOffer } from "../../../shared/action.ts";
import type { WireError } from "../../../shared/errors.ts";
import type { Protection } from "../../../shared/protection.ts";
import { useClient } from "../../state/live.ts";
import { toWireError } from "../../state/wire-error.ts";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { OfferButton } from "../../widgets/OfferButton.tsx";
import { useOpenOffer } from "../../widgets/sheet/open-offer.ts";
import { isAboutBackups } from "./reading.ts";

interface Offered {
  resource: string;
  name: string;
  offers: ActionOffer[];
}

/** What can be done with the backups of a thing, over the page; choosing one leads to its sheet. */
export function BackupActionsDialog({
  protection,
  onClose,
}: {
  protection: Protection;
  onClose: () => void;
}) {
  const { t } = useTranslation("backups");
  const title = useId();
  return (
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby={title}>
      <ModalHeader title={t("actionsOf", { name: protection.name })} labelId={title} />
      <ModalBody>
        <BackupActions protection={protection} onChosen={onClose} />
      </ModalBody>
      <ModalFooter>
        <Button variant="link" onClick={onClose}>
          {t("close")}
        </Button>
      </ModalFooter>
    </Modal>
  );
}

/** The actions on a thing's backups that its policies, its last good restore point and it itself offer. */
export function BackupActions({
  protection,
  onChosen = () => {},
}: {
  protection: Protection;
  onChosen?: () => void;
}) {
  const { t } = useTranslation("backups");
  const { id, name, policies, lastGood } = protection;
  // A frame of the live list is a new object; what is asked for is the same until these words differ.
  const words = JSON.stringify([
    [id, name],
    // What is known by a name alone goes by its policy.
    ...policies.filter((policy) => policy.id !== id).map((policy) => [policy.id, policy.name]),
    ...(lastGood ? [[lastGood.restorePoint, lastGood.name]] : []),
  ]);
  const { offered, error } = useOffered(words);
  const openOffer = useOpenOffer();
  if (error) return <ErrorNotice error={error} />;
  if (offered === null) return <p className="quiet">{t("heat.reading")}</p>;
  if (offered.length === 0) return <p className="quiet">{t("noActions")}</p>;
  return (
    <div className="backup-actions">
      {offered.map(({ resource, name: of, offers }) => (
        <fieldset key={resource}>
          <legend>{t("onResource", { name: of })}</legend>
          {offers.map((offer) => (
            <OfferButton
              key={offer.id}
              offer={offer}
              onOpen={() => {
                onChosen();
                openOffer(offer, [resource], of);
              }}
            />
          ))}
        </fieldset>
      ))}
    </div>
  );
}

function useOffered(words: string): { offered: Offered[] | null; error: WireError | null } {
  const client = useClient();
  const resources = useMemo<[string, string][]>(() => JSON.parse(words), [words]);
  const [state, setState] = useState<{ offered: Offered[] | null; error: WireError | null }>({
    offered: null,
    error: null,
  });
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const ask = async ([resource, name]: [string, string]): Promise<Offered> => ({
      resource,
      name,
      offers: (await client.actions.offers({ resources: [resource] }, { signal })).filter(({ id }) =>
        isAboutBackups(id),
      ),
    });
    Promise.all(resources.map(ask)).then(
      (all) => setState({ offered: all.filter(({ offers }) => offers.length > 0), error: null }),
      (thrown: unknown) => {
        if (!signal.aborted) setState({ offered: null, error: toWireError(thrown) });
      },
    );
    return () => controller.abort();
  }, [client, resources]);
  return state;
}
