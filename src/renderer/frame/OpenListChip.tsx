import { Popover } from "@patternfly/react-core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { placeTo } from "../state/router.ts";

/** A chip that counts what goes on while another page is shown, and lists it: each is a link back. */
export function OpenListChip({
  open,
  view,
  label,
  icon,
  children,
}: {
  open: readonly { key: string; id: string; name: string }[];
  /** The view of the resource that shows it. */
  view: "terminal" | "screen" | "manifest";
  /** What the list is called. */
  label: string;
  icon: ReactNode;
  /** How many there are, in words. */
  children: ReactNode;
}) {
  const { t } = useTranslation();
  if (open.length === 0) return null;
  return (
    <Popover
      aria-label={label}
      position="bottom-end"
      closeBtnAriaLabel={t("close")}
      bodyContent={(hide) => (
        <ul aria-label={label}>
          {open.map(({ key, id, name }) => (
            <li key={key}>
              <a href={placeTo("resource", id, view)} onClick={hide}>
                {name}
              </a>
            </li>
          ))}
        </ul>
      )}
    >
      <button type="button" className="chip chip-plain">
        {icon}
        <span>{children}</span>
      </button>
    </Popover>
  );
}
