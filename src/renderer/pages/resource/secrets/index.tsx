import { Button } from "@patternfly/react-core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ActionOffer } from "../../../../shared/action.ts";
import type { Resource } from "../../../../shared/resource.ts";
import { useConsole } from "../../../state/console.tsx";
import { useOverlays } from "../../../state/overlays.ts";
import { usePlace } from "../../../state/router.ts";
import { OfferButton } from "../../../widgets/OfferButton.tsx";
import { FolderView } from "./FolderView.tsx";
import { SearchNames } from "./SearchNames.tsx";
import { SecretRecordView } from "./SecretRecordView.tsx";
import { below, secretPlaceIn } from "./secret-place.ts";
import "../../../styles/vault-secrets.css";

/** The secrets of a mount, folder by folder, by search, and what is known of the chosen one; never a value. */
export default function Secrets({
  resource: { id, name },
  offers,
}: {
  resource: Resource;
  offers: readonly ActionOffer[];
}) {
  const { t } = useTranslation("vaultSecrets");
  const { folder, secret } = secretPlaceIn(usePlace().query);
  const [turn, setTurn] = useState(0);
  const since = useLastEnd(id) + turn;
  const openSheet = useOverlays((overlays) => overlays.openSheet);
  const write = offers.find((offer) => offer.id === "vault.write-secret");
  return (
    <section className="vault-secrets" aria-label={t("title", { name })}>
      <div className="list-head">
        <h2>{t("title", { name })}</h2>
        <div className="button-row">
          {write && (
            <OfferButton
              offer={write}
              label={t("new")}
              onOpen={() =>
                openSheet({
                  offer: write,
                  resources: [id],
                  name,
                  input: { path: below(folder, ""), version: "0" },
                })
              }
            />
          )}
          <Button variant="secondary" size="sm" onClick={() => setTurn((before) => before + 1)}>
            {t("again")}
          </Button>
        </div>
      </div>
      <p className="quiet">{t("noValues")}</p>
      <SearchNames key={id} mount={id} folder={folder} />
      <div className={secret === null ? "vault-secret-columns is-alone" : "vault-secret-columns"}>
        <FolderView mount={id} name={name} folder={folder} secret={secret} since={since} />
        {secret !== null && (
          <SecretRecordView
            key={secret}
            mount={id}
            name={name}
            folder={folder}
            path={secret}
            offers={offers}
            since={since}
          />
        )}
      </div>
    </section>
  );
}

/** When the last of what was done with it here ended: what is shown was read before. */
function useLastEnd(resource: string): number {
  const { tasks } = useConsole();
  const ends = (tasks.value?.tasks ?? []).map((task) =>
    task.resource === resource ? (task.endedAt ?? 0) : 0,
  );
  return Math.max(0, ...ends);
}
