/**
 * The TikTok username in what a person typed or pasted: `name`, `@name` or an address of the profile or LIVE page.
 * Answers a reason when there is none: `short` for share links, which only TikTok can resolve.
 */
export function parseHandle(input: string): { uniqueId: string } | { problem: "empty" | "short" | "invalid" } {
  const text = input.trim();
  if (text === "") return { problem: "empty" };
  if (/^(https?:\/\/)?(vm|vt)\.tiktok\.com\/|tiktok\.com\/t\//i.test(text)) return { problem: "short" };
  const address = /^(?:https?:\/\/)?(?:www\.|m\.)?tiktok\.com\/@([^/?#]+)(?:\/live)?\/?(?:[?#].*)?$/i.exec(text);
  const uniqueId = (address?.[1] ?? text).replace(/^@/, "").toLowerCase();
  // TikTok's rule: letters, digits, underscore and period, 2 to 24 of them, no period at the end.
  return /^[a-z0-9_.]{1,23}[a-z0-9_]$/.test(uniqueId) ? { uniqueId } : { problem: "invalid" };
}
