import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { expect } from "vitest";
import { openPage } from "./browser.ts";
import type { Ttlc } from "./ttlc.ts";

/** What tests do in the dashboard of a running ttlc. */

/** As the administrator; the answer, whatever its status. */
export async function ask<Answer>({ url, key }: Ttlc, method: string, path: string, body: object, more = {}) {
  const headers = { "x-api-key": key, "content-type": "application/json", ...more };
  const response = await fetch(url + path, { method, headers, body: JSON.stringify(body) });
  return (await response.json()) as Answer;
}

interface SignIn {
  role: string;
  /** The page that is wanted. */
  to: string;
  channelIds?: string[];
  /** See `openPage`. */
  faults: string[];
}

/** Somebody new, who is called like their role, in a browser of their own. */
export async function signIn(
  browser: Browser,
  ttlc: Ttlc,
  { role, to, channelIds = [], faults }: SignIn,
): Promise<Page> {
  const { secret } = await ask<{ secret: string }>(ttlc, "POST", "/team", { name: role, role, channelIds });
  const options = { faults, viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" } as const;
  const page = await openPage(browser, `${ttlc.url}/app/login?to=${to}`, options);
  await page.getByLabel("Access key").fill(secret);
  await page.getByRole("button", { name: "Sign in" }).click();
  return page;
}

/** What axe finds: all that it knows of, or contrast alone, since that is what a theme changes. */
export async function violationsOn(page: Page, what: "all" | "contrast" = "all") {
  const axe = new AxeBuilder({ page });
  const { violations } = await (what === "all" ? axe : axe.withRules("color-contrast")).analyze();
  return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}

/** In both themes, and as narrow as a phone, where nothing is cut off. */
export async function expectAcceptable(page: Page): Promise<void> {
  for (const [colorScheme, what] of [
    ["light", "contrast"],
    ["dark", "all"],
  ] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    expect(await violationsOn(page, what)).toEqual([]);
  }
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
  const outside = await page
    .locator("button, a, input, select, textarea, h1, h2, td, pre")
    .evaluateAll((all) => all.filter((one) => one.getBoundingClientRect().right > 390).map((one) => one.outerHTML));
  expect(outside).toEqual([]);
  await page.setViewportSize({ width: 1440, height: 900 });
}
