import { Button } from "@patternfly/react-core";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { ProviderListView } from "../../../shared/allowlists.ts";
import { useLocalText } from "../../i18n/index.ts";
import { placeTo } from "../../state/router.ts";
import { Age } from "../../widgets/Age.tsx";
import { Notice } from "../../widgets/Notice.tsx";
import { NetworkTable } from "./NetworkTable.tsx";

/** One list: what is wrong with it, its networks, and the way to let in another one. */
export function ProviderList({ list }: { list: ProviderListView }) {
  const { t } = useTranslation("allowlist");
  const local = useLocalText();
  const id = useId();
  const values = new URLSearchParams({ list: list.id });
  return (
    <section className="panel allowlist" aria-labelledby={id}>
      <header>
        <h2 id={id}>
          <a href={placeTo("resource", list.id)}>{list.name}</a>
        </h2>
        {list.service !== null && <span className="quiet">{list.service}</span>}
        {list.readAt !== null && (
          <span className="quiet">
            {t("read")} <Age at={list.readAt} />
          </span>
        )}
        <Button
          component="a"
          variant="secondary"
          size="sm"
          href={`${placeTo("procedures", "allow-network")}?${values}`}
          aria-label={t("letInAt", { name: list.name })}
        >
          {t("letIn")}
        </Button>
      </header>
      {list.error && (
        <Notice tone="warning" title={t("unread")}>
          <p>{local(list.error)}</p>
        </Notice>
      )}
      {list.problems.map((problem) => (
        <Notice key={problem.en} tone="warning" title={local(problem)} />
      ))}
      {list.shut.length > 0 && <p>{t("shut", { who: list.shut.join(", ") })}</p>}
      {list.networks.length === 0 ? (
        <p className="quiet">{t(list.readAt === null ? "notYet" : "none")}</p>
      ) : (
        <NetworkTable list={list} labelledBy={id} />
      )}
    </section>
  );
}
