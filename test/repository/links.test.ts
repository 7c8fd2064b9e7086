import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";

const pages = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "simulator/README.md", ...globSync("docs/**/*.md")];

/** `[text](target)` and `[name]: target`, without those of other sites. */
function linksOf(text: string): string[] {
  const targets = [...text.matchAll(/\]\(([^)\s]+)[^)]*\)|^\[[^\]]+\]: (\S+)/gm)].map((match) => match[1] ?? match[2]);
  return targets.filter((target) => target !== undefined).filter((target) => !/^[a-z]+:/.test(target));
}

/** Ids that a page gives its headings, as GitHub makes them. */
const headingsOf = (page: string): string[] =>
  [...readFileSync(page, "utf8").matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
    (title as string)
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );

function isBroken(page: string, target: string): boolean {
  const [path = "", heading] = target.split("#");
  const file = path ? join(dirname(page), path) : page;
  return !existsSync(file) || (heading !== undefined && !headingsOf(file).includes(heading));
}

it("finds links of every form, and those that lead nowhere", () => {
  const links = linksOf("[a](docs/api.md) ![b](no.png 'title') [c](https://example.com) [d](#nowhere)\n[e]: gone.md\n");
  expect(links).toEqual(["docs/api.md", "no.png", "#nowhere", "gone.md"]);
  expect(links.filter((link) => isBroken("README.md", link))).toEqual(["no.png", "#nowhere", "gone.md"]);
});

it.each(pages)("every relative link of %s leads somewhere", (page) => {
  expect(linksOf(readFileSync(page, "utf8")).filter((link) => isBroken(page, link))).toEqual([]);
});
