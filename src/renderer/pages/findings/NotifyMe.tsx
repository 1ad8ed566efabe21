import { Button } from "@patternfly/react-core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useConsole } from "../../state/console.tsx";

/** Asks for leave to show notices on the desktop, where the window can and was not answered yet. */
export function NotifyMe() {
  const { t } = useTranslation("findings");
  const [permission, setPermission] = useState(() =>
    typeof Notification === "undefined" ? "unsupported" : Notification.permission,
  );
  const shell = useConsole().about?.shell;
  // The desktop's program shows them itself, and its pages may not.
  if (shell === "electron") return <p className="quiet">{t("notify.byItself")}</p>;
  if (permission === "default") {
    return (
      <p>
        <Button
          variant="secondary"
          size="sm"
          onClick={() => void Notification.requestPermission().then(setPermission)}
        >
          {t("notify.ask")}
        </Button>
      </p>
    );
  }
  if (permission === "unsupported") return null;
  return <p className="quiet">{t(permission === "granted" ? "notify.granted" : "notify.denied")}</p>;
}
