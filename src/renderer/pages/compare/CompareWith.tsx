import "../../styles/compare.css";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ResourceKind } from "../../../shared/resource.ts";
import type { Client } from "../../state/client.ts";
import { comparedKinds, placeOfComparison } from "../../state/compare-place.ts";
import { useLiveFold } from "../../state/live.ts";
import { DropPanel } from "../../widgets/DropPanel.tsx";
import { ErrorNotice } from "../../widgets/ErrorNotice.tsx";
import { FindField } from "../../widgets/FindField.tsx";
import { HealthLabel } from "../../widgets/HealthLabel.tsx";
import { ColumnsIcon } from "../../widgets/icons.ts";
import { foldList } from "../../widgets/table/list-window.ts";

/** How many are shown to choose from; a filter brings up the others. */
const shown = 20;
const fold = foldList(0);

/** Chooses one more to stand beside these: hosts beside hosts, VMs beside VMs. */
export function CompareWith({ ids, kind }: { ids: readonly string[]; kind: ResourceKind | null }) {
  const { t } = useTranslation("compare");
  if (kind === null || !comparedKinds.has(kind)) return null;
  return (
    <DropPanel label={t("with")} icon={<ColumnsIcon aria-hidden="true" />}>
      <Choice ids={ids} kind={kind} />
    </DropPanel>
  );
}

function Choice({ ids, kind }: { ids: readonly string[]; kind: ResourceKind }) {
  const { t } = useTranslation("compare");
  const [words, setWords] = useState("");
  const text = words.trim();
  const open = useCallback(
    (client: Client, signal: AbortSignal) =>
      client.resources.list({ kinds: [kind], text, limit: shown + ids.length }, { signal }),
    [kind, text, ids.length],
  );
  const { value, error, retry } = useLiveFold(open, fold);
  const others = (value?.rows ?? []).filter((row) => !ids.includes(row.id)).slice(0, shown);
  const rest = value ? value.matching - others.length - (value.rows.length - others.length) : 0;
  return (
    <>
      <FindField label={t("find")} value={words} onChange={setWords} />
      {error && <ErrorNotice error={error} retry={retry} />}
      <ul className="drop-choices compare-choices" aria-label={t("found")}>
        {others.map((row) => (
          <li key={row.id}>
            <a href={placeOfComparison([...ids, row.id])}>
              <HealthLabel health={row.health} quiet /> {row.name}{" "}
              <span className="quiet">{[row.site, row.system].filter(Boolean).join(" · ")}</span>
            </a>
          </li>
        ))}
      </ul>
      {value && others.length === 0 && <p className="quiet">{t("noneFound")}</p>}
      {rest > 0 && <p className="quiet">{t("more", { count: rest })}</p>}
    </>
  );
}
