import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

interface Locked {
  version?: string;
  license?: string;
  dev?: boolean;
  resolved?: string;
}

const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8")) as { packages: Record<string, Locked> };
const production = Object.entries(packages).filter(([path, { dev }]) => path !== "" && !dev);

/** Licences that ask for no more than to be named. Anything else, GPL, AGPL, LGPL and unknown ones included, fails. */
const permissive = new Set([
  ...["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0", "CC0-1.0", "ISC", "MIT", "Python-2.0"],
]);

/** True for an SPDX expression of which one alternative is permissive in all its parts. */
const isPermissive = (expression: string): boolean =>
  expression
    .replaceAll(/[()]/g, "")
    .split(" OR ")
    .some((alternative) => alternative.split(" AND ").every((licence) => permissive.has(licence)));

/** What the lock file says, else the package itself: its old-style field, else the text of its licence file. */
function licenceOf(path: string, { license }: Locked): string {
  if (license) return license;
  if (!existsSync(path)) return "unknown";
  const { licenses } = JSON.parse(readFileSync(join(path, "package.json"), "utf8")) as {
    licenses?: { type: string }[];
  };
  if (licenses) return licenses.map(({ type }) => type).join(" OR ");
  const file = readdirSync(path).find((name) => /^licen[cs]e/i.test(name));
  const text = file ? readFileSync(join(path, file), "utf8") : "";
  return text.includes("Permission is hereby granted, free of charge, to any person") ? "MIT" : "unknown";
}

describe("packages that we ship", () => {
  it("have a permissive licence, all of them", () => {
    const refused = production.flatMap(([path, locked]) => {
      const licence = licenceOf(path, locked);
      return isPermissive(licence) ? [] : [`${path}: ${licence}`];
    });
    expect(refused).toEqual([]);
    expect(production.length).toBeGreaterThan(100);
  });

  it.each([
    ["MIT", true],
    ["(MIT OR GPL-3.0-only)", true],
    ["(Apache-2.0 AND BSD-3-Clause)", true],
    ["(MIT AND LGPL-3.0)", false],
    ["AGPL-3.0-or-later", false],
    ["SEE LICENSE IN LICENSE.md", false],
    ["unknown", false],
  ])("a licence %s is permissive: %s", (licence, verdict) => {
    expect(isPermissive(licence)).toBe(verdict);
  });

  it.each([
    ["tiktok-live-connector", "2.4.0"],
    ["tiktok-live-proto", "0.2.3"],
  ])("%s is exactly %s, the last that is MIT, in every place it is installed", (name, version) => {
    const manifest = JSON.parse(readFileSync("package.json", "utf8")) as { dependencies: Record<string, string> };
    expect(manifest.dependencies[name]).toBe(version);
    const found = production.filter(([path]) => path.endsWith(`node_modules/${name}`));
    expect(found.map(([, locked]) => [locked.version, locked.license])).toEqual([[version, "MIT"]]);
  });
});

it("package-lock.json sends nobody to a registry other than npm's own", () => {
  const urls = Object.values(packages).flatMap(({ resolved }) => (resolved ? [new URL(resolved)] : []));
  expect(urls.filter(({ host }) => host !== "registry.npmjs.org").map(String)).toEqual([]);
});
