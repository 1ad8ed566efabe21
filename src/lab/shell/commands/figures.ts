/** Bytes as `df -h` and `ls -h` print them: 1.5G, 320M. */
export function humanBytes(bytes: number): string {
  let value = bytes;
  let unit = "";
  for (const next of ["K", "M", "G", "T", "P"]) {
    if (value < 1024) break;
    value /= 1024;
    unit = next;
  }
  if (unit === "") return String(Math.round(value));
  return `${value < 10 ? (Math.ceil(value * 10) / 10).toFixed(1) : Math.ceil(value)}${unit}`;
}

/** Lines whose columns are wide enough for all; `right` are the numbers of those set to the right. */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          right.includes(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
        )
        .join(" ")
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join("");
}

/** Seconds as `uptime` prints them: `3 days, 4:05`. */
export function uptimeWords(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor(minutes / 60) % 24;
  const clock = hours > 0 ? `${hours}:${String(minutes % 60).padStart(2, "0")}` : `${minutes % 60} min`;
  return days > 0 ? `${days} day${days > 1 ? "s" : ""}, ${clock}` : clock;
}
