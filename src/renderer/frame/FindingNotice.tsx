import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { FindingNotices } from "../../shared/finding-notices.ts";
import { useLocalText } from "../i18n/index.ts";
import { useFindings } from "../pages/findings/use-findings.ts";
import { placeTo } from "../state/router.ts";

/** Shows a notice on the desktop for what is newly found and critical, where that was allowed. It draws nothing. */
export function FindingNotice() {
  const { t } = useTranslation("findings");
  const local = useLocalText();
  const { value } = useFindings(null);
  const notices = useRef(new FindingNotices());
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (value === null) return;
    const { tell, wait } = notices.current.take(value, Date.now());
    const [first] = tell;
    if (first && typeof Notification !== "undefined" && Notification.permission === "granted") {
      const name = first.resource?.name ?? t("estate");
      const body = tell.length === 1 ? local(first.text) : t("notify.more", { count: tell.length - 1 });
      // One tag: a later notice takes the place of the one before.
      const notice = new Notification(t("notify.title", { name }), { body, tag: "passerelle-findings" });
      notice.onclick = () => {
        window.focus();
        window.location.hash = placeTo("findings");
      };
    }
    if (wait === null) return;
    const timer = setTimeout(() => setTurn(turn + 1), wait);
    return () => clearTimeout(timer);
  }, [value, turn, t, local]);
  return null;
}
