/** The Keyboard Lock API (WICG), which TypeScript's library does not know yet. */
interface KeyboardLock {
  lock(): Promise<void>;
  unlock(): void;
}

function keyboardLock(): KeyboardLock | null {
  if (!("keyboard" in navigator)) return null;
  const { keyboard } = navigator;
  const complete =
    typeof keyboard === "object" && keyboard !== null && "lock" in keyboard && "unlock" in keyboard;
  return complete ? (keyboard as KeyboardLock) : null;
}

/**
 * Fills the screen with `element`, or ends that. Where the browser allows it, Escape and the keys of the window manager
 * go to the machine meanwhile; Ctrl-Shift-E, or Escape held down, leaves. A refusal changes nothing.
 */
export async function toggleFullScreen(element: HTMLElement): Promise<void> {
  try {
    if (document.fullscreenElement) {
      await leaveFullScreen();
      return;
    }
    await element.requestFullscreen();
    await keyboardLock()?.lock();
  } catch {
    // Refused by the browser or the person: the picture stays where it is.
  }
}

/** Ends full screen, if it is on, and gives the keys back. */
export async function leaveFullScreen(): Promise<void> {
  keyboardLock()?.unlock();
  if (document.fullscreenElement) await document.exitFullscreen().catch(() => {});
}
