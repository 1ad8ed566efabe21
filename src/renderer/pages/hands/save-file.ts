/** Hands a file to the browser to be saved under `name`. */
export function saveFile(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The download has begun once the click is over; the bytes themselves are kept by the browser.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** `tower-a-20260512-101530.png`: the machine and the local time; what a file name may not hold becomes a dash. */
export function fileNameOf(machine: string, at: number, extension: string): string {
  const moment = new Date(at);
  const two = (value: number) => String(value).padStart(2, "0");
  const date = `${moment.getFullYear()}${two(moment.getMonth() + 1)}${two(moment.getDate())}`;
  const time = `${two(moment.getHours())}${two(moment.getMinutes())}${two(moment.getSeconds())}`;
  const safe = machine.replace(/[^\p{Letter}\p{Number}._-]+/gu, "-").replace(/^[.-]+/, "");
  return `${safe || "machine"}-${date}-${time}.${extension}`;
}
