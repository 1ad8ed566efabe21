import { useTranslation } from "react-i18next";
import { type CertificateFrame, certificateFacets, certificateStates } from "../../../shared/certificates.ts";
import { useLocalText } from "../../i18n/index.ts";
import { type Chosen, FacetToggles } from "../../widgets/list/FacetToggles.tsx";
import { wordsOf } from "./reading.ts";

/** Months have their own place. */
const facets = certificateFacets.filter((facet) => facet !== "month");
type Facet = (typeof facets)[number];

/** What the certificates are narrowed down by. */
export function CertificateFacets({
  frame,
  chosen,
  onChange,
}: {
  frame: Pick<CertificateFrame, "facets" | "names">;
  chosen: Chosen<Facet>;
  onChange: (chosen: Chosen<Facet>) => void;
}) {
  const { t } = useTranslation("certificates");
  const local = useLocalText();
  const words = (facet: Facet, value: string) => {
    const state = facet === "state" ? certificateStates.find((each) => each === value) : undefined;
    if (state) return t(`state.${state}`);
    const fact = facet === "from" || facet === "renewal" ? wordsOf(facet, value) : null;
    return fact ? local(fact) : (frame.names[value] ?? value);
  };
  return (
    <FacetToggles
      facets={facets}
      counts={frame.facets}
      chosen={chosen}
      onChange={onChange}
      nameOf={(facet) => t(`facet.${facet}`)}
      wordsOf={words}
    />
  );
}
