import { beforeEach, describe, expect, it } from "vitest";
import { router } from "./router.svelte.ts";

beforeEach(() => {
  document.body.innerHTML = "";
  router.go("/app/welcome");
});

/** Clicks a link and answers whether the browser was left to follow it. */
function click(attributes: Record<string, string>, init: MouseEventInit = {}): boolean {
  const link = document.createElement("a");
  for (const [name, value] of Object.entries(attributes)) link.setAttribute(name, value);
  document.body.append(link);
  // jsdom cannot navigate: whatever the router leaves to the browser stops here.
  let followed = false;
  const browser = (event: Event) => {
    followed = !event.defaultPrevented;
    event.preventDefault();
  };
  addEventListener("click", browser);
  link.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, ...init }));
  removeEventListener("click", browser);
  return followed;
}

describe("a click on a link", () => {
  it("into the dashboard stays in the page", () => {
    expect(click({ href: "/app/live/7?types=chat" })).toBe(false);
    expect(router.route).toEqual({ name: "live", streamId: "7" });
    expect(router.here).toBe("/app/live/7?types=chat");
  });

  it.each([{ ctrlKey: true }, { metaKey: true }, { shiftKey: true }, { button: 1 }])(
    "with %o is the browser's",
    (init) => {
      expect(click({ href: "/app/live" }, init)).toBe(true);
      expect(router.route.name).toBe("welcome");
    },
  );

  it.each<Record<string, string>>([
    { href: "/metrics" },
    { href: "/application" },
    { href: "https://example.test/app/live" },
    { href: "/app/live", target: "_blank" },
    { href: "/app/live", download: "" },
    { href: "#main" },
  ])("%o is the browser's", (attributes) => {
    expect(click(attributes)).toBe(true);
  });
});

describe("a page that would lose something", () => {
  it("is left when that is wanted only, by a link or by the browser's buttons", async () => {
    router.go("/app/rules");
    let isWanted = false;
    const release = router.guard(() => isWanted);
    router.go("/app/live");
    click({ href: "/app/live/7" });
    expect(router.here).toBe("/app/rules");
    history.back();
    await new Promise((resolve) => addEventListener("popstate", resolve, { once: true }));
    expect([router.here, location.pathname]).toEqual(["/app/rules", "/app/rules"]);
    router.setSearch({ q: "hi" });
    expect(router.here).toBe("/app/rules?q=hi");

    isWanted = true;
    router.go("/app/live");
    expect(router.here).toBe("/app/live");
    isWanted = false;
    release();
    router.go("/app/rules");
    expect(router.here).toBe("/app/rules");
  });
});

describe("the query", () => {
  it("changes in place, readable, and leaves the rest", () => {
    const { length } = history;
    router.go("/app/live/7?q=hi", { replace: true });
    router.setSearch({ types: "chat,gift" });
    expect(location.search).toBe("?q=hi&types=chat,gift");
    expect(history.length).toBe(length);
  });

  it("loses what is undefined", () => {
    router.go("/app/live/7?q=hi&types=chat", { replace: true });
    router.setSearch({ q: undefined });
    expect(location.search).toBe("?types=chat");
  });
});

it("follows the back button", () => {
  history.replaceState(null, "", "/app/live/9");
  dispatchEvent(new PopStateEvent("popstate"));
  expect(router.route).toEqual({ name: "live", streamId: "9" });
});
