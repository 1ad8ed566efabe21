import { useTranslation } from "react-i18next";
import {
  type ProtectionFacet,
  type ProtectionFrame,
  protectionFacets,
  protectionStates,
} from "../../../shared/protection.ts";
import { resourceKinds } from "../../../shared/resource.ts";
import { type Chosen, FacetToggles } from "../../widgets/list/FacetToggles.tsx";

/** What is protected, narrowed down. */
export function BackupFacets({
  frame,
  chosen,
  onChange,
}: {
  frame: Pick<ProtectionFrame, "facets" | "names">;
  chosen: Chosen<ProtectionFacet>;
  onChange: (chosen: Chosen<ProtectionFacet>) => void;
}) {
  const { t } = useTranslation("backups");
  const wordsOf = useFacetWords(frame.names);
  return (
    <FacetToggles
      facets={protectionFacets}
      counts={frame.facets}
      chosen={chosen}
      onChange={onChange}
      nameOf={(facet) => t(`facet.${facet}`)}
      wordsOf={wordsOf}
      orderOf={(facet) => (facet === "state" ? protectionStates : null)}
    />
  );
}

/** The words of a facet's value: a state's from the translations, a site's or policy's its name. */
function useFacetWords(names: ProtectionFrame["names"]): (facet: ProtectionFacet, value: string) => string {
  const { t } = useTranslation(["backups", "common"]);
  return (facet, value) => {
    const among = <Word extends string>(words: readonly Word[]) => words.find((word) => word === value);
    const state = facet === "state" ? among(protectionStates) : undefined;
    if (state) return t(`backups:state.${state}`);
    const kind = facet === "kind" ? among(resourceKinds) : undefined;
    if (kind) return t(`common:kinds.${kind}`);
    const offSite = facet === "offSite" ? among(["yes", "no", "unknown"]) : undefined;
    if (offSite) return t(`backups:offSite.${offSite}`);
    const tested = facet === "tested" ? among(["never", "good", "failed"]) : undefined;
    if (tested) return t(`backups:tested.${tested}`);
    const kept =
      facet === "kept" ? among(["kept", "growing", "shorter", "unknown", "not-demanded"]) : undefined;
    return kept ? t(`backups:kept.${kept}`) : (names[value] ?? value);
  };
}
