const days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const months = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** Formats as strftime(3) does, in UTC: the machines of the lab keep no other time. */
export function formatDate(format: string, date: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const day = days[date.getUTCDay()] ?? "";
  const month = months[date.getUTCMonth()] ?? "";
  const hour = date.getUTCHours();
  const midnight = Date.UTC(date.getUTCFullYear(), 0, 1);
  const values = new Map<string, () => string>([
    ["Y", () => String(date.getUTCFullYear())],
    ["y", () => two(date.getUTCFullYear() % 100)],
    ["m", () => two(date.getUTCMonth() + 1)],
    ["d", () => two(date.getUTCDate())],
    ["e", () => String(date.getUTCDate()).padStart(2)],
    ["H", () => two(hour)],
    ["I", () => two(hour % 12 || 12)],
    ["M", () => two(date.getUTCMinutes())],
    ["S", () => two(date.getUTCSeconds())],
    ["N", () => String(date.getUTCMilliseconds() * 1_000_000).padStart(9, "0")],
    ["p", () => (hour < 12 ? "AM" : "PM")],
    ["a", () => day.slice(0, 3)],
    ["A", () => day],
    ["b", () => month.slice(0, 3)],
    ["B", () => month],
    ["j", () => String(Math.floor((date.getTime() - midnight) / 86_400_000) + 1).padStart(3, "0")],
    ["u", () => String(date.getUTCDay() || 7)],
    ["w", () => String(date.getUTCDay())],
    ["s", () => String(Math.floor(date.getTime() / 1000))],
    ["Z", () => "UTC"],
    ["z", () => "+0000"],
    ["F", () => date.toISOString().slice(0, 10)],
    ["T", () => date.toISOString().slice(11, 19)],
    ["R", () => date.toISOString().slice(11, 16)],
    ["c", () => formatDate("%a %b %e %H:%M:%S %Y", date)],
    ["n", () => "\n"],
    ["t", () => "\t"],
    ["%", () => "%"],
  ]);
  return format.replace(/%[-_]?([A-Za-z%])/g, (whole, letter: string) => values.get(letter)?.() ?? whole);
}
