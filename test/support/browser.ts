import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** CHROMIUM, else the first Chromium on PATH; undefined on a machine without one. */
export const chromiumPath =
  process.env.CHROMIUM ??
  (process.env.PATH ?? "")
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find(existsSync);

/** Quiet, offline, and without a GPU. */
const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const openBrowser = (): Promise<Browser> =>
  chromium.launch(chromiumPath === undefined ? { args } : { args, executablePath: chromiumPath });

/** A page of its own context; `faults` gathers what a user would see in the console, and requests to other hosts. */
export async function openPage(browser: Browser, url: string, options: BrowserContextOptions & { faults: string[] }) {
  const { faults, ...context } = options;
  const page: Page = await (await browser.newContext(context)).newPage();
  page.setDefaultTimeout(15_000);
  page.on("pageerror", (error) => faults.push(`${url}: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") faults.push(`${url}: ${message.text()}`);
  });
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== new URL(url).origin) faults.push(`${url} asked ${request.url()}`);
  });
  await page.goto(url);
  return page;
}
