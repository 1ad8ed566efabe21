import type { ReactNode } from "react";
import type { Health } from "../../../shared/resource.ts";
import {
  CheckCircleIcon,
  ExclamationCircleIcon,
  ExclamationTriangleIcon,
  QuestionCircleIcon,
} from "../icons.ts";

const icons = {
  ok: CheckCircleIcon,
  warning: ExclamationTriangleIcon,
  critical: ExclamationCircleIcon,
  unknown: QuestionCircleIcon,
} as const;

/** A state as icon and words; the colour only repeats what both say. */
export function StateLabel({
  health,
  hint,
  children,
}: {
  health: Health;
  hint?: string;
  children: ReactNode;
}) {
  const Icon = icons[health];
  return (
    <span className={`health health-${health}`} {...(hint === undefined ? {} : { title: hint })}>
      <Icon aria-hidden="true" />
      <span className="health-word">{children}</span>
    </span>
  );
}
