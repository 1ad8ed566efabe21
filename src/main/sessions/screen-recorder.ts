import type { Recording } from "../../shared/screen.ts";

/** What a screen session needs of a recording under way. It never throws: trouble ends it, and the screen goes on. */
export interface ScreenRecorder {
  /** The recording as it stands now. */
  readonly recording: Recording;
  /** True while more waits to be written than is to be held; the far side is paused meanwhile. */
  readonly full: boolean;
  /** Takes what the far side said, in the order in which the viewer gets it; the bytes are copied. */
  fromServer(bytes: Uint8Array): void;
  /** Looks at what the viewer said: only the pixel format it asks for is of interest, nothing of it is kept. */
  fromViewer(bytes: Uint8Array): void;
  /** Called when `full` has turned false again. */
  onRoom(listener: () => void): void;
  /** Called once, with why it ended in `trouble`, when it ends before `end` was called. */
  onTrouble(listener: (recording: Recording) => void): void;
  /** Ends the recording with the session. */
  end(): void;
}
