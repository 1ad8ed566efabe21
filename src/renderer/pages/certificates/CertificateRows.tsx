import { memo } from "react";
import { useTranslation } from "react-i18next";
import type { Certificate, CertificateFrame, CertificateQuery } from "../../../shared/certificates.ts";
import { useLanguage, useLocalText, useWords } from "../../i18n/index.ts";
import { placeTo } from "../../state/router.ts";
import { formatTimestamp } from "../../widgets/format.ts";
import { StateLabel } from "../../widgets/list/StateLabel.tsx";
import { WindowedRows } from "../../widgets/list/WindowedRows.tsx";
import { healthOf, wordsOf } from "./reading.ts";

const columns = ["name", "state", "notAfter", "issuer", "names", "renewal"] as const;
const sorted: Partial<Record<(typeof columns)[number], CertificateQuery["sort"]["by"]>> = {
  name: "name",
  state: "state",
  notAfter: "notAfter",
  issuer: "issuer",
};
const widths = {
  columns: "minmax(12rem, 2fr) 9rem 11rem minmax(9rem, 1.2fr) minmax(10rem, 2fr) 8rem",
  least: "64rem",
};

interface CertificateRowsProps {
  frame: CertificateFrame;
  sort: CertificateQuery["sort"];
  onSort: (by: CertificateQuery["sort"]["by"]) => void;
  offset: number;
  onOffset: (offset: number) => void;
}

/** Certificates as a grid; enter opens one. */
export function CertificateRows(props: CertificateRowsProps) {
  const { t } = useTranslation("certificates");
  const { matching, total } = props.frame;
  return (
    <WindowedRows
      {...props}
      className="certificate-rows"
      columns={columns.map((id) => {
        const by = sorted[id];
        return { id, title: t(`column.${id}`), ...(by && { by }) };
      })}
      widths={widths}
      caption={t("caption", { matching, total })}
      keyboard={t("keyboard")}
      placeOf={({ id }) => placeTo("certificates", id)}
      cells={(row) => <Cells row={row} />}
    />
  );
}

/** The cells of one certificate. A row that did not change is not drawn again. */
const Cells = memo(function Cells({ row }: { row: Certificate }) {
  const t = useWords("certificates");
  const local = useLocalText();
  const language = useLanguage();
  const renewal = wordsOf("renewal", row.renewal);
  return (
    <>
      <th scope="row" className="cell-name">
        <a href={placeTo("certificates", row.id)} tabIndex={-1}>
          {row.name}
        </a>
      </th>
      <td>
        <StateLabel health={row.stale ? "unknown" : healthOf[row.state]} hint={local(row.text)}>
          {t(`state.${row.state}`)}
        </StateLabel>
      </td>
      <td className="figure">
        {row.notAfter === null ? (
          <span className="quiet">{t("noEnd")}</span>
        ) : (
          formatTimestamp(row.notAfter, language)
        )}
      </td>
      <td>{row.issuer}</td>
      <td title={row.names.join(", ")}>{row.names.length > 0 ? row.names.join(", ") : row.subject}</td>
      <td>{renewal ? local(renewal) : ""}</td>
    </>
  );
});
