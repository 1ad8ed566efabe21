import type { WireError } from "../../../shared/errors.ts";
import type { Recording, ScreenEvent } from "../../../shared/screen.ts";
import type { LocalText } from "../../../shared/text.ts";

/** What a screen said of itself when it opened. */
export type OpenedScreen = Pick<
  Extract<ScreenEvent, { type: "opened" }>,
  "name" | "width" | "height" | "route"
>;

/**
 * How a screen stands. `closed`: never opened. `returning`: the far side closed it for a change of power, and it is
 * being opened again until that works or somebody stops it. `ended`: over, by a person (no reason) or not.
 */
export interface ScreenState {
  phase: "closed" | "opening" | "live" | "returning" | "ended";
  opened: OpenedScreen | null;
  /** The picture on the page belongs to this session and is live. */
  painted: boolean;
  /** Epoch milliseconds of the last picture's last change; null while there is no picture at all. */
  pictureAt: number | null;
  /** Counts how often the picture began to change. */
  changes: number;
  /** The recording under way. */
  recording: Recording | null;
  /** The recording that ended last. */
  kept: Recording | null;
  /** What the machine last put on its clipboard. */
  clipboard: string | null;
  typing: { done: number; total: number } | null;
  watchOnly: boolean;
  fit: boolean;
  reason: LocalText | null;
  hint: LocalText | null;
  error: WireError | null;
}

export const closedScreen: ScreenState = {
  phase: "closed",
  opened: null,
  painted: false,
  pictureAt: null,
  changes: 0,
  recording: null,
  kept: null,
  clipboard: null,
  typing: null,
  watchOnly: false,
  fit: true,
  reason: null,
  hint: null,
  error: null,
};
