/** Resolves at the next change that `onChange` tells of, or once the signal is aborted. */
export function nextChange(
  onChange: (listener: () => void) => () => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    const stop = onChange(finish);
    function finish(): void {
      stop();
      signal.removeEventListener("abort", finish);
      resolve();
    }
    signal.addEventListener("abort", finish, { once: true });
  });
}
