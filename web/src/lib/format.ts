/** Numbers and times for people, English for now; the browser's time zone. */
const whole = new Intl.NumberFormat("en");
const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat("en", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});
const day = new Intl.DateTimeFormat("en", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

const date = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", year: "numeric" });

export const formatCount = (count: number) => whole.format(count);
/** 12,345 as 12.3K */
export const formatCompact = (count: number) => compact.format(count);
/** 14:03:05 */
export const formatClock = (at: string | number) => clock.format(new Date(at));
/** 3 Nov, 14:03 */
export const formatDay = (at: string | number) => day.format(new Date(at));

/** Nov 3, 2026 */
export const formatDate = (at: string | number) => date.format(new Date(at));

/** 65,000 ms as 1:05, from an hour on as 1:02:03. Never negative. */
export function formatDuration(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1000));
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  const tail = `${hours ? String(minutes).padStart(2, "0") : minutes}:${String(seconds).padStart(2, "0")}`;
  return hours ? `${hours}:${tail}` : tail;
}

/** One character for an avatar: the first letter or digit, else whatever the name begins with. */
export const initial = (name: string) => (/[\p{L}\p{N}]/u.exec(name)?.[0] ?? [...name][0] ?? "?").toUpperCase();

/** The same person has the same colour everywhere: degrees, 0 to 359. */
export function hueOf(id: string): number {
  let hash = 0;
  for (let i = 0; i < id.length; i++) hash = (hash * 31 + id.charCodeAt(i)) | 0;
  // The golden angle sets neighbours apart.
  return Math.abs(hash * 137) % 360;
}
