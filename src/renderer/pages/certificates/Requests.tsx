import { Button } from "@patternfly/react-core";
import { useTranslation } from "react-i18next";
import type { MadeRequest } from "../../../shared/certificates.ts";
import { useLanguage } from "../../i18n/index.ts";
import { formatTimestamp } from "../../widgets/format.ts";

/** The requests that were made for a certificate, to be shown and taken along; the keys are not among them. */
export function Requests({ requests, name }: { requests: readonly MadeRequest[]; name: string }) {
  const { t } = useTranslation("certificates");
  const language = useLanguage();
  return (
    <section className="panel" aria-labelledby="requests">
      <h2 id="requests">{t("requests.title")}</h2>
      <p className="quiet">{t("requests.help")}</p>
      <ul className="certificate-requests">
        {requests.map((made) => (
          <li key={`${made.at} ${made.key}`}>
            <p>
              {t("requests.made", { time: formatTimestamp(made.at, language), by: made.by, key: made.key })}{" "}
              <Button variant="link" isInline onClick={() => download(made.request, name)}>
                {t("requests.download")}
              </Button>
            </p>
            <details>
              <summary>{t("requests.show")}</summary>
              <pre>{made.request}</pre>
            </details>
          </li>
        ))}
      </ul>
    </section>
  );
}

function download(request: string, name: string): void {
  const url = URL.createObjectURL(new Blob([request], { type: "application/pkcs10" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `${name.replace(/[^\w.-]+/g, "-")}.csr`;
  link.click();
  URL.revokeObjectURL(url);
}
