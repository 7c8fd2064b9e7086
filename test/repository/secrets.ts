import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";

/** `secrets.ts [FILE...]`: looks for secrets in these files, else in all that git knows. Exits with 1 when it finds one. */

const MAX_BYTES = 2_000_000;

const kinds: Record<string, RegExp> = {
  "private key": /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY/,
  "AWS key": /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/,
  "GitHub token": /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{50})/,
  "GitLab token": /\bglpat-[\w-]{20}/,
  "Slack token": /\bxox[abprs]-[\w-]{10}/,
  "Google key": /\bAIza[\w-]{35}\b/,
  "Stripe key": /\b[rs]k_live_[A-Za-z0-9]{20}/,
  "npm token": /\bnpm_[A-Za-z0-9]{36}\b/,
  "JSON Web Token": /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/,
  "TikTok session cookie": /\bsession_?id(?:_ss)?["']?\s*[=:]\s*["']?[0-9a-f]{32}\b/i,
  "password in a URL": /\b[a-z][a-z0-9+]{1,15}:\/\/[^\s/:@"'`]{0,64}:([^\s/@"'`]{3,})@/i,
  "secret in an assignment": /(?:password|secret|token|api_?key|admin_?key)["']?\s*[=:]\s*["'`]?([\w+/=-]{20,})/i,
};

/** Values that only stand for a secret. */
const standIn = /canary|example|password|secret|redacted|placeholder|hunter2|dummy|test|\$\{|encodeURI|[<>*]|\.\.\./i;

/** Where `text` seems to hold a secret. Never the secret itself. */
export function findSecrets(text: string): { line: number; kind: string }[] {
  return text.split("\n").flatMap((content, index) =>
    Object.entries(kinds).flatMap(([kind, pattern]) => {
      const match = pattern.exec(content);
      if (!match || standIn.test(match[1] ?? "")) return [];
      if (kind === "secret in an assignment" && !looksRandom(match[1] as string)) return [];
      return [{ line: index + 1, kind }];
    }),
  );
}

/** Letters and digits mixed, and more than 3.5 bits per character: no word, no name of a variable. */
function looksRandom(value: string): boolean {
  if (!/\d/.test(value) || !/[a-z]/i.test(value)) return false;
  const counts = [...Map.groupBy(value, (char) => char).values()];
  const bits = counts.reduce((sum, { length }) => sum - length * Math.log2(length / value.length), 0);
  return bits / value.length > 3.5;
}

/** `file:line: kind` for each find; files that are gone, large or binary are passed over. */
export function scan(files: readonly string[]): string[] {
  return files.flatMap((file) => {
    const stats = statSync(file, { throwIfNoEntry: false });
    if (!stats?.isFile() || stats.size > MAX_BYTES) return [];
    const text = readFileSync(file, "utf8");
    if (text.includes("\0")) return [];
    return findSecrets(text).map(({ line, kind }) => `${file}:${line}: ${kind}`);
  });
}

export const trackedFiles = (): string[] =>
  execFileSync("git", ["ls-files", "-z"], { encoding: "utf8" }).split("\0").filter(Boolean);

if (import.meta.main) {
  const files = process.argv.length > 2 ? process.argv.slice(2) : trackedFiles();
  const found = scan(files);
  for (const line of found) console.error(line);
  console.log(`${files.length} files searched for secrets, ${found.length} found`);
  process.exit(found.length > 0 ? 1 : 0);
}
