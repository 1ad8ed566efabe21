import { Button } from "@patternfly/react-core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ActionOffer } from "../../../../shared/action.ts";
import type { Resource } from "../../../../shared/resource.ts";
import { useConsole } from "../../../state/console.tsx";
import { SharesOfKey } from "./SharesOfKey.tsx";
import { TokenList } from "./TokenList.tsx";
import "../../../styles/vault-secrets.css";

/** Who holds shares of a Vault's key, how the making of new ones stands, and who has tokens of it. */
export default function VaultKeys({
  resource,
  offers,
}: {
  resource: Resource;
  offers: readonly ActionOffer[];
}) {
  const { t } = useTranslation("vaults");
  const [turn, setTurn] = useState(0);
  const { id, name, system, seenAt } = resource;
  const ended = useLastEnd(id);
  return (
    <section className="vault-secrets" aria-label={t("keys.title", { name })}>
      <div className="list-head">
        <h2>{t("keys.title", { name })}</h2>
        <Button variant="secondary" size="sm" onClick={() => setTurn((before) => before + 1)}>
          {t("keys.again")}
        </Button>
      </div>
      <SharesOfKey
        vault={system}
        resource={id}
        name={name}
        offers={offers}
        // What other consoles have entered is seen by the readings of this one.
        since={ended + turn + (seenAt ?? 0)}
      />
      <TokenList vault={system} resource={id} name={name} offers={offers} since={ended + turn} />
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
