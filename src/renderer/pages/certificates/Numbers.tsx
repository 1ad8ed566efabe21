import { useTranslation } from "react-i18next";
import type { CertificateFacet, CertificateFrame } from "../../../shared/certificates.ts";
import { CountButtons } from "../../widgets/list/CountButtons.tsx";
import type { Chosen } from "../../widgets/list/FacetToggles.tsx";

/** What each number counts, as the facets that show just that. */
const statesOf = {
  expired: ["expired", "revoked"],
  wrong: ["wrong-name", "weak-key", "incomplete", "untrusted", "not-yet"],
  soon: ["late", "soon"],
} as const satisfies Record<keyof CertificateFrame["numbers"], readonly string[]>;
const order = ["expired", "wrong", "soon"] as const;

/** The three numbers that matter, over all certificates. */
export function Numbers({
  numbers,
  chosen,
  onChange,
}: {
  numbers: CertificateFrame["numbers"];
  chosen: Chosen<CertificateFacet>;
  onChange: (chosen: Chosen<CertificateFacet>) => void;
}) {
  const { t } = useTranslation("certificates");
  const counts = order.map((id) => ({
    id,
    count: numbers[id],
    words: t(`numbers.${id}`),
    tone: id === "expired" ? ("critical" as const) : ("warning" as const),
    facets: { state: [...statesOf[id]] },
  }));
  return <CountButtons label={t("numbers.label")} counts={counts} chosen={chosen} onChange={onChange} />;
}
