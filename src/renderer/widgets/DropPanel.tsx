import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { AngleDownIcon } from "./icons.ts";

/**
 * A button that opens a small panel below it; Escape, a click elsewhere or leaving it closes it. With the look of an
 * `action` it stands among buttons, and the panel begins where it begins.
 */
export function DropPanel({
  label,
  icon,
  look = "tool",
  children,
}: {
  label: string;
  icon: ReactNode;
  look?: "tool" | "action";
  children: ReactNode;
}) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  useEffect(() => {
    if (!open) return;
    const outside = (event: Event) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) setOpen(false);
    };
    const escaped = (event: globalThis.KeyboardEvent) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      setOpen(false);
      button.current?.focus();
    };
    const element = box.current;
    document.addEventListener("pointerdown", outside);
    document.addEventListener("focusin", outside);
    element?.addEventListener("keydown", escaped);
    return () => {
      document.removeEventListener("pointerdown", outside);
      document.removeEventListener("focusin", outside);
      element?.removeEventListener("keydown", escaped);
    };
  }, [open]);
  return (
    <div className={look === "action" ? "drop is-action" : "drop"} ref={box}>
      <button
        type="button"
        className="tool-button"
        ref={button}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        {icon}
        {label}
        <AngleDownIcon aria-hidden="true" />
      </button>
      <div className="drop-panel" id={id} hidden={!open}>
        {open && children}
      </div>
    </div>
  );
}
