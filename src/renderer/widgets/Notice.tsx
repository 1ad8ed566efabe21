import type { ReactNode } from "react";
import { CheckCircleIcon, ExclamationTriangleIcon, InfoCircleIcon } from "./icons.ts";

const icons = { info: InfoCircleIcon, warning: ExclamationTriangleIcon, success: CheckCircleIcon } as const;

/** A calm remark beside the work: something to know, to mind, or that went well. */
export function Notice({
  tone,
  title,
  children,
}: {
  tone: keyof typeof icons;
  title: ReactNode;
  children?: ReactNode;
}) {
  const Icon = icons[tone];
  return (
    <div className={`notice notice-${tone}`}>
      <Icon aria-hidden="true" />
      <div>
        <p className="notice-title">{title}</p>
        {children}
      </div>
    </div>
  );
}
