import { readFile, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { notFound } from "./errors.ts";
import { DASHBOARD_POLICY, DOCS_POLICY } from "./headers.ts";

export interface StaticAnswer {
  status: number;
  headers: Record<string, string>;
  body: Buffer | string;
}

/** What Vite builds, and no more: another type of file has no business there. */
const types: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json; charset=utf-8",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
};

/** Names a file of the build may have: nothing hidden, nothing that leads out of the folder. */
const FILE = /^(?:[\w-][\w.-]*\/)*[\w-][\w.-]*$/;
/** Their names change with their content. */
const HASHED = /^assets\//;

/**
 * A file of the built dashboard, or its start page for every other path: the page knows its own routes.
 *
 * @param folder the output of `npm run build`
 * @param path below `/app/`, decoded
 * @throws ApiError 404 for a file that is not there
 */
export async function dashboardFile(folder: string, path: string, seenEtag?: string): Promise<StaticAnswer> {
  const type = types[extname(path)];
  if (type && FILE.test(path)) return (await file(folder, path, type, seenEtag)) ?? missing(path);
  if (type || HASHED.test(path) || /\\|\0|(^|\/)\.\.?(\/|$)/.test(path)) return missing(path);
  return (await file(folder, "index.html", types[".html"] as string, seenEtag)) ?? notBuilt;
}

/** The page that shows the API's documents: part of the same build, with a policy of its own. */
export async function docsPage(folder: string, seenEtag?: string): Promise<StaticAnswer> {
  const found = await file(folder, "docs.html", types[".html"] as string, seenEtag);
  if (!found) return notBuilt;
  return { ...found, headers: { ...found.headers, "content-security-policy": DOCS_POLICY } };
}

async function file(
  folder: string,
  path: string,
  type: string,
  seenEtag: string | undefined,
): Promise<StaticAnswer | null> {
  const place = join(folder, path);
  const facts = await stat(place).catch(() => null);
  if (!facts?.isFile()) return null;
  const etag = `"${facts.size.toString(36)}-${Math.trunc(facts.mtimeMs).toString(36)}"`;
  const headers = {
    "cache-control": HASHED.test(path) ? "public, max-age=31536000, immutable" : "no-cache",
    "content-security-policy": DASHBOARD_POLICY,
    etag,
  };
  if (seenEtag === etag) return { status: 304, headers, body: "" };
  return { status: 200, headers: { ...headers, "content-type": type }, body: await readFile(place) };
}

function missing(path: string): never {
  throw notFound(`file /app/${FILE.test(path) ? path : "…"}`);
}

/** A person sees this: nothing can be done about it from the browser. */
const notBuilt: StaticAnswer = {
  status: 503,
  headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": DASHBOARD_POLICY },
  body: `<!doctype html><html lang="en"><meta charset="utf-8"><title>TikTok Live Client</title>
<h1>The dashboard is not built</h1>
<p>Run <code>npm run build</code> where ttlc is installed, then reload this page. The API works without it.</p></html>
`,
};
