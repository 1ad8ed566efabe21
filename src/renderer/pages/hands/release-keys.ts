/**
 * Lets go of every key that is still down when `canvas` loses the keyboard. noVNC does so when the whole window loses
 * it, but not when the focus goes elsewhere in the page, and the machine would be left with Control held. The result
 * takes the listeners off.
 */
export function releaseOnLeave(canvas: HTMLCanvasElement): () => void {
  const down = new Map<string, string>();
  const pressed = ({ code, key }: KeyboardEvent) => down.set(code, key);
  const released = ({ code }: KeyboardEvent) => down.delete(code);
  const left = () => {
    for (const [code, key] of [...down]) canvas.dispatchEvent(new KeyboardEvent("keyup", { code, key }));
    down.clear();
  };
  // Capturing, as noVNC stops these events.
  canvas.addEventListener("keydown", pressed, true);
  canvas.addEventListener("keyup", released, true);
  canvas.addEventListener("blur", left);
  return () => {
    canvas.removeEventListener("keydown", pressed, true);
    canvas.removeEventListener("keyup", released, true);
    canvas.removeEventListener("blur", left);
  };
}
