const shape = /^\d{4}-\d\d-(\d\d)T\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-](0\d|1[0-5]):[0-5]\d)$/i;

/**
 * Whether a text is an instant that a calendar has and Postgres reads: the format `date-time` of JSON Schema as the API
 * takes it. There is no 30th of February, no leap second, no year 0 and none of five digits, and a
 * second has at most nine digits behind the point.
 */
export function isInstant(text: string): boolean {
  const [, day] = shape.exec(text) ?? [];
  const ms = Date.parse(text);
  if (day === undefined || Number.isNaN(ms)) return false;
  const isOfItsMonth = new Date(`${text.slice(0, 10)}T00:00:00Z`).getUTCDate() === Number(day);
  return isOfItsMonth && /^(?!0000)\d{4}-/.test(new Date(ms).toISOString());
}

/** Some seconds, each as text up to its point: what happened and what was received are seldom in the same one. */
const seconds = Array.from({ length: 8 }, () => ({ at: Number.NaN, text: "" }));

/** What `date.toISOString()` gives, in a fifth of the time while the dates are of a few seconds. @throws RangeError */
export function isoText(date: Date): string {
  const ms = date.getTime();
  if (!(ms >= 0)) return date.toISOString();
  const fraction = ms % 1_000;
  const second = seconds[((ms - fraction) / 1_000) % seconds.length] as (typeof seconds)[number];
  if (second.at !== ms - fraction) {
    second.text = date.toISOString().slice(0, -4);
    second.at = ms - fraction;
  }
  return `${second.text}${fraction < 10 ? "00" : fraction < 100 ? "0" : ""}${fraction}Z`;
}
