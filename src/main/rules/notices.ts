import { FindingNotices } from "../../shared/finding-notices.ts";
import type { Finding } from "../../shared/rules.ts";
import { type LocalText, text } from "../../shared/text.ts";
import type { RuleDesk } from "./desk.ts";

/** What is shown on the desktop. */
export interface Notice {
  title: LocalText;
  body: LocalText;
}

export interface RuleNoticesParts {
  rules: Pick<RuleDesk, "frame" | "onChange">;
  /** Nothing is told while the window is locked; what is still so then is told afterwards. */
  isLocked(): boolean;
  now(): number;
}

/** Notices of what is newly found and critical, for a shell that shows them itself. What had stood before is not new. */
export class RuleNotices {
  readonly #parts: RuleNoticesParts;
  readonly #notices = new FindingNotices();
  readonly #beganAt: number;
  readonly #listeners = new Set<(notice: Notice) => void>();
  #stop: (() => void) | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(parts: RuleNoticesParts) {
    this.#parts = parts;
    this.#beganAt = parts.now();
    this.#notices.take({ findings: [] }, this.#beganAt);
  }

  /** Calls the listener with each notice until the result is called. */
  onNotice(listener: (notice: Notice) => void): () => void {
    this.#listeners.add(listener);
    this.#stop ??= this.#parts.rules.onChange(() => this.look());
    this.look();
    return () => void this.#listeners.delete(listener);
  }

  /** Looks at what has been found; to be called when a window was opened again, too. */
  look(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#listeners.size === 0 || this.#parts.isLocked()) return;
    const { findings } = this.#parts.rules.frame({ resource: null });
    const fresh = findings.filter(({ since }) => since >= this.#beganAt);
    const { tell, wait } = this.#notices.take({ findings: fresh }, this.#parts.now());
    const [first] = tell;
    if (first) for (const listener of [...this.#listeners]) listener(noticeOf(first, tell.length - 1));
    if (wait === null) return;
    this.#timer = setTimeout(() => this.look(), wait);
    this.#timer.unref();
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#stop?.();
    this.#listeners.clear();
  }
}

function noticeOf({ resource, text: words }: Finding, others: number): Notice {
  const name = resource ? text(resource.name, resource.name) : text("the estate", "le parc");
  return {
    title: text(`Passerelle: ${name.en}`, `Passerelle : ${name.fr}`),
    body:
      others === 0 ? words : text(`${words.en} (and ${others} more)`, `${words.fr} (et ${others} de plus)`),
  };
}
